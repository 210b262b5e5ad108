import { cutText } from '@/lib/core/base/cut-text'

/** What went wrong at the Admin API, as far as something different is to be done about it. */
export type BillingProblemKind =
  | 'unauthorized'
  | 'forbidden'
  | 'rate-limited'
  | 'missing'
  | 'expired'
  | 'invalid'
  | 'unavailable'

/**
 * Something the Admin API did not answer, in a sentence for people. It holds nothing of the request, so no key.
 * `retryAtMs` is when asking again may help, where that was said.
 */
export class BillingProblem extends Error {
  constructor(
    readonly kind: BillingProblemKind,
    message: string,
    readonly retryAtMs: number | null = null,
  ) {
    super(message)
    this.name = 'BillingProblem'
  }
}

/** Longest text of theirs that becomes part of a sentence. */
const MOST_SAID = 300

/** How long is waited where a limit was met and nobody said how long; and the longest wait that is believed. */
const USUAL_WAIT_SECONDS = 60
const MOST_WAIT_SECONDS = 86_400

/** What a refusal means: its status, its `retry-after`, and what was said of it, without secrets. */
export function problemOfRefusal(
  { status, retryAfter, said }: { status: number; retryAfter: string | null; said: string },
  nowMs: number,
): BillingProblem {
  const words = said.replace(/\p{C}/gu, ' ').replace(/\s+/g, ' ').trim()
  const reason = words === '' ? 'it gave no reason' : cutText(words, MOST_SAID)
  if (status === 429) {
    const untilMs = nowMs + secondsOf(retryAfter) * 1000
    const until = new Date(untilMs).toISOString().slice(0, 19).replace('T', ' ')
    return new BillingProblem(
      'rate-limited',
      `Anthropic takes no more questions of this Admin key until ${until} UTC.`,
      untilMs,
    )
  }
  if (status === 401)
    return new BillingProblem(
      'unauthorized',
      'Anthropic does not know this Admin key: it is wrong, was revoked or has expired. Set a new one under Settings.',
    )
  if (status === 403)
    return new BillingProblem(
      'forbidden',
      `This key may not read what was billed (403): ${reason}. It has to be an Admin key of the organisation (sk-ant-admin…); a key for models is none.`,
    )
  if (status === 404) return new BillingProblem('missing', 'There is no such report at this address (404).')
  if (status === 410)
    return new BillingProblem('expired', 'The report changed while it was read. Read it again.')
  if (status >= 500 || status === 408)
    return new BillingProblem('unavailable', `The Admin API answered ${status}; it may be down for a moment.`)
  return new BillingProblem('invalid', `The Admin API refused what was asked (${status}): ${reason}`)
}

/** Seconds, or a date, as `retry-after` may say them. */
function secondsOf(retryAfter: string | null): number {
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter.trim() || Number.NaN)
  if (!Number.isFinite(seconds) || seconds < 0) return USUAL_WAIT_SECONDS
  return Math.min(Math.ceil(seconds), MOST_WAIT_SECONDS)
}
