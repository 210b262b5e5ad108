import { z } from 'zod'
import type { GithubCheck, githubCheckInputSchema } from '@/lib/api/projects/github'
import { isNamed } from '@/lib/core/base/named-error'
import { nameOf } from '@/lib/github/addresses'
import type { Answered, Github } from '@/lib/github/client'
import { type GithubProblem, plainWords } from '@/lib/github/problem'
import type { App } from '@/lib/server/app/app'

type May = GithubCheck['may']

const userSchema = z.object({ login: z.string() })
const appSchema = z.object({ name: z.string(), permissions: z.record(z.string(), z.string()).catch({}) })
const repositorySchema = z.object({
  full_name: z.string(),
  permissions: z.object({ push: z.boolean().catch(false) }).nullish(),
})
const installationSchema = z.object({ permissions: z.record(z.string(), z.string()).catch({}) })

/** What an app needs, by the name of the permission at GitHub: https://docs.github.com/en/rest/authentication. */
const neededOfApp = [
  { permission: 'contents', what: 'read the code and push branches' },
  { permission: 'pull_requests', what: 'open pull requests' },
  { permission: 'issues', what: 'comment on issues' },
  { permission: 'checks', what: 'make checks' },
  { permission: 'security_events', what: 'upload findings to code scanning' },
] as const

/**
 * Who the connection is at GitHub, and what it may do; in a repository where one is named. Nothing is changed there.
 * What GitHub refuses is told in words, and is no error.
 */
export async function checkGithub(
  app: App,
  { repository }: z.output<typeof githubCheckInputSchema>,
): Promise<GithubCheck> {
  const found: GithubCheck = { isGood: false, who: null, may: [], problem: null, requestsLeft: null }
  try {
    const { github } = app.github.reach(app.project)
    const self = await (github.kind === 'app' ? appItself(github) : userItself(github))
    found.who = self.who
    found.may = self.may
    found.requestsLeft = self.requestsLeft
    if (repository !== undefined) found.may = await mayIn(github, repository, self.may)
    found.isGood = found.may.every(({ isAllowed }) => isAllowed)
  } catch (error) {
    if (!isNamed<GithubProblem>(error, 'GithubProblem')) throw error
    found.problem = error.message
  }
  return found
}

type Self = { who: string; may: May; requestsLeft: number | null }

async function userItself(github: Github): Promise<Self> {
  const answer = await github.askSelf({
    route: 'GET /user',
    what: 'the user of the token',
    schema: userSchema,
  })
  // Only classic tokens have scopes; of the others GitHub tells nothing before they are used.
  const scopes = answer.headers['x-oauth-scopes']
  return {
    who: plainWords(answer.value.login),
    may: scopes === undefined ? [] : mayByScopes(String(scopes)),
    requestsLeft: requestsLeft(answer),
  }
}

function mayByScopes(text: string): May {
  const scopes = text.split(/,\s*/)
  const isRepo = scopes.includes('repo')
  const why = (scope: string) => `The token has not the scope ${scope}.`
  return [
    {
      what: 'read private code, push branches, open pull requests and comment',
      isAllowed: isRepo,
      why: isRepo ? null : why('repo'),
    },
  ]
}

async function appItself(github: Github): Promise<Self> {
  const answer = await github.askSelf({ route: 'GET /app', what: 'the app', schema: appSchema })
  return {
    who: plainWords(answer.value.name),
    may: mayByPermissions(answer.value.permissions),
    requestsLeft: requestsLeft(answer),
  }
}

function mayByPermissions(permissions: Readonly<Record<string, string>>): May {
  return neededOfApp.map(({ permission, what }) => {
    const isAllowed = permissions[permission] === 'write'
    return { what, isAllowed, why: isAllowed ? null : `The app needs the permission ${permission}: write.` }
  })
}

async function mayIn(github: Github, repository: string, before: May): Promise<May> {
  const name = nameOf(repository)
  if (github.kind === 'app') {
    const { value } = await github.askSelf({
      route: 'GET /repos/{owner}/{repo}/installation',
      params: name,
      what: `an installation of this app at ${repository}`,
      schema: installationSchema,
    })
    return mayByPermissions(value.permissions)
  }
  const { permissions } = await github.ask(name, {
    route: 'GET /repos/{owner}/{repo}',
    params: name,
    what: `the repository ${repository}`,
    schema: repositorySchema,
  })
  const isAllowed = permissions?.push === true
  const why = isAllowed ? null : `The user of the token has no write access to ${repository}.`
  return [
    { what: `see ${repository}`, isAllowed: true, why: null },
    { what: `push to ${repository}`, isAllowed, why },
    ...before,
  ]
}

function requestsLeft({ headers }: Answered<unknown>): number | null {
  const left = Number(headers['x-ratelimit-remaining'] ?? Number.NaN)
  return Number.isInteger(left) ? left : null
}
