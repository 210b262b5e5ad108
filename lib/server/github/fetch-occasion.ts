import { z } from 'zod'
import { dueTime } from '@/lib/core/base/due-time'
import { isNamed } from '@/lib/core/base/named-error'
import type { Trigger, TriggerDelivery } from '@/lib/core/ports/trigger-store'
import type { GithubOccasion, GithubWait } from '@/lib/core/spec/github'
import { gitUrlOf, nameOf } from '@/lib/github/addresses'
import type { Asked, Github } from '@/lib/github/client'
import { forkSentence } from '@/lib/github/event'
import { type GithubProblem, plainWords } from '@/lib/github/problem'
import type { App } from '@/lib/server/app/app'
import type { Refusal } from '@/lib/server/services/problem'
import { addSource } from '@/lib/server/sources/add-source'

const permissionSchema = z.object({ permission: z.string() })
const repositorySchema = z.object({ default_branch: z.string() })
const pullSchema = z.object({
  head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
  base: z.object({ repo: z.object({ full_name: z.string() }) }),
})

/** What GitHub calls the rights of whoever may push. */
const writers = ['admin', 'maintain', 'write']

/**
 * Fetches what the run of a delivery will work on, once GitHub has said that whoever caused it may write there; then
 * it is due. What may pass is tried again later: gives when (milliseconds of the clock), null where there is no more to do.
 */
export async function fetchOccasion(
  app: App,
  delivery: TriggerDelivery,
  signal: AbortSignal,
): Promise<number | null> {
  const { triggers } = app.store
  const trigger = await triggers.find(delivery.triggerId)
  if (trigger === null) return null
  const { github: occasion } = delivery
  const dueMs = dueTime(occasion?.nextAt ?? null, app.now())
  if (dueMs > app.now()) return dueMs
  const settle = async (become: Partial<TriggerDelivery>) => {
    await triggers.setDelivery({ ...delivery, ...become })
    return null
  }
  if (trigger.github === null || occasion === null)
    return settle({
      outcome: 'refused',
      detail: 'The trigger waits for nothing at GitHub any more.',
      args: null,
    })
  try {
    const untrusted = await sourceFor(app, trigger, trigger.github, occasion, signal)
    if (untrusted !== null)
      return await settle({ outcome: 'skipped-untrusted', detail: untrusted, args: null })
    await settle({ outcome: 'due', github: occasion })
    app.schedules.wake()
    return null
  } catch (error) {
    // Cut off by the end of the server: it is fetched at the next start.
    if (signal.aborted) return null
    const trouble = troubleOf(error)
    const tries = occasion.tries + 1
    const delayMs = app.retryDelaysMs[tries - 1]
    if (!trouble.isPassing || delayMs === undefined)
      return settle({ outcome: 'refused', detail: trouble.message, args: null })
    const nextMs = Math.max(app.now() + delayMs, trouble.retryAtMs ?? 0)
    const nextAt = new Date(nextMs).toISOString()
    await settle({ detail: trouble.message, github: { ...occasion, tries, nextAt } })
    return nextMs
  }
}

/** Fetches the source, and notes it in the occasion; gives why it is not to be trusted, where it is not. */
async function sourceFor(
  app: App,
  { project }: Trigger,
  { repository }: GithubWait,
  occasion: GithubOccasion,
  signal: AbortSignal,
): Promise<string | null> {
  const { github, apiUrl } = app.github.reach(project)
  const { login, number } = occasion
  const ask = <S extends z.ZodType>(asked: Asked<S>) => askIn(github, repository, asked)
  const { permission } = await ask({
    route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
    params: { username: login },
    what: `the rights of ${plainWords(login)} in ${repository}`,
    schema: permissionSchema,
  })
  if (!writers.includes(permission))
    return `${plainWords(login)} has no write access to ${repository}, so nothing was launched.`
  let branch: string
  if (occasion.isPull) {
    const { head, base } = await ask({
      route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
      params: { pull_number: number },
      what: `pull request #${number} of ${repository}`,
      schema: pullSchema,
    })
    if (head.repo?.full_name !== base.repo.full_name) return forkSentence(number)
    branch = head.ref
  } else {
    const found = await ask({
      route: 'GET /repos/{owner}/{repo}',
      what: `the repository ${repository}`,
      schema: repositorySchema,
    })
    branch = found.default_branch
  }
  const source = await addSource(
    app.within(project),
    {
      name: `${repository}#${number} at ${branch}`.slice(0, 200),
      repository: { url: gitUrlOf(apiUrl, repository), ref: branch },
    },
    signal,
  )
  const commit = source.repository?.commit ?? ''
  occasion.source = { id: source.id, path: source.path, branch, commit }
  return null
}

function askIn<S extends z.ZodType>(github: Github, repository: string, { params, ...asked }: Asked<S>) {
  const name = nameOf(repository)
  return github.ask(name, { ...asked, params: { ...name, ...params } })
}

type Trouble = { message: string; isPassing: boolean; retryAtMs: number | null }

/** What git says of a clone has no kind: it is tried again, as it may have been the network. */
function troubleOf(error: unknown): Trouble {
  if (isNamed<GithubProblem>(error, 'GithubProblem')) {
    const { message, isPassing, retryAtMs } = error
    return { message, isPassing, retryAtMs }
  }
  if (isNamed<Refusal>(error, 'Refusal')) return { message: error.message, isPassing: true, retryAtMs: null }
  throw error
}
