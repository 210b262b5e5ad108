// How the server's V8 clears memory away.
import { setFlagsFromString } from 'node:v8'
import { succeeds } from './run.mjs'

/**
 * Young objects are cleared away by the thread that made them, alone. Sharing that among threads is meant for
 * idle cores; on two, which have requests to serve, the helpers cost more than they save.
 */
const wanted = ['--no-parallel-scavenge']

/**
 * Those of the flags that this Node knows: V8 promises none of them, and Node does not start with one that it
 * lacks.
 */
export function heapFlags(flags = wanted) {
  return flags.filter((flag) => succeeds(process.execPath, [flag, '-e', '0']))
}

/** Sets them for this process, threads started later included. */
export function setHeapFlags() {
  for (const flag of heapFlags()) setFlagsFromString(flag)
}
