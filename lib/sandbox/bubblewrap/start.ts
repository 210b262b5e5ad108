import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock, Timeline } from '@/lib/core/ports/clock'
import type { SandboxEnd, SandboxProcess, SandboxSpec } from '../backend'
import { bareEnvironment } from '../bare-environment'
import { type Cgroup, type CgroupHome, createCgroup } from '../limits/cgroups'
import { rlimitLines } from '../limits/rlimits'
import { forwarderText } from '../network/forwarder'
import { driverText } from '../shell/driver'
import { INFO_DESCRIPTOR, placeFolders, sandboxArguments } from './arguments'
import { planCopies, prepareCopies, underOverlays } from './overlay'
import { preparePlace } from './place'
import { CONTROL_FOLDER, nodeInside } from './system-view'

/** What was found on this machine, by which sandboxes are started. */
export type Bubblewrap = { program: string; canOverlay: boolean; cgroups: CgroupHome | null; clock: Clock }

const NICE = 10
const MOST_COMPLAINT = 2_000
/** Most waits for processes that were killed to be gone from their cgroup. */
const REMOVE_TRIES = 40
const REMOVE_WAIT_MS = 50
/** After this the process outside is killed too, and what still holds its output is waited for no longer. */
const KILL_WAIT_MS = 2_000
/** The name of the file that tells a later start of the server which cgroups a sandbox had. */
export const CGROUPS_FILE = 'cgroups'

/** Starts a sandbox; its program is the driver of a warm shell. */
export function startBubblewrap(spec: SandboxSpec, found: Bubblewrap): SandboxProcess {
  const isRoot = process.getuid?.() === 0
  preparePlace(spec.place)
  const copies = planCopies(spec.copyOnWriteFolders, spec.place, found.canOverlay)
  prepareCopies(copies)
  writeDriver(spec, found)
  const cgroup = found.cgroups === null ? null : makeCgroup(spec, found.cgroups)
  const shown = { ...spec, readOnlyFolders: [...spec.readOnlyFolders, ...copies.readOnly] }
  const inside = ['/bin/bash', '--noprofile', '--norc', `${CONTROL_FOLDER}/driver`, spec.readyMark]
  const [program = '', ...args] = underOverlays(
    copies.overlays,
    [found.program, ...sandboxArguments(shown, process.execPath, copies.shown), ...inside, spec.startFolder],
    isRoot,
  )
  // Without an environment: what bubblewrap was given could be read inside, at /proc/1/environ. In a session
  // of its own: a Ctrl-C in the terminal ends the server in its own time, and what agents do with it.
  const child = spawn(program, args, {
    env: bareEnvironment(),
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  return processOf(child, cgroup, found.clock.awake)
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

/** Its folders are written down first: a server that is killed could not tell. */
function makeCgroup(spec: SandboxSpec, home: CgroupHome): Cgroup {
  const cgroup = createCgroup(home, `${basename(spec.place)}-${spec.readyMark}`, spec.limits)
  writeFileSync(join(spec.place, CGROUPS_FILE), cgroup.folders.join('\n'))
  return cgroup
}

function processOf(child: ChildProcess, cgroup: Cgroup | null, awake: Timeline): SandboxProcess {
  const { stdin, stdout, stderr } = child
  const info = child.stdio[INFO_DESCRIPTOR]
  if (stdin === null || stdout === null || stderr === null || info == null || !('on' in info))
    throw new Error('A process that was started with pipes has none.')
  let firstInside: number | null = null
  let complaint = ''
  let told = ''
  // A pipe of a child that is read is a Readable, whichever of its descriptors it is.
  ;(info as Readable).on('data', (piece: Buffer) => {
    told += piece.toString('utf8')
    firstInside = Number(/"child-pid": (\d+)/.exec(told)?.[1] ?? 0) || null
  })
  stderr.on('data', (piece: Buffer) => {
    complaint = (complaint + piece.toString('utf8')).slice(0, MOST_COMPLAINT)
  })

  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      complaint ||= error.message
      resolve(null)
    })
    // Its output has been read to the end by then.
    child.once('close', (code) => resolve(code))
  })
  const ended = exited.then(async (exitCode): Promise<SandboxEnd> => {
    firstInside = null
    if (cgroup !== null) await removeSoon(cgroup, awake)
    return { exitCode, complaint: complaint.trim() }
  })

  return {
    stdin,
    stdout,
    ended,
    confine() {
      if (firstInside === null) return
      const inside = [firstInside, ...childrenOf(firstInside)]
      for (const pid of inside) lower(pid)
      cgroup?.add(inside)
    },
    reachedLimit: () => cgroup?.reachedLimit() ?? null,
    async kill() {
      // The first process inside takes all others with it, and is waited for by the one outside. That one may
      // have been stopped, or hang.
      if (firstInside !== null) signal(firstInside, 'SIGKILL')
      else child.kill('SIGKILL')
      child.kill('SIGCONT')
      const cancel = awake.after(KILL_WAIT_MS, () => {
        child.kill('SIGKILL')
        for (const stream of [stdout, stderr]) stream.destroy()
      })
      await ended
      cancel()
    },
  }
}

function childrenOf(pid: number): number[] {
  try {
    const told = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return told.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function lower(pid: number): void {
  try {
    setPriority(pid, NICE)
  } catch {
    // It has ended.
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended.
  }
}

async function removeSoon(cgroup: Cgroup, awake: Timeline): Promise<void> {
  for (let at = 0; at < REMOVE_TRIES && !cgroup.remove(); at++)
    await new Promise<void>((resolve) => void awake.after(REMOVE_WAIT_MS, resolve))
}
