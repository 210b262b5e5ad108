import { longest } from '@/lib/core/base/text-bounds'
import { send } from './host'
import { listOf } from './lists'
import type { Caller } from './merge-call'
import { site } from './places'
import { state } from './state'
import { get, RealPromise, RealTypeError } from './taken-aside'
import { cut, isObject } from './texts'

const LONGEST_PATH = 4_000

/**
 * `checkQuotes([{source, quote}])`: looks each quote up in the file of the workspace it is said to stand in, by
 * code and letter by letter. Gives, in their order, `{source, quote, found, place: {page, line, endLine, isExact},
 * why}`; `why` says why there was nothing to look in. Never rejects for a quote that is nowhere.
 */
export function checkQuotes({ path }: Pick<Caller, 'path'>, of: unknown): Promise<unknown> {
  const at = site()
  return new RealPromise((resolve, reject) => {
    const quotes: object[] = []
    for (const one of listOf(of, 'checkQuotes()')) {
      const source = isObject(one) ? get(one, 'source') : undefined
      const quote = isObject(one) ? get(one, 'quote') : undefined
      if (typeof source !== 'string' || typeof quote !== 'string')
        throw new RealTypeError('checkQuotes() takes a list of { source, quote }, both texts')
      quotes[quotes.length] = {
        __proto__: null,
        source: cut(source, LONGEST_PATH),
        quote: cut(quote, longest.quote),
      }
    }
    state.calls += 1
    const id = state.calls
    state.pending[id] = { resolve, reject, failIf: null, site: at, context: state.current, workflow: null }
    send('check-quotes', { __proto__: null, id, scope: path, quotes })
  })
}
