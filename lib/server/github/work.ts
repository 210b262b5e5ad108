import type { z } from 'zod'
import type { Handover } from '@/lib/core/ports/github-store'
import type { RunState } from '@/lib/core/run/state'
import type { GithubTarget, HandoverKind, HandoverMade } from '@/lib/core/spec/github'
import { nameOf } from '@/lib/github/addresses'
import type { Asked, Github } from '@/lib/github/client'
import { GithubProblem } from '@/lib/github/problem'
import type { App } from '@/lib/server/app/app'

/** All that handing over one thing of a run needs. The app is that of the run's project. */
export type Work = {
  app: App
  state: RunState
  target: GithubTarget
  github: Github
  apiUrl: string
  /** The handovers of the run, as they are now. */
  others: ReadonlyMap<HandoverKind, Handover>
  signal: AbortSignal
}

/** What became of it. What could not be done is thrown as a `GithubProblem`. */
export type HandedOver = {
  status: 'done' | 'left-out'
  detail: string | null
  url: string | null
  made: Partial<HandoverMade>
}

/** Asks about the repository of a run; its owner and name are parameters of every route. */
export function askAbout<S extends z.ZodType>(
  { github, target }: Pick<Work, 'github' | 'target'>,
  { params, ...asked }: Asked<S>,
): Promise<z.output<S>> {
  const name = nameOf(target.repository)
  return github.ask(name, { ...asked, params: { ...name, ...params } })
}

/** What cannot be handed over, and will not be able to by itself. */
export function impossible(why: string): GithubProblem {
  return new GithubProblem('invalid', why)
}

/** Where people read of a run. */
export function linkToRun({ env }: Pick<App, 'env'>, runId: string): string {
  const base = env.team?.url ?? `http://${env.host.includes(':') ? `[${env.host}]` : env.host}:${env.port}`
  return `${base.replace(/\/$/, '')}/runs/${encodeURIComponent(runId)}`
}
