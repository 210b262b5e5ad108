import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import type { Readable } from 'node:stream'
import type { Timeline } from '@/lib/core/ports/clock'
import type { StartedChild } from '@/lib/processes/child'
import type { SandboxEnd, SandboxProcess } from '../backend'
import { type Cgroup, removeSoon } from '../limits/cgroups'
import { endOf, whenGivenUp } from '../sandbox-end'
import { INFO_DESCRIPTOR, MAP_DESCRIPTOR } from './identity'
import { OUTPUT_FOLDER } from './system-view'

const NICE = 10
/** What forks for ever is refused now and then, and seldom counted at its very limit. */
const FULL_SHARE = 0.95
/** After this the process outside is killed too, and what still holds its output is waited for no longer. */
const KILL_WAIT_MS = 2_000

/** A bubblewrap that was started, as a sandbox. */
export function followProcess(options: {
  child: StartedChild
  cgroup: Cgroup | null
  /** Written for the first process inside, where bubblewrap waits for it. */
  userMap: string | null
  /** Counted where there is no cgroup that counts them. */
  mostProcesses: number
  awake: Timeline
}): SandboxProcess {
  const { child, cgroup, userMap, awake } = options
  const [stdin, stdout, stderr] = [child.pipe(0), child.pipe(1), child.pipe(2)]
  let firstInside: number | null = null
  const { givenUp, giveUp } = whenGivenUp()
  const ended = endOf(child, { stdout, stderr, givenUp }).then(async (end): Promise<SandboxEnd> => {
    if (cgroup !== null) await removeSoon(cgroup.remove, awake)
    return end
  })
  // An id may be another's as soon as the process is gone.
  void child.ended.then(() => {
    firstInside = null
  })
  const begun = firstProcess(child.pipe(INFO_DESCRIPTOR)).then((pid) => {
    firstInside = pid
    if (pid !== null && userMap !== null) mapUsers(pid, userMap)
    child.pipe(MAP_DESCRIPTOR).end('\n')
  })
  // While it is still being set up: what it starts then is born inside, and nobody waits for the kernel.
  const joined = begun.then(async () => {
    if (firstInside !== null) await cgroup?.add([firstInside])
  })
  // It has ended, which is told where it is bounded.
  joined.catch(() => {})

  return {
    stdin,
    stdout,
    ended,
    outputFolder: OUTPUT_FOLDER,
    async confine() {
      await begun
      if (firstInside === null) throw new Error('bubblewrap did not tell which process it started.')
      const inside = [firstInside, ...childrenOf(firstInside)]
      for (const pid of inside) setPriority(pid, NICE)
      await joined
      await cgroup?.add(inside)
    },
    reachedLimit() {
      if (cgroup !== null) return cgroup.reachedLimit()
      const isFull = firstInside !== null && countInside(firstInside) >= FULL_SHARE * options.mostProcesses
      return isFull ? 'processes' : null
    },
    async kill() {
      // The first process inside takes all others with it, and is waited for by the one outside. That one may
      // have been stopped, or hang.
      if (firstInside !== null) killNow(firstInside)
      else child.signal('SIGKILL')
      child.signal('SIGCONT')
      const cancel = awake.after(KILL_WAIT_MS, () => {
        child.signal('SIGKILL')
        for (const stream of [stdout, stderr]) stream.destroy()
        giveUp()
      })
      await ended
      cancel()
    },
  }
}

/** The id of the first process inside, seen from outside; null when there never was one. */
function firstProcess(info: Readable): Promise<number | null> {
  return new Promise((resolve) => {
    let told = ''
    info.on('data', (piece: Buffer) => {
      told += piece.toString('utf8')
      const pid = /"child-pid": (\d+)/.exec(told)?.[1]
      if (pid !== undefined) resolve(Number(pid))
    })
    info.once('close', () => resolve(null))
  })
}

function mapUsers(pid: number, map: string): void {
  for (const file of ['uid_map', 'gid_map']) {
    try {
      writeFileSync(`/proc/${pid}/${file}`, map)
    } catch {
      // It has ended; bubblewrap says why.
    }
  }
}

function childrenOf(pid: number): number[] {
  const told = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return told.split(' ').filter(Boolean).map(Number)
}

/**
 * Processes and their threads, which the kernel counts alike; through the sandbox's own view of them, which shows
 * only those inside and which it cannot change.
 */
function countInside(firstInside: number): number {
  const folder = `/proc/${firstInside}/root/proc`
  try {
    const pids = readdirSync(folder).filter((name) => /^\d+$/.test(name))
    return pids.reduce((sum, pid) => sum + threadsOf(`${folder}/${pid}/stat`), 0)
  } catch {
    return 0
  }
}

/** The name of a program stands in brackets and may hold anything; threads are told 18 fields after it. */
function threadsOf(file: string): number {
  try {
    const told = readFileSync(file, 'utf8')
    return Number(told.slice(told.lastIndexOf(')') + 2).split(' ')[17])
  } catch {
    // It ended since it was listed.
    return 0
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
