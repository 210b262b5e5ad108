import { readdirSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

/**
 * A tenth of the processor beside one that wants it all. The lowest there is would be a seventieth: on a
 * machine whose cores are all taken a dry run would then hardly end at all, and somebody waits for it.
 */
const priority = constants.priority.PRIORITY_BELOW_NORMAL

/**
 * Lets a process yield to all that is more pressing, where the system allows it; never throws. On Linux a
 * priority belongs to a thread, and a process id names the first one only, so that the others, which collect
 * garbage and compile, are told one by one. Threads that are made later have the priority of the one that
 * made them.
 */
export function lowerPriority(pid: number): void {
  lower(pid)
  if (process.platform !== 'linux') return
  for (const thread of threadsOf(pid)) lower(thread)
}

function lower(id: number): void {
  try {
    // Who was started at a lower one still keeps that.
    if (getPriority(id) < priority) setPriority(id, priority)
  } catch {
    // It has ended, or may not be changed: it works as well at the priority it has.
  }
}

/** None where they are not told, as in a container without `/proc`. */
function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}
