import { appendFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Clock } from '@/lib/core/ports/clock'
import type { StartChild } from '@/lib/processes/child'
import type { SandboxProcess, SandboxSpec } from '../backend'
import { type Cgroup, type CgroupHome, createCgroup } from '../limits/cgroups'
import { rlimitLines } from '../limits/rlimits'
import { forwarderText } from '../network/forwarder'
import { driverText, programDriverText } from '../shell/driver'
import { placeFolders, sandboxArguments } from './arguments'
import { bubblewrapDescriptors, type Identity, identityArguments, identityProgram, userMap } from './identity'
import { planCopies, prepareCopies, underOverlays } from './overlay'
import { preparePlace } from './place'
import { followProcess } from './sandbox-process'
import { CONTROL_FOLDER, nodeInside } from './system-view'

/** What was found on this machine, by which sandboxes are started. */
export type Bubblewrap = {
  program: string
  canOverlay: boolean
  cgroups: CgroupHome | null
  clock: Clock
  start: StartChild
}

/** The name of the file that tells a later start of the server which cgroups a sandbox had. */
export const CGROUPS_FILE = 'cgroups'

/** Starts a sandbox; what runs in it is a driver, of a warm shell or of one program. Rejects when the machine refuses. */
export async function startBubblewrap(spec: SandboxSpec, found: Bubblewrap): Promise<SandboxProcess> {
  const isRoot = process.getuid?.() === 0
  // The kernel bounds the processes of everybody but root: without cgroups, a root server's agents are another.
  const identity: Identity = isRoot && found.cgroups === null ? 'another' : 'own'
  preparePlace(spec.place)
  const copies = planCopies(spec.copyOnWriteFolders, spec.place, found.canOverlay)
  prepareCopies(copies)
  writeDriver(spec, found)
  const shown = { ...spec, readOnlyFolders: [...spec.readOnlyFolders, ...copies.readOnly] }
  const [program = '', ...args] = underOverlays(
    copies.overlays,
    [
      ...[found.program, ...identityArguments(identity)],
      ...sandboxArguments(shown, process.execPath, copies.shown),
      ...[...identityProgram(identity), '/bin/bash', '--noprofile', '--norc'],
      ...[`${CONTROL_FOLDER}/driver`, spec.readyMark, spec.startFolder, ...(spec.program ?? [])],
    ],
    isRoot,
  )
  let cgroup: Cgroup | null = null
  try {
    cgroup = found.cgroups === null ? null : makeCgroup(spec, found.cgroups)
    // Without an environment: what bubblewrap was given could be read inside, at /proc/1/environ.
    const child = await found.start({ program, args, env: {}, cwd: '/', descriptors: bubblewrapDescriptors })
    return followProcess({
      child,
      cgroup,
      userMap: userMap(identity),
      mostProcesses: spec.limits.processes,
      awake: found.clock.awake,
    })
  } catch (error) {
    cgroup?.remove()
    throw error
  }
}

function writeDriver(spec: SandboxSpec, found: Bubblewrap): void {
  const control = join(spec.place, placeFolders.control)
  const hasNetwork = spec.proxySocket !== null
  const node = nodeInside(process.execPath)
  // In a substitution, which ends once it listens, and no job of the shell.
  const forward = `: "$('${node}' ${CONTROL_FOLDER}/forwarder.cjs 2>/dev/null 100<&- 101>&- &)"`
  const parts = {
    setUp: rlimitLines(spec.limits, found.cgroups !== null),
    beforeCommands: hasNetwork ? [forward] : [],
    control: CONTROL_FOLDER,
  }
  const text = spec.program === undefined ? driverText(parts) : programDriverText(parts)
  writeFileSync(join(control, 'driver'), text)
  if (hasNetwork) writeFileSync(join(control, 'forwarder.cjs'), forwarderText)
}

/** Its folders are written down at once: a server that is killed could not tell. */
function makeCgroup(spec: SandboxSpec, home: CgroupHome): Cgroup {
  const cgroup = createCgroup(home, `${basename(spec.place)}-${spec.readyMark}`, spec.limits)
  appendFileSync(join(spec.place, CGROUPS_FILE), `${cgroup.folders.join('\n')}\n`)
  return cgroup
}
