import { longest } from '@/lib/core/base/text-bounds'
import { askAgent } from './agent-call'
import { parallel, pipeline } from './barriers'
import { budget } from './budget'
import { askPerson } from './checkpoint-call'
import { send } from './host'
import { askForChanges } from './merge-call'
import { patternsOf } from './patterns'
import { checkQuotes } from './quotes-call'
import { get, RealTypeError } from './taken-aside'
import { cut, lineOf } from './texts'
import { timersOf } from './timers'
import { callWorkflow, type Scope } from './workflow-call'

/** `log(...values)`: a line in the log of the run. */
export const log = (...values: unknown[]): void => {
  send('log', { __proto__: null, message: cut(lineOf(values), longest.line) })
}

/**
 * `answerRef(settled)`: a placeholder for a prompt in place of an answer too long to paste; the agent that gets
 * the prompt reads the parts it needs with a tool. Takes what `agent.settled` gave, or its `agentId`.
 */
function answerRef(of: unknown): string {
  const id = typeof of === 'object' && of !== null ? get(of, 'agentId') : of
  if (typeof id !== 'string')
    throw new RealTypeError('answerRef() takes what agent.settled() gave, or its agentId')
  return `[[answer of ${id}]]`
}

/** What one workflow is given, by name: primitives that know its call scope and its current phase. */
export function primitivesOf(scope: Scope, args: unknown): Record<string, unknown> {
  const { path } = scope
  let currentPhase = scope.phase

  function agent(prompt: unknown, options: unknown): Promise<unknown> {
    return askAgent({ path, phase: currentPhase }, { prompt, options, settled: false })
  }
  agent.settled = function settled(prompt: unknown, options: unknown): Promise<unknown> {
    return askAgent({ path, phase: currentPhase }, { prompt, options, settled: true })
  }

  function phase(title: unknown): void {
    currentPhase = cut(String(title), longest.name)
    send('phase', { __proto__: null, title: currentPhase })
  }

  function workflow(ref: unknown, args: unknown): Promise<unknown> {
    return callWorkflow(scope, currentPhase, { ref, args })
  }

  function checkpoint(options: unknown): Promise<unknown> {
    return askPerson(path, options)
  }

  const caller = { path, phase: () => currentPhase }
  return {
    agent,
    parallel,
    pipeline,
    phase,
    log,
    args,
    budget,
    workflow,
    checkpoint,
    patterns: patternsOf(caller),
    answerRef,
    changes: () => askForChanges(caller),
    checkQuotes: (of: unknown) => checkQuotes(caller, of),
    ...timersOf(path),
  }
}
