import { cutText } from '@/lib/core/base/cut-text'

/** What went wrong at GitHub, as far as something different is to be done about it. */
export type GithubProblemKind =
  | 'unauthorized'
  | 'forbidden'
  | 'sign-on'
  | 'rate-limited'
  | 'missing'
  | 'moved'
  | 'invalid'
  | 'unavailable'

/**
 * A request that GitHub did not do, in a sentence for people. It holds nothing of the request, so no credential.
 * `retryAtMs` is when asking again may help, where GitHub said so; `isPassing` whether it may help at all.
 */
export class GithubProblem extends Error {
  constructor(
    readonly kind: GithubProblemKind,
    message: string,
    /** Of the answer; null where there was none. */
    readonly status: number | null = null,
    readonly retryAtMs: number | null = null,
  ) {
    super(message)
    this.name = 'GithubProblem'
  }

  get isPassing(): boolean {
    return this.kind === 'rate-limited' || this.kind === 'unavailable'
  }
}

/** An answer that is a refusal: its status, its headers by lower-case names, and what GitHub said of it. */
export type Refused = {
  status: number
  headers: Readonly<Record<string, string | number | undefined>>
  said: string
}

/** Longest text of GitHub's that becomes part of a sentence. */
const MOST_SAID = 300

/**
 * What a refusal means. `what` is what was asked for, as people say it: "the repository octo/app". The headers are
 * those of https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api and, for single
 * sign-on, of https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api.
 */
export function problemOfAnswer(
  { status, headers, said }: Refused,
  what: string,
  nowMs: number,
): GithubProblem {
  const words = plainWords(said)
  const limitedUntil = limitOf(status, headers, words, nowMs)
  if (limitedUntil !== null)
    return new GithubProblem(
      'rate-limited',
      `GitHub takes no more requests of this connection until ${clockTime(limitedUntil)}.`,
      status,
      limitedUntil,
    )
  if (status >= 300 && status < 400)
    return new GithubProblem('moved', `GitHub says that ${what} has moved. Use its new name.`, status)
  if (status === 401)
    return new GithubProblem(
      'unauthorized',
      'GitHub does not know this credential: it is wrong, was revoked or has expired. Set a new one.',
      status,
    )
  if (status === 403) return forbidden(headers, words, what)
  if (status === 404 || status === 410)
    return new GithubProblem(
      'missing',
      `GitHub has no such thing as ${what}, or this connection may not see it. Check the name, and which repositories the token or the app was given.`,
      status,
    )
  if (status >= 500 || status === 408)
    return new GithubProblem('unavailable', `GitHub answered ${status}; it may be down for a moment.`, status)
  return new GithubProblem('invalid', `GitHub refused ${what} (${status}): ${words}`, status)
}

/** What it means that no answer came. */
export function problemOfSilence(host: string, why: string): GithubProblem {
  return new GithubProblem('unavailable', `${host} could not be reached: ${plainWords(why)}`)
}

/** Text of others as part of a sentence: one line, without control characters, bounded. */
export function plainWords(said: string): string {
  const words = said
    .replace(/\p{C}/gu, ' ')
    .replace(/ - https:\/\/docs\.github\.com\S*/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  return cutText(words === '' ? 'it gave no reason' : words, MOST_SAID)
}

function forbidden(headers: Refused['headers'], words: string, what: string): GithubProblem {
  const signOn = String(headers['x-github-sso'] ?? '')
  if (signOn.startsWith('required') || /SAML/i.test(words)) {
    const at = /url=(https:\/\/\S+)/.exec(signOn)?.[1]
    return new GithubProblem(
      'sign-on',
      `The organisation of ${what} asks for single sign-on (SAML): authorise the token for it${at === undefined ? ' in GitHub, under Developer settings' : ` at ${at}`}.`,
      403,
    )
  }
  const accepted = String(headers['x-accepted-oauth-scopes'] ?? '').trim()
  const needed = String(headers['x-accepted-github-permissions'] ?? '').trim()
  const scopes = accepted === '' ? '' : ` It needs the scope ${accepted.split(/,\s*/).join(' or ')}.`
  const permissions = needed === '' ? '' : ` It needs the permission ${needed}.`
  return new GithubProblem(
    'forbidden',
    `This connection may not do that with ${what} (403): ${words}.${permissions === '' ? scopes : permissions}`.replace(
      /\.\.(?= |$)/,
      '.',
    ),
    403,
  )
}

/** GitHub asks to wait a minute where a secondary limit was met and it says no time. */
const SECONDARY_WAIT_MS = 60_000

function limitOf(status: number, headers: Refused['headers'], words: string, nowMs: number): number | null {
  if (status !== 403 && status !== 429) return null
  const after = Number(headers['retry-after'])
  if (headers['retry-after'] !== undefined && Number.isFinite(after)) return nowMs + after * 1000
  const reset = Number(headers['x-ratelimit-reset'])
  if (String(headers['x-ratelimit-remaining']) === '0' && Number.isFinite(reset)) return reset * 1000
  return status === 429 || /rate limit/i.test(words) ? nowMs + SECONDARY_WAIT_MS : null
}

function clockTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
