import { longest } from '@/lib/core/base/text-bounds'
import { note, send } from './host'
import { site } from './places'
import { type Pending, type Site, state } from './state'
import { get, isArray, parse, RealPromise, RealRangeError, RealTypeError, stringify } from './taken-aside'
import { cut, describe, isObject, isThenable } from './texts'

const LONGEST_PROMPT = 4_000_000
const LONGEST_OPTIONS = 1_000_000
const REJECTED = 'The script did not accept this answer (failIf)'

/** One call of a workflow of that scope, in the phase it is in; resolved by its fact. */
export function askAgent(
  { path, phase }: { path: string; phase: string | null },
  { prompt, options, settled }: { prompt: unknown; options: unknown; settled: boolean },
): Promise<unknown> {
  const at = site()
  return new RealPromise((resolve, reject) => {
    const { budgetTotal } = state.settings
    const overBudget = budgetTotal !== null && state.spent.outputTokens >= budgetTotal
    const failIf = failIfOf(options, at)
    const text = optionsText(options, at)
    const asked = promptText(prompt, at)
    if (asked.length > LONGEST_PROMPT)
      throw new RealRangeError(
        `The prompt of this agent() call has ${asked.length} characters; at most ${LONGEST_PROMPT} can be sent`,
      )
    const own = parse(text).phase
    state.calls += 1
    const id = state.calls
    state.pending[id] = { resolve, reject, failIf, site: at, context: state.current, workflow: null }
    send('agent', {
      __proto__: null,
      id,
      scope: path,
      prompt: asked,
      optionsText: text,
      site: at,
      phase: typeof own === 'string' ? cut(own, longest.name) : phase,
      settled,
      overBudget,
      barrier: state.current,
    })
  })
}

function promptText(value: unknown, at: Site | null): string {
  if (typeof value === 'string') return value
  if (isThenable(value)) throw new RealTypeError('agent() was given a promise as its prompt: await it first')
  let text: string | undefined
  try {
    text = typeof value === 'object' && value !== null ? stringify(value) : String(value)
  } catch {
    text = describe(value)
  }
  note('agent() was given a prompt that is not a string; it was turned into text', at)
  return text === undefined ? 'undefined' : text
}

function optionsText(options: unknown, at: Site | null): string {
  if (options === undefined || options === null) return '{}'
  if (typeof options !== 'object' || isArray(options)) {
    note('agent() was given options that are not an object; they were ignored', at)
    return '{}'
  }
  let text: string
  try {
    text = stringify({ __proto__: null, ...options, failIf: undefined })
  } catch (error) {
    throw new RealTypeError(`agent() options are not JSON: ${describe(error)}`)
  }
  if (text.length > LONGEST_OPTIONS)
    throw new RealRangeError(
      `The options of this agent() call have ${text.length} characters as JSON; at most ${LONGEST_OPTIONS} can be sent`,
    )
  return text
}

function failIfOf(options: unknown, at: Site | null): Pending['failIf'] {
  const failIf = typeof options === 'object' && options !== null ? get(options, 'failIf') : undefined
  if (typeof failIf === 'function') return (answer) => failIf(answer)
  if (failIf !== undefined && failIf !== null)
    note('agent() option failIf is not a function and was ignored', at)
  return null
}

/** Hands an answer over, unless the call's own failIf says that it is none. */
export async function accept(
  id: number,
  call: Pending,
  failIf: NonNullable<Pending['failIf']>,
  { outcome, isSettled }: { outcome: unknown; isSettled: boolean },
): Promise<void> {
  const settled = isSettled && isObject(outcome) ? outcome : null
  const answer = settled === null ? outcome : get(settled, 'value')
  const status = settled === null ? null : get(settled, 'status')
  const isAnswer = settled === null ? answer !== null : status === 'succeeded' || status === 'flagged'
  if (!isAnswer) return call.resolve(outcome)
  try {
    let verdict = failIf(answer)
    if (isThenable(verdict)) verdict = await verdict
    if (!verdict) return call.resolve(outcome)
  } catch (error) {
    note(`failIf threw, so the answer counts as not accepted: ${describe(error)}`, call.site)
  }
  send('reject', { __proto__: null, id })
  const failure = { kind: 'rejected', message: REJECTED }
  call.resolve(settled === null ? null : { ...settled, status: 'failed', value: null, failure })
}
