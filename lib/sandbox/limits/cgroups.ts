import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join, normalize } from 'node:path'
import type { Timeline } from '@/lib/core/ports/clock'
import type { ReachedLimit, ShellLimits } from './limits'

/** Where cgroups can be made: the parent folder of each controller, or the one folder of version 2. */
export type CgroupHome =
  | { version: 'cgroup-v1'; memory: string; pids: string; cpu: string }
  | { version: 'cgroup-v2'; all: string }

/** The cgroups of one sandbox. */
export type Cgroup = {
  folders: readonly string[]
  /** Moves processes in that are not in already; their children are born there. Rejects where one has ended. */
  add(pids: readonly number[]): Promise<void>
  /** The limit reached since the last call. */
  reachedLimit(): ReachedLimit | null
  /** Removes them; false while something still runs in one. */
  remove(): boolean
}

/** All of ours begin so. */
const CGROUP_PREFIX = 'skein-'
const ROOT = '/sys/fs/cgroup'
const CPU_PERIOD_US = 100_000
/**
 * Half of what a process beside it weighs: niceness counts only within a cgroup, and all of a sandbox is weighed as
 * one. Less, and on a machine that is busy otherwise agents would hardly move.
 */
const [SHARES, WEIGHT] = ['512', '50']

/** Where cgroups for memory and processes can be made, tried by making them; null where they cannot. */
export function findCgroups(name: string, limits: ShellLimits): CgroupHome | null {
  for (const home of candidates()) {
    try {
      const tried = createCgroup(home, name, limits)
      if (tried.remove()) return home
    } catch {
      // Read-only, not ours, or without these controllers: rlimits are left.
    }
  }
  return null
}

function candidates(): CgroupHome[] {
  const [memory, pids, cpu] = [ownFolder('memory'), ownFolder('pids'), ownFolder('cpu')]
  const first: CgroupHome[] =
    memory === null || pids === null || cpu === null ? [] : [{ version: 'cgroup-v1', memory, pids, cpu }]
  return existsSync(join(ROOT, 'cgroup.controllers'))
    ? [...first, { version: 'cgroup-v2', all: join(ROOT, 'skein') }]
    : first
}

/** The folder of the cgroup that this process is in: below it, the limits of the server still hold. */
function ownFolder(controller: string): string | null {
  try {
    for (const line of readFileSync('/proc/self/cgroup', 'utf8').split('\n')) {
      const [, names = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
      if (!names.split(',').includes(controller)) continue
      const mount = join(ROOT, names)
      // In a container the path may be told from outside, where it is not mounted.
      return [join(mount, path), mount].find((folder) => existsSync(folder)) ?? null
    }
  } catch {
    // No Linux.
  }
  return null
}

/** Makes the cgroups of one sandbox. Throws what the system says, leaving none behind. */
export function createCgroup(home: CgroupHome, name: string, limits: ShellLimits): Cgroup {
  const settings = settingsOf(home, `${CGROUP_PREFIX}${name}`, limits)
  const folders = settings.map(({ folder }) => folder)
  try {
    if (home.version === 'cgroup-v2') prepareParent(home.all)
    for (const { folder, values } of settings) {
      mkdirSync(folder)
      for (const [file, value] of Object.entries(values)) writeFileSync(join(folder, file), value)
    }
  } catch (error) {
    removeAll(folders)
    throw error
  }
  const reached = reachedSince(home, folders)
  return {
    folders,
    async add(pids) {
      const joined = folders.map((folder) => join(folder, 'cgroup.procs'))
      await Promise.all(joined.map((file) => addMissing(file, pids)))
    },
    reachedLimit: reached,
    remove: () => removeAll(folders),
  }
}

/**
 * To move one in, the kernel waits until all cores have passed by, which takes it 10 ms: in a thread of its own, and
 * not again for those that are in.
 */
async function addMissing(file: string, pids: readonly number[]): Promise<void> {
  const inside = new Set((await readFile(file, 'utf8')).split('\n').map(Number))
  for (const pid of pids) if (!inside.has(pid)) await writeFile(file, String(pid))
}

type Setting = { folder: string; values: Record<string, string> }

function settingsOf(home: CgroupHome, name: string, limits: ShellLimits): Setting[] {
  const [memory, pids] = [String(limits.memoryBytes), String(limits.processes)]
  const quota = String(Math.round(limits.cores * CPU_PERIOD_US))
  if (home.version === 'cgroup-v2') {
    const cpu = { 'cpu.max': `${quota} ${CPU_PERIOD_US}`, 'cpu.weight': WEIGHT }
    const values = { 'memory.max': memory, 'memory.oom.group': '0', 'pids.max': pids, ...cpu }
    return [{ folder: join(home.all, name), values }]
  }
  return [
    { folder: join(home.memory, name), values: { 'memory.limit_in_bytes': memory } },
    { folder: join(home.pids, name), values: { 'pids.max': pids } },
    { folder: join(home.cpu, name), values: { 'cpu.cfs_quota_us': quota, 'cpu.shares': SHARES } },
  ]
}

/** In version 2 a controller has to be handed down; only a cgroup without processes of its own may do that. */
function prepareParent(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory +pids +cpu')
}

/** Kernel counters tell how often a limit was met; a limit is reached when one has grown. */
function reachedSince(home: CgroupHome, folders: readonly string[]): () => ReachedLimit | null {
  const [memory = '', pids = memory] = folders
  const killsFile = home.version === 'cgroup-v1' ? 'memory.oom_control' : 'memory.events'
  let [kills, refusals] = [0, 0]
  return () => {
    const [killsNow, refusalsNow] = [
      counter(join(memory, killsFile), 'oom_kill'),
      counter(join(pids, 'pids.events'), 'max'),
    ]
    const isKilled = killsNow > kills
    const isRefused = refusalsNow > refusals
    kills = killsNow
    refusals = refusalsNow
    if (isRefused) return 'processes'
    return isKilled ? 'memory' : null
  }
}

function counter(file: string, name: string): number {
  try {
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? 0)
  } catch {
    // It ended meanwhile.
    return 0
  }
}

function removeAll(folders: readonly string[]): boolean {
  return folders.map(removeOne).every(Boolean)
}

function removeOne(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch {
    return !existsSync(folder)
  }
}

/** Most waits for processes that were killed to be gone. */
const REMOVE_TRIES = 100
const REMOVE_WAIT_MS = 20

/** Removes what can be removed once the processes in it, which were killed, are gone. */
export async function removeSoon(remove: () => boolean, awake: Timeline): Promise<void> {
  for (let at = 0; at < REMOVE_TRIES && !remove(); at++)
    await new Promise<void>((resolve) => void awake.after(REMOVE_WAIT_MS, resolve))
}

/**
 * Ends what runs in a cgroup of ours that a crash left behind, and removes it. A folder that is none of ours is
 * left alone, wherever its name was found.
 */
export async function endCgroup(folder: string, awake: Timeline): Promise<void> {
  const isOurs = normalize(folder).startsWith(`${ROOT}/`) && basename(folder).startsWith(CGROUP_PREFIX)
  if (!isOurs || removeOne(folder)) return
  for (const pid of processesIn(folder)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
  await removeSoon(() => removeOne(folder), awake)
}

function processesIn(folder: string): number[] {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8')
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 1)
  } catch {
    return []
  }
}
