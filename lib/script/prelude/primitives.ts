import { longest } from '@/lib/core/base/text-bounds'
import { askAgent } from './agent-call'
import { parallel, pipeline } from './barriers'
import { budget } from './budget'
import { note, send } from './host'
import { patternsOf } from './patterns'
import { site } from './places'
import { type Site, state } from './state'
import {
  get,
  isArray,
  parse,
  RealError,
  RealPromise,
  RealRangeError,
  RealTypeError,
  stringify,
} from './taken-aside'
import { cut, describe, lineOf } from './texts'
import { LONGEST_DELAY_MS, timersOf } from './timers'

const LONGEST_NAME = 2_000

/**
 * One workflow of the run: the launched one, or one that it called. `path`: its scope, '' for the launched
 * one.
 */
export type Scope = { path: string; isChild: boolean; isInline: boolean; phase: string | null }

/** `log(...values)`: a line in the log of the run. */
export const log = (...values: unknown[]): void => {
  send('log', { __proto__: null, message: cut(lineOf(values), longest.line) })
}

/**
 * `answerRef(settled)`: words for a prompt that stand for an answer too long to stand there itself: its agent
 * reads what it needs of it. Takes what `agent.settled` gave, or its `agentId`.
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
    const at = site()
    return new RealPromise((resolve, reject) => {
      const reference = referenceOf(ref)
      const isInline = reference.by === 'source'
      if (scope.isChild || (isInline && scope.isInline))
        throw new RealError(
          'workflow() cannot be called here: a workflow that was called by another may not call a third',
        )
      let argsText: string | undefined
      try {
        argsText = stringify(args)
      } catch (error) {
        throw new RealTypeError(`workflow() args are not JSON: ${describe(error)}`)
      }
      state.calls += 1
      const id = state.calls
      const called = { argsText, isInline, phase: currentPhase }
      state.pending[id] = {
        resolve,
        reject,
        failIf: null,
        site: at,
        context: state.current,
        workflow: called,
      }
      send('workflow', { __proto__: null, id, scope: path, reference, site: at })
    })
  }

  function checkpoint(options: unknown): Promise<unknown> {
    const at = site()
    return new RealPromise((resolve, reject) => {
      const asked = typeof options === 'string' ? { title: options } : options
      const title = typeof asked === 'object' && asked !== null ? get(asked, 'title') : undefined
      if (typeof title !== 'string' || title === '')
        throw new RealTypeError('checkpoint() takes { title, detail, input?, timeoutMs?, default? }')
      const question = questionOf(parse(stringify(asked)), at)
      state.calls += 1
      const id = state.calls
      state.pending[id] = { resolve, reject, failIf: null, site: at, context: state.current, workflow: null }
      send('checkpoint', { __proto__: null, id, scope: path, site: at, ...question })
    })
  }

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
    patterns: patternsOf(),
    answerRef,
    ...timersOf(path),
  }
}

type Reference =
  | { __proto__: null; by: 'name'; name: string }
  | { __proto__: null; by: 'path'; path: string }
  | { __proto__: null; by: 'source'; source: string }

function referenceOf(ref: unknown): Reference {
  const reference = anyReference(ref)
  const name = reference.by === 'name' ? reference.name : reference.by === 'path' ? reference.path : ''
  if (name.length > LONGEST_NAME)
    throw new RealRangeError(
      `workflow() was given a name of ${name.length} characters; at most ${LONGEST_NAME} are looked for`,
    )
  return reference
}

function anyReference(ref: unknown): Reference {
  if (typeof ref === 'string' && ref !== '') return { __proto__: null, by: 'name', name: ref }
  if (typeof ref === 'object' && ref !== null) {
    const path: unknown = get(ref, 'scriptPath')
    if (typeof path === 'string') return { __proto__: null, by: 'path', path }
    const source: unknown = get(ref, 'script')
    if (typeof source === 'string') return { __proto__: null, by: 'source', source }
    const name: unknown = get(ref, 'name')
    if (typeof name === 'string') return { __proto__: null, by: 'name', name }
  }
  throw new RealTypeError('workflow() takes a name, or { scriptPath } relative to the workspace')
}

/**
 * What a checkpoint asks, from options that are JSON; what is none of its options is left aside, with a note.
 */
function questionOf(options: { [key: string]: unknown }, at: Site | null): object {
  const { title, input, timeoutMs, default: fallback } = options
  const detail = options.detail ?? ''
  return {
    __proto__: null,
    title: cut(String(title), longest.question),
    detail: cut(typeof detail === 'string' ? detail : stringify(detail), longest.matter),
    inputText: inputOf(input, at),
    timeoutMs: timeoutOf(timeoutMs, at),
    hasDefault: fallback !== undefined,
    defaultText: fallback === undefined ? 'null' : stringify(fallback),
  }
}

function inputOf(input: unknown, at: Site | null): string {
  if (input === undefined || input === null) return 'null'
  if (typeof input === 'object' && !isArray(input)) return stringify(input)
  note('checkpoint() input is not a JSON Schema object and was ignored', at)
  return 'null'
}

function timeoutOf(timeoutMs: unknown, at: Site | null): number | null {
  if (timeoutMs === undefined || timeoutMs === null) return null
  if (typeof timeoutMs === 'number' && timeoutMs > 0)
    return timeoutMs < LONGEST_DELAY_MS ? timeoutMs : LONGEST_DELAY_MS
  note('checkpoint() timeoutMs is not a number above zero and was ignored', at)
  return null
}
