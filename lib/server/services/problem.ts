import type { ZodError } from 'zod'
import type { Problem, ProblemKind } from '@/lib/api/problem'
import { cutText, cutWithCount } from '@/lib/core/base/cut-text'
import { isNamed } from '@/lib/core/base/named-error'
import type { RunStateError } from '@/lib/engine/run/run-state-error'
import type { ScriptError } from '@/lib/script/script-error'
import type { WorkspaceError } from '@/lib/workspace/workspace-error'

/** A refusal a caller can act on. The message says what, where and what to do, and holds no secret. */
export class Refusal extends Error {
  constructor(
    readonly kind: ProblemKind,
    message: string,
    readonly errors: NonNullable<Problem['errors']> = [],
    /** When asking again may help, where that is known. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message)
    this.name = 'Refusal'
  }
}

/** The one table from kind to status and title. */
export const problems: Readonly<Record<ProblemKind, { status: number; title: string }>> = {
  'bad-request': { status: 400, title: 'Invalid request' },
  unauthorized: { status: 401, title: 'Sign in first' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  'no-such-method': { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'Conflict with the current state' },
  'too-large': { status: 413, title: 'The request is too large' },
  unsupported: { status: 415, title: 'Unsupported content type' },
  'too-many': { status: 429, title: 'Too many requests' },
  busy: { status: 503, title: 'Temporarily unavailable' },
  internal: { status: 500, title: 'Internal error' },
}

/** Any error as problem details. What is not a refusal is reported and told without its inside. */
export function problemOf(error: unknown): Problem {
  const { kind, message, errors } = refusalOf(error)
  return {
    type: `urn:skein:problem:${kind}`,
    title: problems[kind].title,
    status: problems[kind].status,
    detail: message,
    ...(errors.length > 0 ? { errors } : {}),
  }
}

/** Headers of a refusal beside its body. */
export function refusalHeaders(error: unknown): Record<string, string> {
  const seconds = isNamed<Refusal>(error, 'Refusal') ? error.retryAfterSeconds : null
  return seconds === null ? {} : { 'retry-after': String(seconds) }
}

/** True for faults of our own, which belong in the server's log. */
export function isFault(error: unknown): boolean {
  return refusalOf(error).kind === 'internal'
}

function refusalOf(error: unknown): {
  kind: ProblemKind
  message: string
  errors: NonNullable<Problem['errors']>
} {
  if (isNamed<Refusal>(error, 'Refusal')) return error
  if (isNamed<RunStateError>(error, 'RunStateError'))
    return { kind: error.kind, message: error.message, errors: [] }
  if (isNamed<WorkspaceError>(error, 'WorkspaceError')) {
    const kind = error.kind === 'outside-roots' || error.kind === 'private' ? 'forbidden' : 'bad-request'
    return { kind, message: error.message, errors: [{ path: 'workspace', message: error.message }] }
  }
  if (isNamed<ScriptError>(error, 'ScriptError')) {
    const place = error.line === null ? {} : { line: error.line, column: error.column ?? 1 }
    const where = error.line === null ? '' : ` (line ${error.line}, column ${error.column ?? 1})`
    return {
      kind: 'bad-request',
      message: `${error.message}${where}`,
      errors: [{ path: 'script', message: error.message, ...place }],
    }
  }
  if (isNamed<Error>(error, 'ProjectArchivedError'))
    return { kind: 'conflict', message: error.message, errors: [] }
  if (isNamed<Error>(error, 'StoreUnavailableError'))
    return { kind: 'busy', message: error.message, errors: [] }
  return { kind: 'internal', message: 'Internal error; see the server log.', errors: [] }
}

/** At most this many places are named; the next ones follow once these are mended. */
const MOST_ISSUES = 20
const LONGEST_PATH = 200
const LONGEST_MESSAGE = 300

/** What zod found, field by field, in one sentence and as a list; both are bounded, whatever was sent. */
export function invalid({ issues }: ZodError): Refusal {
  const errors = issues.slice(0, MOST_ISSUES).map(({ path, message }) => ({
    path: cutWithCount(path.slice(0, 20).join('.'), LONGEST_PATH),
    message: cutWithCount(message, LONGEST_MESSAGE),
  }))
  const sentence = errors
    .map(({ path, message }) => (path === '' ? message : `\`${path}\`: ${message}`))
    .join('; ')
  const more = issues.length - errors.length
  const rest = more > 0 ? `; and ${more.toLocaleString('en')} more of the kind` : ''
  return new Refusal('bad-request', `${sentence}${rest}.`, errors)
}

/** One answer for a run that is not there and for one that somebody may not see. */
export function noRun(runId: string): Refusal {
  return new Refusal('not-found', `There is no run ${runId}.`)
}

/** What is told of a project that is not there, or that somebody is not in. */
export function noProject(id: string): Refusal {
  return new Refusal('not-found', `There is no project ${JSON.stringify(cutText(id, 60))}.`)
}
