import { createVerify, generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { answerGit, makeRepositories } from './repository'

/** One request as it came, without its credential. */
export type Seen = { method: string; path: string; body: unknown }

/** An answer in place of the usual one. */
type Answer = { status: number; body?: unknown; headers?: Record<string, string> }

type Comment = { id: number; html_url: string; body: string; created_at: string }
type Pull = {
  number: number
  html_url: string
  title: string
  head: string
  base: string
  body: string
  state: string
}
type Check = {
  id: number
  html_url: string
  external_id: string
  name: string
  head_sha: string
  conclusion: string
  annotations: z.output<typeof annotationSchema>[]
  title: string
}

const APP_ID = '4711'
const INSTALLATION = 99

/** Longest body, and most annotations of one request, as GitHub has it. */
const LONGEST_BODY = 65_536
const MOST_ANNOTATIONS = 50

const textSchema = z.string().min(1).max(LONGEST_BODY)
const annotationSchema = z.strictObject({
  path: z.string().min(1),
  start_line: z.number().int().min(1),
  end_line: z.number().int().min(1),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  title: z.string().max(255),
  message: z.string().min(1).max(64_000),
})
const outputSchema = z.strictObject({
  title: z.string(),
  summary: textSchema,
  annotations: z.array(annotationSchema).max(MOST_ANNOTATIONS).optional(),
})
const checkBodySchema = z.strictObject({
  name: z.string(),
  head_sha: z.string(),
  external_id: z.string(),
  details_url: z.url(),
  status: z.literal('completed'),
  conclusion: z.enum(['success', 'failure', 'cancelled', 'neutral']),
  output: outputSchema,
})
const pullBodySchema = z.strictObject({
  title: z.string().min(1).max(256),
  head: z.string(),
  base: z.string(),
  body: textSchema,
})
const statusBodySchema = z.strictObject({
  state: z.enum(['success', 'failure', 'pending', 'error']),
  context: z.string(),
  description: z.string().max(140),
  target_url: z.url(),
})
const sarifBodySchema = z.strictObject({
  commit_sha: z.string().regex(/^[0-9a-f]{40}$/),
  ref: z.string().regex(/^refs\/(heads|pull)\//),
  sarif: z.base64(),
  tool_name: z.string(),
})

/**
 * GitHub as far as Skein asks it, on this machine: its API under `/api/v3`, as an Enterprise Server has it, and git
 * over HTTP. It is strict: a request without the right credential, version or body is refused as GitHub would, and
 * what it does not know is noted in `unknown`.
 */
export async function startGithub() {
  const repositories = makeRepositories()
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const state = {
    token: 'ghp_standInToken0123456789abcdefghijkl',
    installationToken: 'ghs_standInInstallation0123456789abcd',
    login: 'octo-bot',
    scopes: 'repo' as string | null,
    appPermissions: {
      contents: 'write',
      pull_requests: 'write',
      issues: 'write',
      checks: 'write',
      security_events: 'write',
    } as Record<string, string>,
    hasCodeScanning: true,
    /** What people may do in every repository, by login. */
    permissions: new Map<string, string>(),
    /** Of pull requests that people opened: from which branch of which repository. */
    heads: new Map<number, { repository: string; branch: string }>(),
    comments: [] as Comment[],
    pulls: [] as Pull[],
    checks: [] as Check[],
    statuses: [] as (z.output<typeof statusBodySchema> & { sha: string })[],
    sarifs: [] as { commit: string; ref: string; log: unknown }[],
    seen: [] as Seen[],
    unknown: [] as string[],
    /** Answers in place of the usual, or null to let a request pass. Asked before anything is done. */
    intercept: (_: Seen): Answer | null | Promise<Answer | null> => null,
    /** Called once a request has been answered; of git with its path. */
    afterwards: (_: Seen): void => {},
  }
  let ids = 100
  const nextId = () => {
    ids += 1
    return ids
  }

  const isApp = (jwt: string): boolean => {
    const [head = '', payload = '', signature = ''] = jwt.split('.')
    const isSigned = createVerify('RSA-SHA256')
      .update(`${head}.${payload}`)
      .verify(publicKey, Buffer.from(signature, 'base64url'))
    const issuer = z
      .object({ iss: z.union([z.string(), z.number()]) })
      .safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8') || '{}')).data?.iss
    return isSigned && String(issuer) === APP_ID
  }
  const whoOf = (authorization: string): 'token' | 'app' | 'installation' | null => {
    const [, scheme = '', secret = ''] = /^(\w+) (\S+)$/.exec(authorization) ?? []
    if (/^bearer$/i.test(scheme) && secret.split('.').length === 3) return isApp(secret) ? 'app' : null
    if (!/^(token|bearer)$/i.test(scheme)) return null
    if (secret === state.token) return 'token'
    return secret === state.installationToken ? 'installation' : null
  }

  const refuse = (status: number, message: string): Answer => ({ status, body: { message } })
  const notFound = refuse(404, 'Not Found')

  /** The routes; the first of a method and a path that fits answers. */
  const routes: readonly [
    method: string,
    path: RegExp,
    answer: (parts: string[], body: unknown, query: URLSearchParams, who: string) => Answer,
  ][] = [
    [
      'GET',
      /^\/user$/,
      (_, __, ___, who) =>
        who === 'token'
          ? { status: 200, body: { login: state.login } }
          : refuse(403, 'Resource not accessible by integration'),
    ],
    [
      'GET',
      /^\/app$/,
      (_, __, ___, who) =>
        who === 'app'
          ? { status: 200, body: { name: 'Skein of octo', permissions: state.appPermissions } }
          : refuse(401, 'A JSON web token could not be decoded'),
    ],
    [
      'GET',
      /^\/repos\/([^/]+)\/([^/]+)\/installation$/,
      ([owner, repo], _, __, who) => {
        if (who !== 'app') return refuse(401, 'A JSON web token could not be decoded')
        return isRepository(owner, repo)
          ? { status: 200, body: { id: INSTALLATION, permissions: state.appPermissions, suspended_at: null } }
          : notFound
      },
    ],
    [
      'POST',
      /^\/app\/installations\/(\d+)\/access_tokens$/,
      (_, __, ___, who) =>
        who === 'app'
          ? {
              status: 201,
              body: {
                token: state.installationToken,
                expires_at: '2099-01-01T00:00:00Z',
                permissions: state.appPermissions,
                repository_selection: 'all',
              },
            }
          : refuse(401, 'A JSON web token could not be decoded'),
    ],
    [
      'GET',
      /^\/repos\/([^/]+)\/([^/]+)$/,
      ([owner, repo]) =>
        isRepository(owner, repo)
          ? {
              status: 200,
              body: {
                full_name: `${owner}/${repo}`,
                default_branch: 'main',
                permissions: { push: true, pull: true, admin: false },
              },
            }
          : notFound,
    ],
    [
      'GET',
      /^\/repos\/([^/]+)\/([^/]+)\/collaborators\/([^/]+)\/permission$/,
      ([, , login = '']) => ({ status: 200, body: { permission: state.permissions.get(login) ?? 'none' } }),
    ],
    [
      'GET',
      /^\/repos\/([^/]+)\/([^/]+)\/git\/ref\/heads\/(.+)$/,
      ([owner, repo, branch = '']) => {
        const sha = repositories.branch(`${owner}/${repo}`, branch)
        return sha === null ? notFound : { status: 200, body: { object: { sha } } }
      },
    ],
    [
      'GET',
      /^\/repos\/([^/]+)\/([^/]+)\/pulls\/(\d+)$/,
      ([owner, repo, number]) => {
        const head = state.heads.get(Number(number))
        if (head === undefined) return notFound
        return {
          status: 200,
          body: {
            number: Number(number),
            state: 'open',
            head: { ref: head.branch, repo: { full_name: head.repository } },
            base: { repo: { full_name: `${owner}/${repo}` } },
          },
        }
      },
    ],
    [
      'GET',
      /^\/repos\/([^/]+)\/([^/]+)\/pulls$/,
      ([owner], _, query) => ({
        status: 200,
        body: state.pulls.filter(({ head }) => `${owner}:${head}` === query.get('head')),
      }),
    ],
    [
      'POST',
      /^\/repos\/([^/]+)\/([^/]+)\/pulls$/,
      ([owner, repo], body) => {
        const { title, head, base, body: text } = pullBodySchema.parse(body)
        if (
          repositories.branch(`${owner}/${repo}`, head) === null ||
          repositories.branch(`${owner}/${repo}`, base) === null
        )
          return refuse(422, 'Validation Failed')
        if (state.pulls.some((pull) => pull.head === head && pull.state === 'open'))
          return {
            status: 422,
            body: {
              message: 'Validation Failed',
              errors: [{ message: `A pull request already exists for ${owner}:${head}.` }],
            },
          }
        const number = nextId()
        const pull = {
          number,
          html_url: `${url}/${owner}/${repo}/pull/${number}`,
          title,
          head,
          base,
          body: text,
          state: 'open',
        }
        state.pulls.push(pull)
        return { status: 201, body: pull }
      },
    ],
    [
      'GET',
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/,
      () => ({ status: 200, body: state.comments }),
    ],
    [
      'POST',
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/,
      ([owner, repo, number], body) => {
        const id = nextId()
        const comment = {
          id,
          html_url: `${url}/${owner}/${repo}/issues/${number}#issuecomment-${id}`,
          body: z.strictObject({ body: textSchema }).parse(body).body,
          created_at: new Date().toISOString(),
        }
        state.comments.push(comment)
        return { status: 201, body: comment }
      },
    ],
    [
      'PATCH',
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/comments\/(\d+)$/,
      ([, , id], body) => {
        const comment = state.comments.find((one) => one.id === Number(id))
        if (comment === undefined) return notFound
        comment.body = z.strictObject({ body: textSchema }).parse(body).body
        return { status: 200, body: comment }
      },
    ],
    [
      'GET',
      /^\/repos\/([^/]+)\/([^/]+)\/commits\/([^/]+)\/check-runs$/,
      ([, , sha], _, query) => ({
        status: 200,
        body: {
          check_runs: state.checks
            .filter((one) => one.head_sha === sha && one.name === query.get('check_name'))
            .map(checkShown),
        },
      }),
    ],
    [
      'POST',
      /^\/repos\/([^/]+)\/([^/]+)\/check-runs$/,
      ([owner, repo], body, _, who) => {
        if (who !== 'installation') return refuse(403, 'You must authenticate via a GitHub App.')
        const { output, ...rest } = checkBodySchema.parse(body)
        if (!repositories.has(`${owner}/${repo}`, rest.head_sha))
          return refuse(422, 'No commit found for SHA')
        const id = nextId()
        const check = {
          ...rest,
          id,
          html_url: `${url}/${owner}/${repo}/runs/${id}`,
          title: output.title,
          annotations: output.annotations ?? [],
        }
        state.checks.push(check)
        return { status: 201, body: checkShown(check) }
      },
    ],
    [
      'PATCH',
      /^\/repos\/([^/]+)\/([^/]+)\/check-runs\/(\d+)$/,
      ([, , id], body) => {
        const check = state.checks.find((one) => one.id === Number(id))
        if (check === undefined) return notFound
        const { output } = z.strictObject({ output: outputSchema }).parse(body)
        check.annotations.push(...(output.annotations ?? []))
        return { status: 200, body: checkShown(check) }
      },
    ],
    [
      'POST',
      /^\/repos\/([^/]+)\/([^/]+)\/statuses\/([^/]+)$/,
      ([owner, repo, sha = ''], body) => {
        const status = statusBodySchema.parse(body)
        if (!repositories.has(`${owner}/${repo}`, sha)) return refuse(422, 'No commit found for SHA')
        state.statuses.push({ ...status, sha })
        return { status: 201, body: { id: nextId() } }
      },
    ],
    [
      'POST',
      /^\/repos\/([^/]+)\/([^/]+)\/code-scanning\/sarifs$/,
      ([owner, repo], body) => {
        if (!state.hasCodeScanning)
          return refuse(
            403,
            'Code scanning is not enabled for this repository. Please enable code scanning in the repository settings.',
          )
        const { commit_sha: commit, ref, sarif } = sarifBodySchema.parse(body)
        const log: unknown = JSON.parse(gunzipSync(Buffer.from(sarif, 'base64')).toString('utf8'))
        z.looseObject({ version: z.literal('2.1.0') }).parse(log)
        if (!repositories.has(`${owner}/${repo}`, commit)) return refuse(404, 'commit not found')
        state.sarifs.push({ commit, ref, log })
        return { status: 202, body: { id: `sarif-${nextId()}` } }
      },
    ],
  ]
  const isRepository = (owner = '', repo = '') => {
    try {
      return repositories.branch(`${owner}/${repo}`, 'main') !== null
    } catch {
      return false
    }
  }

  const answerApi = async (request: IncomingMessage, path: URL, body: unknown): Promise<Answer> => {
    const seen = { method: request.method ?? '', path: path.pathname.slice('/api/v3'.length), body }
    state.seen.push(seen)
    const instead = await state.intercept(seen)
    if (instead !== null) return instead
    const who = whoOf(request.headers.authorization ?? '')
    if (who === null) return refuse(401, 'Bad credentials')
    if (request.headers['user-agent']?.startsWith('skein') !== true)
      return refuse(403, 'Request forbidden by administrative rules')
    const isToken = path.pathname.endsWith('/access_tokens')
    if (!isToken && request.headers['x-github-api-version'] !== '2022-11-28') return refuse(400, 'No version')
    for (const [method, pattern, answer] of routes) {
      const parts = method === seen.method ? pattern.exec(decodeURIComponent(seen.path)) : null
      if (parts === null) continue
      try {
        return answer(parts.slice(1), body, path.searchParams, who)
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error
        return {
          status: 422,
          body: {
            message: 'Validation Failed',
            errors: error.issues.map(({ path: at, message }) => ({ message: `${at.join('.')} ${message}` })),
          },
        }
      }
    }
    state.unknown.push(`${seen.method} ${seen.path}`)
    return notFound
  }

  const gitPassword = (request: IncomingMessage) => {
    const basic = /^Basic (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    return /^x-access-token:(.*)$/.exec(Buffer.from(basic, 'base64').toString('utf8'))?.[1] ?? null
  }

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost')
    if (!path.pathname.startsWith('/api/v3/')) {
      const seen = { method: `git ${request.method}`, path: `${path.pathname}${path.search}`, body: null }
      state.seen.push(seen)
      const instead = await state.intercept(seen)
      const password = gitPassword(request)
      const isKnown = password === state.token || password === state.installationToken
      if (instead !== null || !isKnown) {
        response.writeHead(instead?.status ?? 401, { 'www-authenticate': 'Basic realm="GitHub"' }).end()
        return
      }
      await answerGit(repositories.root, request, response)
      state.afterwards(seen)
      return
    }
    const text = (await buffer(request)).toString('utf8')
    const body: unknown = text === '' ? null : JSON.parse(text)
    const answer = await answerApi(request, path, body)
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'x-ratelimit-remaining': '4990',
      ...(state.scopes === null ? {} : { 'x-oauth-scopes': state.scopes }),
      ...answer.headers,
    })
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body))
    state.afterwards({ method: request.method ?? '', path: path.pathname.slice('/api/v3'.length), body })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.number() }).parse(server.address())
  const url = `http://127.0.0.1:${port}`
  return Object.assign(state, {
    url,
    apiUrl: `${url}/api/v3`,
    repositories,
    appId: APP_ID,
    privateKey,
    gitUrl: (name: string) => `${url}/${name}.git`,
    close() {
      server.closeAllConnections()
      server.close()
      repositories.dispose()
    },
  })
}
export type StandIn = Awaited<ReturnType<typeof startGithub>>

function checkShown({ annotations, ...check }: Check) {
  return { ...check, output: { annotations_count: annotations.length } }
}
