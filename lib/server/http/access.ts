import { createHmac, timingSafeEqual } from 'node:crypto'
import { actorName } from '@/lib/api/actor-name'
import type { Join } from '@/lib/api/settings'
import { type Actor, localActor, person, tokenActor } from '@/lib/core/base/actor'
import type { App } from '../app/app'
import { type Environment, isLoopback } from '../services/env'
import { Refusal } from '../services/problem'
import type { TokenGuard } from '../services/token-guard'

/** Name of the cookie that says who somebody is. */
export const MEMBER_COOKIE = 'skein_member'

/** A month; after it the token is asked for again. */
const COOKIE_SECONDS = 30 * 86_400

/**
 * Refuses what did not come from our own pages: an untrusted `Host` (a name pointed at this machine) or
 * `Origin` (another site's page). Both would let a stranger's page drive a server that only listens on
 * loopback.
 */
export function refuseUntrustedHost(env: Environment, headers: Headers): void {
  const host = headers.get('host') ?? ''
  const name = hostName(host)
  if (!isLoopback(name) && !env.allowedHosts.includes(name) && !env.allowedHosts.includes(host)) {
    throw new Refusal(
      'forbidden',
      `This server does not answer to the name ${JSON.stringify(name)}. Add it to SKEIN_ALLOWED_HOSTS if it is yours.`,
    )
  }
  const origin = headers.get('origin')
  if (origin !== null && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw new Refusal(
      'forbidden',
      `Requests from ${JSON.stringify(origin)} are refused: only Skein's own pages may use this server.`,
    )
  }
}

/**
 * Refuses what a browser sends for another site's page. Some of its requests bear no `Origin` (an image, a
 * form that asks), and a browser says of all of them where they come from. Pages may be linked to from
 * anywhere, the API may not.
 */
export function refuseOtherSites(headers: Headers): void {
  const site = headers.get('sec-fetch-site')
  if (site === 'cross-site' || site === 'same-site')
    throw new Refusal(
      'forbidden',
      "Requests from another site's page are refused: only Skein's own pages use its API.",
    )
}

/**
 * Who gave the shared token: its members may do everything but what only somebody at this machine may.
 * Throws when a token is needed.
 */
export function sharedTokenActor({ env, tokens }: Doorkeeper, headers: Headers): Actor {
  if (env.teamToken === null) return localActor
  const bearer = bearerOf(headers)
  if (bearer !== null && knowsToken(tokens, env.teamToken, bearer, headers))
    return namedActor(actorName(headers.get('x-skein-name') ?? ''))
  const name = memberOf(env.teamToken, headers.get('cookie') ?? '')
  if (name === null)
    throw new Refusal(
      'unauthorized',
      'This Skein belongs to a team. Open /join and enter its token and your name.',
    )
  return person(name)
}

/** What follows `Bearer` in the header that says who asks; null without it. */
export function bearerOf(headers: Headers): string | null {
  return /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null
}

/** What to do with the shared token once people have accounts. */
export const tokenIsOver =
  'People have accounts of their own here (SKEIN_AUTH=team), so the shared team token is not taken any more. Sign in under /sign-in; a program needs an API key: make one under /settings/keys and send it as `Authorization: Bearer skein_…`.'

function namedActor(name: string): Actor {
  return name === '' ? tokenActor : person(name)
}

/** The `Set-Cookie` of somebody who knew the token. Throws when it is the wrong one. */
export function joinCookie({ env, tokens }: Doorkeeper, headers: Headers, { token, name }: Join): string {
  if (env.team !== null) throw new Refusal('conflict', tokenIsOver)
  if (env.teamToken === null)
    throw new Refusal('conflict', 'No team token is set here; there is nothing to join.')
  if (!knowsToken(tokens, env.teamToken, token, headers))
    throw new Refusal(
      'unauthorized',
      "That is not the team token. It is SKEIN_TEAM_TOKEN in the server's environment.",
    )
  const value = Buffer.from(name, 'utf8').toString('base64url')
  return `${MEMBER_COOKIE}=${value}.${sign(env.teamToken, value)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_SECONDS}`
}

/** What knows who may come in: the settings, and how often somebody was wrong. */
export type Doorkeeper = Pick<App, 'env' | 'tokens'>

/** Where the request guard notes whom a request comes from. */
export const CLIENT_HEADER = 'x-skein-client'

/** Whom a request comes from, as the request guard noted it. */
export function clientNamed(headers: Headers): string {
  return headers.get(CLIENT_HEADER) ?? 'unknown'
}

/** How the request guard writes this machine's own address. */
const ownAddresses = ['127.0.0.1', '0:0:0:0::/64']

/**
 * Refuses what sharers of a token may not do, only who sits at this machine: they have no roles. With
 * accounts the role says it, and without either everybody who reaches the server is on this machine.
 */
export function refuseOtherMachines({ teamToken, team }: Environment, headers: Headers): void {
  if (team !== null || teamToken === null || ownAddresses.includes(headers.get(CLIENT_HEADER) ?? '')) return
  throw new Refusal(
    'forbidden',
    'Only somebody at the machine of this server may do that: it decides what the server runs and calls.',
  )
}

function knowsToken(tokens: TokenGuard, expected: string, given: string, headers: Headers): boolean {
  const verdict = tokens.judge(clientNamed(headers), () => isSame(given, expected))
  if (verdict.kind === 'braked')
    throw new Refusal(
      'too-many',
      `Too many wrong team tokens came from your address. Try again in ${verdict.waitSeconds} seconds.`,
      [],
      verdict.waitSeconds,
    )
  return verdict.kind === 'right'
}

function memberOf(token: string, cookies: string): string | null {
  const match = new RegExp(`(?:^|; )${MEMBER_COOKIE}=([\\w-]*)\\.([\\w-]*)`).exec(cookies)
  const [, value, signature] = match ?? []
  if (value === undefined || signature === undefined || !isSame(signature, sign(token, value))) return null
  return actorName(Buffer.from(value, 'base64url').toString('utf8')) || 'somebody'
}

function sign(token: string, value: string): string {
  return createHmac('sha256', token).update(value).digest('base64url')
}

/** Compares in constant time, whatever the lengths. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function hostName(host: string): string {
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : (host.split(':')[0] ?? '')
}
