import { statfs } from 'node:fs/promises'
import type { RunCommand } from '@/lib/processes/command'

/** With less than this left, who goes on writing is stopped whatever it has written: a full disk ends all runs. */
const LEAST_FREE_BYTES = 512 * 1024 * 1024
/** What is free moves by so much with whatever else the machine does. */
const NOISE_BYTES = 16 * 1024 * 1024
/** Looks from one measurement to the next, however little seems to have gone. */
const MEASURED_EVERY = 20
/** The share of the quota that may be written between two measurements. */
const LOOK_SHARE = 1 / 4
/** Bytes of what is said of a few folders, a line each. */
const MOST_SAID = 1_000_000

/** Says whether what an agent wrote has come to more than it may. */
export type DiskWatch = {
  /** A command begins: what is there already is not its fault, and it may be the one that clears up. */
  begin(): Promise<void>
  isFull(): Promise<boolean>
}

/**
 * Watches folders of one file system. How much is free is asked each time, which is one system call; only when
 * much has gone since the folders were measured are they measured again: they can hold a hundred thousand files.
 */
export function watchDisk(folders: readonly string[], quotaBytes: number, run: RunCommand): DiskWatch {
  let freeAtBegin = 0
  let freeWhenMeasured = 0
  let looks = 0
  let used = 0
  let mostUsed = quotaBytes

  return {
    async begin() {
      freeAtBegin = (await freeBytes(folders[0] ?? '/')) ?? 0
      mostUsed = Math.max(quotaBytes, used)
    },
    async isFull() {
      const free = await freeBytes(folders[0] ?? '/')
      if (free === null) return false
      if (free < LEAST_FREE_BYTES && freeAtBegin - free > NOISE_BYTES) return true
      looks += 1
      // What others delete meanwhile hides what is written here: so the baseline rises with what is free, and the
      // folders are measured now and then in any case.
      freeWhenMeasured = Math.max(freeWhenMeasured, free)
      const isDue = freeWhenMeasured - free >= quotaBytes * LOOK_SHARE || looks % MEASURED_EVERY === 1
      if (!isDue) return used > mostUsed
      freeWhenMeasured = free
      used = await usedBytes(folders, run)
      return used > mostUsed
    },
  }
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    // The folder was removed: nothing is written to it.
    return null
  }
}

/** Measured by a program that yields to others; counts each file once, and nothing of other file systems. */
async function usedBytes(folders: readonly string[], run: RunCommand): Promise<number> {
  const args = ['-n', '15', 'du', '-skxc', '--', ...folders]
  const env = { PATH: '/usr/bin:/bin' }
  const order = { program: '/usr/bin/nice', args, env, cwd: '/', input: '', mostBytes: MOST_SAID }
  const said = await run(order).then(
    ({ output }) => output.toString('utf8'),
    () => '',
  )
  return 1024 * Number(/^(\d+)\ttotal$/m.exec(said)?.[1] ?? 0)
}
