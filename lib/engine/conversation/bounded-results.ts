import { MOST_RESULT_TOKENS, roughTokens, sharesOf } from '@/lib/core/agent/context-size'
import { cutText } from '@/lib/core/base/cut-text'

/** What a tool gave. `isWhole`: it bounds itself, and would be of no use cut. */
type Given = { text: string; isWhole: boolean }

/**
 * The results of one turn, cut so that they fit its context together, beside what is shown in `shownTokens`. What was cut says so, and how to go on.
 */
export function boundedResults(results: readonly Given[], shownTokens = 0): string[] {
  const whole = results.reduce((sum, { text, isWhole }) => sum + (isWhole ? roughTokens(text) : 0), 0)
  const shares = sharesOf(
    results.map(({ text, isWhole }) => (isWhole ? '' : text)),
    Math.max(0, MOST_RESULT_TOKENS - shownTokens - whole),
  )
  return results.map(({ text, isWhole }, at) => {
    const share = shares[at] ?? text.length
    if (isWhole || share >= text.length) return text
    return `${cutText(text, share)}\n[Cut here: ${share.toLocaleString('en')} of ${text.length.toLocaleString('en')} characters. The results of one turn have ${MOST_RESULT_TOKENS.toLocaleString('en')} tokens together at most. For the rest call this again, by itself or for a part.]`
  })
}
