import type { LaunchHistory } from '@/lib/core/ports/automation'
import type { EngineStore, Store } from '@/lib/core/ports/store'

/** The parts of a store whose lists and sums hold one project by themselves. */
export type ListsOfProject = Omit<Store, 'within' | 'close'>

/**
 * A store as one project sees it. `own` has that project's lists already; here what is named by an id is held
 * against the project, and what tells of all projects at once rejects. Each function is written out, so a new one
 * has to say what it is.
 */
export function withinProject(own: ListsOfProject, project: string): Store {
  const isOwn = async (runId: string) => (await own.projects.projectOfRun(runId)) === project
  /** What is read of a run; of a foreign one what is read of none. */
  const ofRun =
    <A extends unknown[], R>(read: (runId: string, ...rest: A) => Promise<R>, none: R) =>
    async (runId: string, ...rest: A): Promise<R> =>
      (await isOwn(runId)) ? read(runId, ...rest) : none
  return {
    ...ofRuns(own, ofRun),
    workflows: own.workflows,
    money: moneyOf(own),
    people: own.people,
    keys: keysOf(own),
    audit: {
      append: refused('audit.append'),
      search: refused('audit.search'),
      after: refused('audit.after'),
    },
    shares: {
      addShare: async (share, most) => {
        if (!(await isOwn(share.runId))) throw notHere(`the run ${share.runId}`)
        return own.shares.addShare(share, most)
      },
      listShares: ofRun(own.shares.listShares, []),
      withdrawShare: ofRun(own.shares.withdrawShare, false),
      findShare: refused('shares.findShare'),
    },
    runNotes: {
      addNote: async (note, most) =>
        (await isOwn(note.runId)) ? own.runNotes.addNote(note, most) : 'no-run',
      listNotes: ofRun(own.runNotes.listNotes, []),
      findNote: ofRun(own.runNotes.findNote, null),
      editNote: ofRun(own.runNotes.editNote, false),
      deleteNote: ofRun(own.runNotes.deleteNote, false),
      countNotes: async (runIds) => {
        const areOwn = await Promise.all(runIds.map(isOwn))
        return own.runNotes.countNotes(runIds.filter((_, at) => areOwn[at]))
      },
    },
    imports: {
      findImports: async (of) => (of === project ? own.imports.findImports(of) : []),
      begin: refused('imports.begin'),
      addRows: refused('imports.addRows'),
      amend: refused('imports.amend'),
      finish: refused('imports.finish'),
      abandon: refused('imports.abandon'),
    },
    schedules: schedulesOf(own),
    triggers: triggersOf(own),
    github: {
      addGithubRun: async (run, handovers) => {
        if (!(await isOwn(run.runId))) throw notHere(`the run ${run.runId}`)
        await own.github.addGithubRun(run, handovers)
      },
      findGithubRun: ofRun(own.github.findGithubRun, null),
      unplannedRuns: refused('unplannedRuns'),
      planHandovers: async (runId, at, handovers) => {
        if (await isOwn(runId)) await own.github.planHandovers(runId, at, handovers)
      },
      handoversOf: ofRun(own.github.handoversOf, []),
      openHandovers: refused('openHandovers'),
      saveHandover: async (handover) => (await isOwn(handover.runId)) && own.github.saveHandover(handover),
    },
    billing: {
      billedDays: refused('billedDays'),
      saveBilledDays: refused('saveBilledDays'),
      forgetBilledDays: refused('forgetBilledDays'),
    },
    retention: {
      endedRuns: refused('endedRuns'),
      endedRun: refused('endedRun'),
      bytesOfRun: refused('bytesOfRun'),
      finishDeletions: refused('finishDeletions'),
      countDeliveries: refused('countDeliveries'),
      deleteDeliveries: refused('deleteDeliveries'),
    },
    projects: own.projects,
    within: () => {
      throw notHere('another project')
    },
    close: () => {
      throw notHere('the file of all projects')
    },
  }
}

type OfRun = <A extends unknown[], R>(
  read: (runId: string, ...rest: A) => Promise<R>,
  none: R,
) => (runId: string, ...rest: A) => Promise<R>

type RunParts = Pick<
  Store,
  keyof EngineStore | 'costLines' | 'spentOn' | 'spentByDay' | 'spentByPayer' | 'agentSamples'
> &
  Pick<Store, 'estimatedRuns' | 'getSetting' | 'putSetting'>

function ofRuns(own: ListsOfProject, ofRun: OfRun): RunParts {
  return {
    loadState: ofRun(own.loadState, null),
    loadHead: ofRun(own.loadHead, null),
    loadInput: ofRun(own.loadInput, null),
    loadResult: ofRun(own.loadResult, null),
    loadSource: ofRun(own.loadSource, null),
    calledSources: ofRun(own.calledSources, []),
    listRuns: own.listRuns,
    runNames: own.runNames,
    countDrafts: own.countDrafts,
    openRuns: refused('openRuns'),
    findIdempotent: async (key) => {
      const found = await own.findIdempotent(key)
      return found === null ? null : ofRun(async () => found, null)(found.runId)
    },
    deleteRun: refused('deleteRun'),
    workspaceRoots: refused('workspaceRoots'),
    usedRoots: own.usedRoots,
    // Not a list of its own: what is missing in it would be deleted.
    filesNamed: () => {
      throw notHere('filesNamed')
    },
    commit: refused('commit'),
    readJournal: ofRun(own.readJournal, []),
    agentEvents: ofRun(own.agentEvents, []),
    loadAgents: ofRun(own.loadAgents, []),
    loadAgent: ofRun(own.loadAgent, null),
    claimAgent: refused('claimAgent'),
    loadMessages: ofRun(own.loadMessages, []),
    agentsSaying: ofRun(own.agentsSaying, []),
    loadTurns: ofRun(own.loadTurns, []),
    loadInFlightTurns: ofRun(own.loadInFlightTurns, []),
    costLines: ofRun(own.costLines, { spent: [], unsettled: [] }),
    spentOn: own.spentOn,
    spentByDay: own.spentByDay,
    spentByPayer: own.spentByPayer,
    agentSamples: own.agentSamples,
    estimatedRuns: own.estimatedRuns,
    // Settings are the installation's; their owners ask for them by name.
    getSetting: own.getSetting,
    putSetting: own.putSetting,
  }
}

function moneyOf({ money }: ListsOfProject): Store['money'] {
  return {
    priceVersions: money.priceVersions,
    addPriceVersions: refused('addPriceVersions'),
    usedModels: refused('usedModels'),
    addAlert: refused('addAlert'),
    listAlerts: money.listAlerts,
    dismissAlert: money.dismissAlert,
    addDelivery: refused('addDelivery'),
    saveDelivery: refused('saveDelivery'),
    pendingDeliveries: refused('pendingDeliveries'),
    listDeliveries: refused('listDeliveries'),
    addRepricing: refused('addRepricing'),
    addRepricedTurns: refused('addRepricedTurns'),
    setRepricingStatus: refused('setRepricingStatus'),
    dropRepricing: refused('dropRepricing'),
    listRepricings: refused('listRepricings'),
    addUndo: refused('addUndo'),
    runsToReprice: refused('runsToReprice'),
    repriceRun: refused('repriceRun'),
  }
}

function keysOf({ keys }: ListsOfProject): Store['keys'] {
  return {
    addKey: keys.addKey,
    listKeys: keys.listKeys,
    findKey: keys.findKey,
    findKeyByDigest: refused('findKeyByDigest'),
    noteKeyUse: refused('noteKeyUse'),
    revokeKey: async (id, at) => {
      if ((await keys.findKey(id)) === null) throw notHere(`the key ${id}`)
      await keys.revokeKey(id, at)
    },
  }
}

function schedulesOf({ schedules }: ListsOfProject): Store['schedules'] {
  const { isOwn, history } = ownHistory(schedules)
  return {
    ...history,
    addSchedule: schedules.addSchedule,
    listSchedules: schedules.listSchedules,
    find: schedules.find,
    change: async (before, after) => (await isOwn(before.id)) && schedules.change(before, after),
    deleteSchedule: async (id) => (await isOwn(id)) && schedules.deleteSchedule(id),
    dueSchedules: refused('dueSchedules'),
    nextDue: refused('nextDue'),
    passTime: refused('passTime'),
    addTime: async (time) => {
      if (!(await isOwn(time.scheduleId))) throw notHere(`the schedule ${time.scheduleId}`)
      await schedules.addTime(time)
    },
    setTime: refused('setTime'),
    openTimes: refused('openTimes'),
    timesOf: async (id, most) => ((await isOwn(id)) ? schedules.timesOf(id, most) : []),
  }
}

function triggersOf({ triggers }: ListsOfProject): Store['triggers'] {
  const { isOwn, history } = ownHistory(triggers)
  return {
    ...history,
    addTrigger: triggers.addTrigger,
    listTriggers: triggers.listTriggers,
    find: triggers.find,
    change: async (before, after) => (await isOwn(before.id)) && triggers.change(before, after),
    deleteTrigger: async (id) => (await isOwn(id)) && triggers.deleteTrigger(id),
    receive: refused('receive'),
    findDelivery: refused('findDelivery'),
    setDelivery: refused('setDelivery'),
    openDeliveries: refused('openDeliveries'),
    fetchingDeliveries: refused('fetchingDeliveries'),
    deliveriesOf: async (id, most) => ((await isOwn(id)) ? triggers.deliveriesOf(id, most) : []),
  }
}

/** What is known of the runs of the project's own automations of one kind. */
function ownHistory<Occasion>(kept: LaunchHistory<Occasion> & { find(id: string): Promise<unknown> }) {
  const isOwn = async (id: string) => (await kept.find(id)) !== null
  const history: LaunchHistory<Occasion> = {
    resultsSince: async (id, since, most) => ((await isOwn(id)) ? kept.resultsSince(id, since, most) : []),
    unendedRun: async (id) => ((await isOwn(id)) ? kept.unendedRun(id) : null),
    hasWaiting: async (id) => (await isOwn(id)) && kept.hasWaiting(id),
    spentSince: async (id, from) => ((await isOwn(id)) ? kept.spentSince(id, from) : 0),
  }
  return { isOwn, history }
}

/** What nobody asks within one project: whoever does has forgotten to ask all. */
function refused(what: string): () => Promise<never> {
  return async () => {
    throw notHere(what)
  }
}

function notHere(what: string): Error {
  return new Error(`${what} is not asked within one project`)
}
