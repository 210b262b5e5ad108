import { longest } from '@/lib/core/base/text-bounds'
import { note, send } from './host'
import { site } from './places'
import { type Site, state } from './state'
import { get, isArray, parse, RealPromise, RealTypeError, stringify } from './taken-aside'
import { cut } from './texts'
import { LONGEST_DELAY_MS } from './timers'

/** `checkpoint(options)`: asks a person, and resolves with the answer. `path`: the scope of the caller. */
export function askPerson(path: string, options: unknown): Promise<unknown> {
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
