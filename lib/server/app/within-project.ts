import { readFile, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { sourceSchema } from '@/lib/api/sources'
import { parseJson } from '@/lib/core/base/json'
import type { CalendarSpend } from '@/lib/core/ports/dispatcher'
import type { Store } from '@/lib/core/ports/store'
import { WorkspaceError } from '@/lib/workspace/workspace-error'
import { logError } from '../log/log'
import { noRun } from '../services/problem'
import { sourcesFolder } from '../services/sources-folder'
import type { App } from './app'
import { Overview } from './overview'

/** Open alerts of a project that its overview shows. */
const MOST_ALERTS = 20

/** More than are ever open. */
const ALL_ALERTS = 10_000

/**
 * An app as one project has it: what its verbs read, list, add up and act on is of that project. Parts that know
 * nothing of projects are shared. What is behind each part is written out there, so a new way to a run has to be
 * let through here.
 */
export function appWithin(whole: App, project: string): App {
  const store = whole.store.within(project)
  const engine = engineWithin(whole, store, project)
  const overview = new Overview({
    store,
    engine,
    simulated: whole.provider.simulated,
    usage: () => usageWithin(whole, project),
    alerts: () => store.money.listAlerts({ isOpen: true, limit: MOST_ALERTS }),
    clock: whole.clock,
    report: (error) => logError(error, { project }),
  })
  const { alerts } = whole
  const folders = whole.folders.within(project)
  return {
    ...whole,
    get schedules() {
      return whole.schedules
    },
    get handovers() {
      return whole.handovers
    },
    project,
    get provider() {
      return whole.providerOf(project)
    },
    whole,
    store,
    engine,
    overview,
    costReader: whole.costReader.within(project),
    folders,
    mcp: whole.mcpOf(project),
    requireAllowed: (root) => whole.requireAllowed(root, folders.list()),
    async openWorkspace(path) {
      const opened = await whole.openWorkspace(path, folders.list())
      if (await isSourceOfOthers({ ...whole, project }, opened.root)) throw noFolder(path)
      return opened
    },
    async openFolder(path) {
      const opened = await whole.openFolder(path, folders.list())
      if (await isSourceOfOthers({ ...whole, project }, opened.root)) throw noFolder(path)
      return opened
    },
    alerts: {
      open: () => {
        throw new Error('Open alerts of a project are asked of its overview')
      },
      start: () => alerts.start(),
      onEvent: (...told) => alerts.onEvent(...told),
      tell: (...told) => alerts.tell(...told),
      check: () => alerts.check(),
      atRest: () => alerts.atRest(),
      close: () => alerts.close(),
      async dismiss(id, by) {
        const own = await store.money.listAlerts({ isOpen: true, limit: ALL_ALERTS })
        return own.some((one) => one.id === id) && alerts.dismiss(id, by)
      },
    },
  }
}

/** Runs of a project at work, and acts on its runs; another's is answered as one that is not there. */
function engineWithin({ engine }: App, store: Store, project: string): App['engine'] {
  const isOwn = ({ journal }: { journal: { state: { run: { project: string } } } }) =>
    journal.state.run.project === project
  const own =
    <A extends unknown[], R>(act: (runId: string, ...rest: A) => Promise<R>) =>
    async (runId: string, ...rest: A): Promise<R> => {
      if ((await store.projects.projectOfRun(runId)) !== project) throw noRun(runId)
      return act(runId, ...rest)
    }
  const refused = (what: string) => () => {
    throw new Error(`${what} is not asked within one project`)
  }
  return {
    active(runId) {
      const run = engine.active(runId)
      return run !== null && isOwn(run) ? run : null
    },
    activeRuns: () => engine.activeRuns().filter(isOwn),
    launch(order) {
      if (order.spec.project !== project) throw new Error('A run is launched in the project that is asked in')
      return engine.launch(order)
    },
    atRest: own((runId) => engine.atRest(runId)),
    // It is handed on as it is: the type of what the act gives is lost in between.
    whileIdle: refused('whileIdle'),
    approve: own((runId, ...rest) => engine.approve(runId, ...rest)),
    pause: own((runId, ...rest) => engine.pause(runId, ...rest)),
    resume: own((runId, ...rest) => engine.resume(runId, ...rest)),
    retryFailed: own((runId, ...rest) => engine.retryFailed(runId, ...rest)),
    cancel: own((runId, ...rest) => engine.cancel(runId, ...rest)),
    changeLimits: own((runId, ...rest) => engine.changeLimits(runId, ...rest)),
    answer: own((runId, ...rest) => engine.answer(runId, ...rest)),
    actOnAgent: own((runId, ...rest) => engine.actOnAgent(runId, ...rest)),
    relabel: own((runId, ...rest) => engine.relabel(runId, ...rest)),
    recordChanges: own((runId, ...rest) => engine.recordChanges(runId, ...rest)),
    remove: own((runId) => engine.remove(runId)),
    onEvent: refused('onEvent'),
    recover: refused('recover'),
    shutDown: refused('shutDown'),
  }
}

/** What the project has spent and reserved. The caps are those over all projects: they stop its runs too. */
function usageWithin({ dispatcher }: App, project: string) {
  const { slots, headroom, today, month } = dispatcher.usage()
  const of = (period: 'day' | 'month', { capNanoUsd }: CalendarSpend): CalendarSpend => {
    const { used, reserved } = dispatcher.quotaUse({
      subject: { kind: 'project', id: project },
      period,
      unit: 'usd',
    })
    return { spentNanoUsd: used, unsettledNanoUsd: 0, reservedNanoUsd: reserved, capNanoUsd }
  }
  return { slots, headroom, today: of('day', today), month: of('month', month) }
}

/**
 * Whether a folder lies in a source that was added in another project: to this one it is not there. Links are
 * followed: what somebody cloned may hold one that leads to its neighbour.
 */
export async function isSourceOfOthers(
  { env, projects, project }: Pick<App, 'env' | 'projects' | 'project'>,
  path: string,
): Promise<boolean> {
  if (projects.isOnlyDefault) return false
  const real = (one: string) => realpath(one).catch(() => one)
  const place = await real(sourcesFolder(env.dataDir))
  const [id = '..'] = relative(place, await real(path)).split(sep)
  if (id === '..' || id === '') return id === ''
  const text = await readFile(join(place, id, 'source.json'), 'utf8').catch(() => '')
  return sourceSchema.safeParse(parseJson(text)).data?.project !== project
}

/** What is told of such a folder: the same as of one that is nowhere. */
export function noFolder(path: string): WorkspaceError {
  return new WorkspaceError('missing', path)
}
