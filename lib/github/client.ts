import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/core'
import { z } from 'zod'
import { isNamed } from '@/lib/core/base/named-error'
import { GithubProblem, problemOfAnswer, problemOfSilence } from './problem'

/** What GitHub is asked with. An app signs with its private key, and has a token for each installation. */
export type GithubCredential =
  | { kind: 'token'; token: string }
  | { kind: 'app'; appId: string; privateKey: string }

/** A repository by the names that GitHub has for it. */
export type RepositoryName = { owner: string; repo: string }

/** Fetches as this server may: bounded, guarded, without following redirects. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** One request: a route of GitHub's (`GET /repos/{owner}/{repo}`), its parameters, and what it is about in words. */
export type Asked<S extends z.ZodType> = {
  route: string
  params?: Readonly<Record<string, unknown>>
  what: string
  schema: S
}

/** An answer, read, with the headers that tell what the credential may do. */
export type Answered<T> = { value: T; headers: Readonly<Record<string, string | number | undefined>> }

/** GitHub as one credential reaches it. Every function throws `GithubProblem`, and nothing else that GitHub causes. */
export type Github = {
  kind: GithubCredential['kind']
  /** Asks about a repository; an app as its installation there. */
  ask<S extends z.ZodType>(name: RepositoryName, asked: Asked<S>): Promise<z.output<S>>
  /** Asks about the credential itself: a token as its user, an app as the app. */
  askSelf<S extends z.ZodType>(asked: Asked<S>): Promise<Answered<z.output<S>>>
  /** What git says beside the name `x-access-token`. */
  gitPassword(name: RepositoryName): Promise<string>
}

const agent = 'skein'

/** The version of the API that is asked for: https://docs.github.com/en/rest/about-the-rest-api/api-versions. */
const API_VERSION = '2022-11-28'

const installationSchema = z.object({ id: z.number().int(), suspended_at: z.string().nullish() })
const authenticationSchema = z.object({ token: z.string() })

/** How GitHub is reached: at the address of its API, `https://api.github.com`. `clean` takes secrets out of what it says. */
type Way = { apiUrl: string; fetch: Fetch; now: () => number; clean: (text: string) => string }

/** Opens GitHub for a credential. */
export function openGithub(credential: GithubCredential, { apiUrl, fetch, now, clean }: Way): Github {
  const common = {
    baseUrl: apiUrl,
    userAgent: agent,
    log: silent,
    request: { fetch, redirect: 'manual', log: silent } as const,
  }
  const host = new URL(apiUrl).host
  const send = async <S extends z.ZodType>(octokit: Octokit, asked: Asked<S>) => {
    try {
      const headers = { 'x-github-api-version': API_VERSION }
      const answer = await octokit.request(asked.route, { ...asked.params, headers })
      if (answer.status >= 300) throw problemOfAnswer({ ...answer, said: '' }, asked.what, now())
      const read = asked.schema.safeParse(answer.data)
      if (!read.success)
        throw new GithubProblem('invalid', `GitHub's answer about ${asked.what} is not as it should be.`)
      return { value: read.data, headers: answer.headers }
    } catch (error) {
      throw asProblem(error, { what: asked.what, host, nowMs: now(), clean })
    }
  }
  if (credential.kind === 'token') {
    const octokit = new Octokit({ ...common, auth: credential.token })
    return {
      kind: 'token',
      ask: async (_, asked) => (await send(octokit, asked)).value,
      askSelf: (asked) => send(octokit, asked),
      gitPassword: async () => credential.token,
    }
  }
  const auth = { appId: credential.appId, privateKey: credential.privateKey }
  const octokit = new Octokit({ ...common, authStrategy: createAppAuth, auth: { ...auth, log: silent } })
  const installations = new Map<string, Octokit>()
  const at = async ({ owner, repo }: RepositoryName): Promise<Octokit> => {
    const key = `${owner}/${repo}`.toLowerCase()
    const known = installations.get(key)
    if (known !== undefined) return known
    const { value } = await send(octokit, {
      route: 'GET /repos/{owner}/{repo}/installation',
      params: { owner, repo },
      what: `an installation of this app at ${owner}/${repo}`,
      schema: installationSchema,
    })
    if (value.suspended_at != null)
      throw new GithubProblem('forbidden', `The installation of this app at ${owner}/${repo} is suspended.`)
    const found = new Octokit({
      ...common,
      authStrategy: createAppAuth,
      auth: { ...auth, log: silent, installationId: value.id },
    })
    installations.set(key, found)
    return found
  }
  return {
    kind: 'app',
    async ask(name, asked) {
      const known = await at(name)
      return (await send(known, asked)).value
    },
    askSelf: (asked) => send(octokit, asked),
    async gitPassword(name) {
      const known = await at(name)
      try {
        return authenticationSchema.parse(await known.auth({ type: 'installation' })).token
      } catch (error) {
        throw asProblem(error, { what: `${name.owner}/${name.repo}`, host, nowMs: now(), clean })
      }
    },
  }
}

/** Octokit warns of deprecations where it runs; what it says may hold addresses. */
const silent = { debug() {}, info() {}, warn() {}, error() {} }

const refusedSchema = z.object({
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
    data: z.unknown(),
  }),
})

/** Octokit's errors carry the whole request; what is told of them is a sentence. */
function asProblem(
  error: unknown,
  { what, host, nowMs, clean }: { what: string; host: string; nowMs: number; clean: Way['clean'] },
): GithubProblem {
  if (isNamed<GithubProblem>(error, 'GithubProblem')) return error
  const refused = refusedSchema.safeParse(error)
  if (refused.success) {
    const { status, headers, data } = refused.data.response
    return problemOfAnswer({ status, headers, said: clean(messageOf(data)) }, what, nowMs)
  }
  if (error instanceof Error && /PEM|PKCS|private key|asn1|DECODER/i.test(error.message))
    return new GithubProblem('unauthorized', 'The private key of the app cannot be used: it is no PEM key.')
  return problemOfSilence(host, error instanceof Error ? clean(error.message) : 'for no known reason')
}

const saidSchema = z.object({
  message: z.string().catch(''),
  errors: z
    .array(z.union([z.string(), z.object({ message: z.string().optional(), code: z.string().optional() })]))
    .catch([]),
})

/** The message of a refusal with the reasons it lists. */
function messageOf(data: unknown): string {
  const read = saidSchema.safeParse(data)
  if (!read.success) return typeof data === 'string' ? data : ''
  const reasons = read.data.errors.map((one) =>
    typeof one === 'string' ? one : (one.message ?? one.code ?? ''),
  )
  return [read.data.message, ...reasons.filter((one) => one !== '')].join(': ')
}
