import { z } from 'zod'

/** Why an attempt or a turn ended badly. Closed: a new kind must find its retry rule here. */
export const failureKinds = [
  'rate-limit',
  'overloaded',
  'server-error',
  'timeout',
  'connection',
  'unreachable',
  'truncated-stream',
  'stalled',
  'interrupted',
  'invalid-request',
  'authentication',
  'permission',
  'billing',
  'spend-limit',
  'model-not-found',
  'no-price',
  'too-large',
  'refusal',
  'context-window',
  'max-tokens',
  'max-turns',
  'schema',
  'rejected',
  'limit',
  'agent-limit',
  'internal',
] as const
export type FailureKind = (typeof failureKinds)[number]

/** A typed failure. `message` is for people: what happened, to whom, what to do. It never holds a secret. */
export const failureSchema = z.object({
  kind: z.enum(failureKinds),
  message: z.string(),
  status: z.number().int().nullable(),
  requestId: z.string().nullable(),
  /** What the server asked us to wait, in milliseconds. */
  retryAfterMs: z.number().nonnegative().nullable(),
})
export type Failure = z.infer<typeof failureSchema>

/** A failure from its kind and sentence; the rest where it is known. */
export function failure(
  kind: FailureKind,
  message: string,
  more: Partial<Omit<Failure, 'kind' | 'message'>> = {},
): Failure {
  return { kind, message, status: null, requestId: null, retryAfterMs: null, ...more }
}

/** What to do about a failure: try the turn again, stop everybody and ask a person, or let the agent end. */
export type FailureRule = 'retry' | 'pause' | 'end'

/** The one table of what each kind leads to. */
export const failureRules: Readonly<Record<FailureKind, FailureRule>> = {
  'rate-limit': 'retry',
  overloaded: 'retry',
  'server-error': 'retry',
  timeout: 'retry',
  connection: 'retry',
  unreachable: 'retry',
  'truncated-stream': 'retry',
  stalled: 'retry',
  interrupted: 'retry',
  'invalid-request': 'end',
  authentication: 'pause',
  permission: 'pause',
  billing: 'pause',
  'spend-limit': 'pause',
  'model-not-found': 'end',
  'no-price': 'end',
  'too-large': 'end',
  refusal: 'end',
  'context-window': 'end',
  'max-tokens': 'end',
  'max-turns': 'end',
  schema: 'end',
  rejected: 'end',
  limit: 'end',
  'agent-limit': 'end',
  internal: 'end',
}
