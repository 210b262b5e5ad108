import { type Failure, type FailureKind, failure } from '@/lib/core/agent/failure'
import { type Redact, sentenceFor } from './sentences'
import type { WireError } from './stream/whole-message'

/** The model and host of a request, so a failure can name them. */
export type Asked = { model: string; host: string; redact: Redact }

/** A refused request: its HTTP status, what the body said, and what the headers asked us to wait. */
export type Refusal = {
  status: number | null
  wire: WireError
  retryAfterMs: number | null
  requestId: string | null
}

/**
 * The failure of a response with an error status, or of an error event inside a stream (then `status` is
 * null).
 */
export function failureOfRefusal(refusal: Refusal, asked: Asked): Failure {
  const kind = kindOfRefusal(refusal)
  return failure(kind, sentenceFor(kind, asked, refusal.wire.message, refusal.status), {
    status: refusal.status,
    requestId: refusal.requestId ?? refusal.wire.requestId,
    retryAfterMs: refusal.retryAfterMs,
  })
}

function kindOfRefusal({ status, wire }: Refusal): FailureKind {
  if (wire.code !== null && spendCodes.has(wire.code)) return 'spend-limit'
  if (wire.code === 'organization_on_hold') return 'billing'
  const said = wire.message ?? ''
  if (status === 400 || wire.type === 'invalid_request_error') {
    if (/credit balance is too low/i.test(said)) return 'billing'
    // A limit that the account's owner set is refused as a bad request.
    if (/specified API usage limits/i.test(said)) return 'spend-limit'
    if (
      /prompt is too long|exceeds? (the )?(model's )?(maximum )?context|context (window|length|limit)/i.test(
        said,
      )
    ) {
      return 'context-window'
    }
  }
  return (status === null ? null : kindOfStatus(status)) ?? kindByType.get(wire.type ?? '') ?? 'server-error'
}

/** Caps that last until a person acts or the month ends: waiting and asking again is pointless. */
const spendCodes = new Set([
  'enforced_spend_limit_reached',
  'contract_spend_limit_reached',
  'linked_organization_spend_limit_reached',
])

function kindOfStatus(status: number): FailureKind | null {
  const named = kindByStatus.get(status)
  if (named !== undefined) return named
  if (status >= 500) return 'server-error'
  return status >= 400 ? 'invalid-request' : null
}

const kindByStatus: ReadonlyMap<number, FailureKind> = new Map([
  [401, 'authentication'],
  [402, 'billing'],
  [403, 'permission'],
  [404, 'model-not-found'],
  [408, 'timeout'],
  [409, 'server-error'],
  [413, 'too-large'],
  [429, 'rate-limit'],
  [504, 'timeout'],
  [529, 'overloaded'],
])

const kindByType: ReadonlyMap<string, FailureKind> = new Map([
  ['invalid_request_error', 'invalid-request'],
  ['authentication_error', 'authentication'],
  ['billing_error', 'billing'],
  ['permission_error', 'permission'],
  ['not_found_error', 'model-not-found'],
  ['request_too_large', 'too-large'],
  ['rate_limit_error', 'rate-limit'],
  ['timeout_error', 'timeout'],
  ['api_error', 'server-error'],
  ['overloaded_error', 'overloaded'],
])

/** The failure of a connection that never came about or broke; null when the error is not the network's. */
export function failureOfNetwork(error: unknown, asked: Asked): Failure | null {
  const code = networkCode(error)
  if (code === null) return null
  const kind = unreachableCodes.has(code) ? 'unreachable' : 'connection'
  return failure(kind, sentenceFor(kind, asked, code, null))
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_INVALID_URL',
])

/**
 * The system's or undici's code, which may lie several causes deep; fetch itself only says "terminated" or
 * "failed".
 */
function networkCode(error: unknown, depth = 0): string | null {
  if (!(error instanceof Error) || depth > 5) return null
  if ('code' in error && typeof error.code === 'string') return error.code
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause
  const code = networkCode(inner, depth + 1)
  if (code !== null) return code
  return error instanceof TypeError && /^(terminated|fetch failed)/.test(error.message)
    ? 'connection lost'
    : null
}
