import { startingBy } from './child'
import { runCommand } from './command'
import { createPipeMaker, keepPipes } from './named-pipes'
import type { Processes } from './processes'
import { spawnHere } from './spawn'

const maker = createPipeMaker()
process.once('exit', () => maker.clear())

/** Starts processes as children of this very one: for programs of their own, which are small, and for tests. */
export const processesHere: Processes = {
  run: runCommand,
  start: startingBy(keepPipes(maker.make), spawnHere),
}
