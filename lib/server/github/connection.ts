import type { GithubShown, NewGithub } from '@/lib/api/projects/github'
import type { Actor } from '@/lib/core/base/actor'
import { usualApiUrl } from '@/lib/github/addresses'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { hostProblem } from '../access/github-fetch'

/** How the project that is asked in is connected to GitHub. Nothing of its secret is told. */
export function readGithub({ github, project }: App): GithubShown {
  const found = github.of(project)
  if (found === null) return { kind: null, apiUrl: null, appId: null, setAt: null, setBy: null }
  const { kind, apiUrl, appId, setAt, setBy } = found
  return { kind, apiUrl, appId, setAt, setBy: setBy.name }
}

/** Connects the project to GitHub. Throws where the address is none that this server may reach. */
export async function connectGithub(app: App, given: NewGithub, actor: Actor): Promise<GithubShown> {
  const apiUrl = given.apiUrl ?? usualApiUrl
  const problem = addressProblem(apiUrl, app.env.privateHosts)
  if (problem !== null) throw new Refusal('bad-request', problem, [{ path: 'apiUrl', message: problem }])
  await app.github.set(app.project, given.kind === 'token' ? given.token : given.privateKey, {
    kind: given.kind,
    apiUrl,
    appId: given.kind === 'app' ? given.appId : null,
    setAt: new Date(app.now()).toISOString(),
    setBy: actor,
  })
  app.handovers.wake()
  return readGithub(app)
}

/** Forgets the connection: what waits to be handed over fails with a sentence, until there is one again. */
export async function disconnectGithub(app: App): Promise<void> {
  if (app.github.of(app.project) === null)
    throw new Refusal('not-found', 'This project is not connected to GitHub.')
  await app.github.forget(app.project)
}

/** A token in plain text over a network that others share would be theirs. */
function addressProblem(apiUrl: string, privateHosts: readonly string[]): string | null {
  const { protocol, hostname } = new URL(apiUrl)
  if (protocol !== 'https:' && !privateHosts.includes(hostname))
    return 'must begin with https://; only machines of SKEIN_PRIVATE_HOSTS are reached without'
  return hostProblem(hostname, privateHosts)
}
