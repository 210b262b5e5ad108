/** RFC 9457 problem details, as Skein answers every refusal. `errors` points at each field that was refused. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  errors?:
    | { path: string; message: string; line?: number | undefined; column?: number | undefined }[]
    | undefined
}

/** Kinds of refusal; `unknown` is what something else than Skein has answered. */
export type ProblemKind =
  | 'bad-request'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'no-such-method'
  | 'conflict'
  | 'too-large'
  | 'unsupported'
  | 'too-many'
  | 'busy'
  | 'internal'
  | 'unknown'

const kindsByStatus: Readonly<Record<number, ProblemKind>> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'no-such-method',
  409: 'conflict',
  413: 'too-large',
  415: 'unsupported',
  429: 'too-many',
  500: 'internal',
  503: 'busy',
}

/** The server has refused. The message is the sentence that says what, where and what to do. */
export class SkeinProblem extends Error {
  override readonly name = 'SkeinProblem'
  readonly kind: ProblemKind
  readonly status: number

  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title)
    this.status = problem.status
    this.kind = kindsByStatus[problem.status] ?? 'unknown'
  }
}

/** No answer came, or one that broke off; `cause` says why. */
export class SkeinUnreachable extends Error {
  override readonly name = 'SkeinUnreachable'
}

/** The problem in an answer that is none of the good ones. */
export async function problemIn(answer: Response): Promise<SkeinProblem> {
  const told: unknown = await answer.json().catch(() => null)
  if (isProblem(told)) return new SkeinProblem(told)
  const title = `The server answered ${answer.status}`
  return new SkeinProblem({ type: 'about:blank', title, status: answer.status, detail: answer.statusText })
}

function isProblem(told: unknown): told is Problem {
  if (typeof told !== 'object' || told === null) return false
  return (
    'title' in told &&
    typeof told.title === 'string' &&
    'detail' in told &&
    typeof told.detail === 'string' &&
    'status' in told &&
    typeof told.status === 'number'
  )
}
