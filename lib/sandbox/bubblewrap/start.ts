import { execFile, spawn } from 'node:child_process'
import { appendFileSync, closeSync, constants, existsSync, openSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Clock } from '@/lib/core/ports/clock'
import type { SandboxProcess, SandboxSpec } from '../backend'
import { bareEnvironment } from '../bare-environment'
import { type Cgroup, type CgroupHome, createCgroup } from '../limits/cgroups'
import { rlimitLines } from '../limits/rlimits'
import { forwarderText } from '../network/forwarder'
import { driverText } from '../shell/driver'
import { placeFolders, sandboxArguments } from './arguments'
import { type Identity, identityArguments, identityProgram, userMap } from './identity'
import { planCopies, prepareCopies, underOverlays } from './overlay'
import { preparePlace } from './place'
import { followProcess } from './process'
import { CONTROL_FOLDER, nodeInside } from './system-view'

/** What was found on this machine, by which sandboxes are started. */
export type Bubblewrap = { program: string; canOverlay: boolean; cgroups: CgroupHome | null; clock: Clock }

/** The name of the file that tells a later start of the server which cgroups a sandbox had. */
export const CGROUPS_FILE = 'cgroups'

/** Starts a sandbox; its program is the driver of a warm shell. Rejects when the machine refuses. */
export async function startBubblewrap(spec: SandboxSpec, found: Bubblewrap): Promise<SandboxProcess> {
  const isRoot = process.getuid?.() === 0
  // The kernel bounds the processes of everybody but root: without cgroups, a root server's agents are another.
  const identity: Identity = isRoot && found.cgroups === null ? 'another' : 'own'
  preparePlace(spec.place)
  const copies = planCopies(spec.copyOnWriteFolders, spec.place, found.canOverlay)
  prepareCopies(copies)
  writeDriver(spec, found)
  const stream = await openStream(spec.place)
  const cgroup = found.cgroups === null ? null : makeCgroup(spec, found.cgroups)
  const shown = { ...spec, readOnlyFolders: [...spec.readOnlyFolders, ...copies.readOnly] }
  const [program = '', ...args] = underOverlays(
    copies.overlays,
    [
      ...[found.program, ...identityArguments(identity)],
      ...sandboxArguments(shown, process.execPath, copies.shown),
      ...[...identityProgram(identity), '/bin/bash', '--noprofile', '--norc'],
      ...[`${CONTROL_FOLDER}/driver`, spec.readyMark, spec.startFolder],
    ],
    isRoot,
  )
  // Without an environment: what bubblewrap was given could be read inside, at /proc/1/environ. In a session
  // of its own: a Ctrl-C in the terminal ends the server in its own time, and what agents do with it.
  const child = spawn(program, args, {
    env: bareEnvironment(),
    cwd: '/',
    detached: true,
    stdio: ['pipe', stream.into, 'pipe', 'pipe', 'pipe'],
  })
  closeSync(stream.into)
  return followProcess({
    child,
    stdout: stream.out,
    cgroup,
    userMap: userMap(identity),
    mostProcesses: spec.limits.processes,
    awake: found.clock.awake,
  })
}

/**
 * A pipe for what is printed. Node's own are sockets, which a program can also read from (an editor would wait
 * there for its input) and cannot open again as /dev/stdout.
 */
async function openStream(place: string): Promise<{ into: number; out: Socket }> {
  const file = join(place, 'stream')
  if (!existsSync(file)) await promisify(execFile)('/usr/bin/mkfifo', ['-m', '0600', file])
  const out = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  const into = openSync(file, constants.O_WRONLY)
  return { into, out: new Socket({ fd: out, readable: true, writable: false }) }
}

function writeDriver(spec: SandboxSpec, found: Bubblewrap): void {
  const control = join(spec.place, placeFolders.control)
  const hasNetwork = spec.proxySocket !== null
  const node = nodeInside(process.execPath)
  // In a substitution, which ends once it listens, and no job of the shell.
  const forward = `: "$('${node}' ${CONTROL_FOLDER}/forwarder.cjs 2>/dev/null 100<&- 101>&- &)"`
  const text = driverText({
    setUp: rlimitLines(spec.limits, found.cgroups !== null),
    beforeCommands: hasNetwork ? [forward] : [],
  })
  writeFileSync(join(control, 'driver'), text)
  if (hasNetwork) writeFileSync(join(control, 'forwarder.cjs'), forwarderText)
}

/** Its folders are written down at once: a server that is killed could not tell. */
function makeCgroup(spec: SandboxSpec, home: CgroupHome): Cgroup {
  const cgroup = createCgroup(home, `${basename(spec.place)}-${spec.readyMark}`, spec.limits)
  appendFileSync(join(spec.place, CGROUPS_FILE), `${cgroup.folders.join('\n')}\n`)
  return cgroup
}
