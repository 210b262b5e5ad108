import { AsyncResource } from 'node:async_hooks'
import { createHash, randomUUID } from 'node:crypto'
import { join, sep } from 'node:path'
import { createCostReader } from '@/db/cost-reader'
import { openDatabase } from '@/db/open'
import { createStore } from '@/db/store/store'
import { defaultRetryPolicy, type RetryPolicy } from '@/lib/core/agent/failed-turn'
import { defaultProject } from '@/lib/core/base/project'
import type { CostReader } from '@/lib/core/money/cost-store'
import type { Clock } from '@/lib/core/ports/clock'
import type { Dispatcher } from '@/lib/core/ports/dispatcher'
import type { Provider } from '@/lib/core/ports/ports'
import type { SandboxLimits } from '@/lib/core/ports/sandbox'
import type { Store } from '@/lib/core/ports/store'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { changesFiles, type Permissions } from '@/lib/core/spec/permissions'
import { hasEnded } from '@/lib/core/spec/run-status'
import { createEmbeddedDispatcher } from '@/lib/dispatch/embedded'
import type { BatchTiming } from '@/lib/engine/context/ports'
import { createRecorder, type Publish } from '@/lib/engine/parts/recorder'
import { Engine } from '@/lib/engine/run/engine'
import type { ImportReader } from '@/lib/imports/reader'
import type { Sink } from '@/lib/live/event-sink'
import { Hub } from '@/lib/live/hub'
import { Tails } from '@/lib/live/tail'
import type { Processes } from '@/lib/processes/processes'
import { createAnthropicProvider } from '@/lib/providers/anthropic/provider'
import { createGovernor } from '@/lib/providers/governor'
import { createFileStores, type FileStores } from '@/lib/revisions/file-stores'
import { choiceOf } from '@/lib/sandbox/this-machine'
import { bodyOf } from '@/lib/script/body'
import { defaultSandboxLimits } from '@/lib/script/protocol'
import { createSystemClock } from '@/lib/server/services/system-clock'
import { type SimulatorChild, startSimulatorChild } from '@/lib/simulator/child'
import { createToolBox } from '@/lib/tools/toolbox'
import { openAgentTypes } from '@/lib/workspace/agent-types'
import {
  enterFolder,
  folderOf,
  locateIn,
  type OpenFolder,
  openWorkspace,
  type Workspace,
} from '@/lib/workspace/workspace'
import { BilledReports } from '../access/billed-reports'
import { BillingAccount } from '../access/billing-account'
import { GithubConnections } from '../access/github-connections'
import { githubFetch } from '../access/github-fetch'
import { type Access, openAccess } from '../access/open-access'
import { Projects } from '../access/projects'
import { ProviderKeys } from '../access/provider-keys'
import { AlertWatch } from '../alerts/alert-watch'
import { Deliveries, deliveryDelaysMs, type Receiver } from '../alerts/deliveries'
import { noticeBody } from '../alerts/notice-body'
import { loadReceiver } from '../alerts/receiver'
import { RunNotices } from '../alerts/run-notices'
import { log, logError } from '../log/log'
import { logRunEvents } from '../log/run-log'
import { telemetryOf } from '../log/telemetry'
import type { ReadingThreads } from '../services/documents/reading-threads'
import { ReadingNotes } from '../services/documents/readings'
import type { Environment } from '../services/env'
import { PriceList } from '../services/price-list'
import { openSeal, type Seal, sealWith } from '../services/seal'
import { allBudgets, calendarCaps, loadSettings, type StoredSettings } from '../services/settings-store'
import { sourcesFolder } from '../services/sources-folder'
import { StreamPlaces } from '../services/stream-places'
import { TokenGuard } from '../services/token-guard'
import type { UntrustedReader } from '../services/untrusted-reader'
import { AllowedFolders } from './allowed/folders'
import { createFolderLooks, type FolderLooks } from './folder-looks'
import { learnListedModels } from './listed-models'
import { createMcpServers, type McpServersOfApp } from './mcp-servers'
import { Metrics } from './metrics'
import { Overview } from './overview'
import { pagesOf } from './page-reader'
import { createProviderContexts } from './provider-contexts'
import { SourceReader } from './read-source'
import { Readiness } from './readiness'
import type { FolderReaders } from './reading/folder-readers'
import { shellOpener } from './shell-opener'
import { type AppThreads, openThreads } from './threads'
import { toolFiles } from './tool-files'
import type { Watch } from './watch'
import { builtInSource, createWorkflowFinder, librarySource, workspaceSource } from './workflow-finder'

/** Everything one process is made of, put together once. */
export type App = {
  env: Environment
  store: Store
  engine: Pick<Engine, keyof Engine>
  tails: Tails
  overview: Pick<Overview, keyof Overview>
  dispatcher: Dispatcher
  /** What the project that is asked in asks by. */
  provider: Provider
  providerOf(project: string): Provider
  untrusted: UntrustedReader
  sources: SourceReader
  /** Open event streams, ended when the server stops. */
  sinks: Set<Sink>
  streams: StreamPlaces
  settings: StoredSettings
  prices: PriceList
  /** The cost rollups, read beside the work. */
  costReader: CostReader
  alerts: Pick<AlertWatch, keyof AlertWatch>
  notices: Notices
  /** Launches at the times of schedules, and what was delivered to triggers. */
  schedules: Watch
  /** Deletes what has passed its age. */
  retention: Watch
  /** Makes backups at their times. */
  backups: Watch
  metrics: Metrics
  readiness: Readiness
  /** Provider keys of projects, in place of the installation's. */
  providerKeys: ProviderKeys
  /** What the organisation that pays was billed: by which key it is asked, and what was read. */
  billing: { account: BillingAccount; reports: BilledReports }
  /** Connections of projects to GitHub. */
  github: GithubConnections
  /** Fetches from GitHub what triggers wait for, and hands over to it what runs have left. */
  handovers: Watch
  /** Waits between the tries of what is sent elsewhere, in milliseconds; as many tries follow the first. */
  retryDelaysMs: readonly number[]
  /** Locks what is stored and must not be read in a copy of the database. */
  seal: Seal
  /** Slows down who guesses at the shared token. */
  tokens: TokenGuard
  /** Who may come in. */
  access: Access
  simulator: SimulatorChild | null
  /** The folders that runs may open; where no project is asked in, those of all. */
  folders: AllowedFolders
  looks: FolderLooks
  /** By what processes are started: never by this one itself, which would stand still meanwhile. */
  processes: Processes
  openWorkspace(path: string, roots?: readonly string[]): Promise<Workspace>
  /** The same for who knows which files to look at: nothing is listed. */
  openFolder(path: string, roots?: readonly string[]): Promise<OpenFolder>
  /** What reads folders of others, where it can be ended. */
  readers: FolderReaders
  /** Throws where a folder that a run has worked on is none that runs may open any more. */
  requireAllowed(root: string, roots?: readonly string[]): Promise<void>
  /** Files of runs, kept by their contents. */
  fileStores: FileStores
  /** Work on what deleted runs have left, which nobody waits for. */
  pruning: { add(work: Promise<void>): void; done(): Promise<unknown> }
  /** Says a sentence in the server's log. */
  note(sentence: string): void
  /** Reads uploads and pages where that can be ended. */
  reading: ReadingThreads
  /** Reads runs of other programs. */
  imports: ImportReader
  /** MCP servers of the project that is asked in, and of one by its id. */
  mcp: McpServersOfApp
  mcpOf(project: string): McpServersOfApp
  /**
   * The project that is asked in: what is launched or made belongs to it. The stores and watches of an app within a
   * project hold nothing of others; the whole app's hold everything, and are for what no request of one project asks.
   */
  project: string
  projects: Projects
  /** The app as one project has it. The same one while there is none beside Default. */
  within(project: string): App
  /** The app of all projects, for work whose answer nobody is told. */
  whole: App
  now(): number
  clock: Clock
  digest(text: string): string
  close(graceMs: number): Promise<void>
}

/** What is sent to the webhook, and where that is. */
export type Notices = { receiver: Receiver | null; deliveries: Deliveries }

/** What a test may tune; a server runs with the defaults. */
export type Tuning = {
  clock: Clock
  retryPolicy: RetryPolicy
  sandboxLimits: SandboxLimits
  /** Waits between the tries of a notice, in milliseconds; as many tries follow the first. */
  deliveryDelaysMs: readonly number[]
  batchTiming: BatchTiming
  /** Whether the provider is asked at the start for the models it has. */
  asksForModels: boolean
  /** Threads that apps share, and that whoever opened them closes; null for threads of the app's own. */
  sharedThreads: AppThreads | null
  /** Receives every commit, after all other listeners. */
  onCommit(runId: string, envelopes: readonly Envelope[], state: RunState): void
}

/**
 * Most batches end within an hour; a poll costs nothing, and two minutes are enough for a batch to appear in
 * the list.
 */
const defaultBatchTiming = { collectMs: 500, collectMostMs: 30_000, pollFirstMs: 1000, resolveMs: 120_000 }

const untuned: Omit<Tuning, 'batchTiming' | 'clock'> = {
  retryPolicy: defaultRetryPolicy,
  sandboxLimits: defaultSandboxLimits,
  deliveryDelaysMs,
  asksForModels: true,
  sharedThreads: null,
  onCommit: () => {},
}

/** Verbs that the engine may ask for; they know the app, so the app is given them. */
export type AppCallbacks = {
  checkWorkflow(
    app: App,
    script: string,
    workspaceRoot: string | null,
    signal: AbortSignal,
    permissions: Permissions,
  ): Promise<string[]>
  finishRepricings(app: App): Promise<void>
  pruneAtStart(app: App): Promise<void>
  createScheduleWatch(app: App, report: (error: unknown) => void): Watch
  createRetentionSweep(app: App, report: (error: unknown) => void): Watch
  createHandoverWatch(app: App, report: (error: unknown) => void): Watch
  createBackupWatch(app: App, report: (error: unknown) => void): Watch
  noteBackup(app: App): Promise<void>
  appWithin(app: App, project: string): App
}

/** Where the provider is reached when no setting says so. */
const anthropicAddress = 'https://api.anthropic.com'

/** Puts an app together and takes up the runs that were open. Rejects with a sentence when it cannot. */
export async function createApp(
  env: Environment,
  appCallbacks: AppCallbacks,
  tuning: Partial<Tuning> = {},
): Promise<App> {
  const {
    retryPolicy,
    sandboxLimits,
    deliveryDelaysMs: delaysMs,
    asksForModels,
    sharedThreads,
    onCommit,
  } = { ...untuned, ...tuning }
  const batchTiming = tuning.batchTiming ?? { ...defaultBatchTiming, pollMostMs: env.batchPollSeconds * 1000 }
  const ownClock = createSystemClock()
  const clock = tuning.clock ?? ownClock
  const { now } = clock
  // Made at start, outside every request.
  const origin = new AsyncResource('skein')
  const { connection, release } = openDatabase(env.dataDir, join(env.installDir, 'db', 'migrations'))
  const store = createStore(connection, release)
  const seal = openSeal(env.dataDir)
  const access = await openAccess({ env, store, connection, seal, clock })
  const projects = await Projects.open(store.projects)
  const apps = new Map<string, App>()
  const settings = await loadSettings(store)
  const folders = await AllowedFolders.open(store, env.workspaceRoots)
  const prices = await PriceList.open(store.money, new Date(now()).toISOString())
  const entry = (name: string) => join(env.installDir, 'dist', `${name}.mjs`)
  const simulator =
    env.provider === 'simulator'
      ? await startSimulatorChild({
          entry: entry('simulator'),
          speed: settings.simulatorSpeed ?? env.simulatorSpeed,
          clock,
        })
      : null
  const provider = createProvider(env, simulator, clock)
  const secretsSeal = env.secretsKey === null ? seal : sealWith(Buffer.from(env.secretsKey, 'hex'))
  const closing = new AbortController()
  const github = await GithubConnections.open({
    ...{ store, seal: secretsSeal, now, closing },
    fetch: githubFetch(env.privateHosts, closing.signal),
  })
  const account = await BillingAccount.open({
    ...{ store, seal: secretsSeal, now, closing: closing.signal },
    baseUrl: env.billingUrl,
  })
  const billing = { account, reports: new BilledReports({ account, store, now }) }
  const providerKeys = await ProviderKeys.open({
    store,
    seal: secretsSeal,
    providerFor: (apiKey) => createProvider({ ...env, apiKey, authToken: null }, null, clock),
  })
  // The simulator takes the place of every key.
  const providerOf = (project: string) =>
    (simulator === null ? providerKeys.of(project)?.provider : undefined) ?? provider
  // Not waited for: a provider that is slow to answer holds up no start.
  if (asksForModels && !provider.simulated) void learnListedModels(provider)
  const threads = sharedThreads ?? openThreads(env.installDir, clock)
  const { imports, processes, readers, reading, sandboxes, untrusted } = threads
  const { documents } = reading
  const dispatcher = createEmbeddedDispatcher({
    now,
    governor: createGovernor({ clock }),
    maxConcurrency: env.maxConcurrency,
    caps: calendarCaps(settings, provider.simulated),
    spentByDay: await store.spentByDay(provider.simulated),
    spentByPayer: await store.spentByPayer(provider.simulated),
  })
  const hub = new Hub(clock)
  const report = (error: unknown, about: { runId?: string; agentId?: string } = {}) =>
    logError(error, { run: about.runId, agent: about.agentId })
  const costReader = createCostReader({
    entry: entry('cost-reader-thread'),
    path: join(env.dataDir, 'skein.db'),
    clock,
  })
  const notices: Notices = {
    receiver: await loadReceiver(store, seal, report),
    deliveries: new Deliveries({
      store: store.money,
      receiver: () => notices.receiver,
      allowsLoopback: env.webhookAllowsLoopback,
      delaysMs,
      clock,
      report,
    }),
  }
  const alerts = new AlertWatch({
    store: store.money,
    costReader,
    budgets: () => allBudgets(settings),
    bodyOf: (notice) => (notices.receiver === null ? null : noticeBody(notices.receiver, notice)),
    wakeDeliveries: () => notices.deliveries.wake(),
    clock,
    report,
  })
  const runNotices = new RunNotices({
    receiver: () => notices.receiver,
    wakeDeliveries: () => notices.deliveries.wake(),
    report,
  })
  const metrics = new Metrics()
  const telemetry = await telemetryOf(env, clock)
  const publish: Publish = (runId, envelopes, state) => {
    engine.onEvent(runId, envelopes)
    metrics.onEvent(runId, envelopes)
    hub.publish(runId, envelopes)
    alerts.onEvent(envelopes, state)
    logRunEvents(runId, envelopes, state)
    telemetry?.onEvent(runId, envelopes, state)
    if (hasEnded(state.run.status)) {
      folders.forget(runId).catch(report)
      app.schedules.wake()
      app.handovers.wake()
    }
    onCommit(runId, envelopes, state)
  }
  const recorder = createRecorder(runNotices.keptIn(metrics.timed(store)), clock, publish, report)
  const sourcesPlace = sourcesFolder(env.dataDir)
  // What was added as a source lies among the server's own data, and is there to be read.
  const isSource = (path: string) => path.startsWith(`${sourcesPlace}${sep}`)
  const rulesOf = (path: string, roots: readonly string[]) => {
    const bounds = isSource(path) ? { roots: [sourcesPlace], deny: [] } : { roots, deny: [env.dataDir] }
    return { path, ...bounds, privateNames: env.privateNames }
  }
  const openWithin = (path: string, roots: readonly string[]) =>
    isSource(path) ? openWorkspace(rulesOf(path, roots)) : readers.open(rulesOf(path, roots))
  const enterWithin = async (path: string, roots: readonly string[]) => {
    const rules = rulesOf(path, roots)
    if (!isSource(path)) return readers.enter(rules)
    const entered = await enterFolder(rules)
    return folderOf(entered, rules, (asked) => locateIn(entered, rules, asked))
  }
  /** What reads the folder of a run, as long as that answers. */
  const inFolder = <Result>(
    root: string | null,
    signal: AbortSignal,
    read: (signal: AbortSignal) => Promise<Result>,
  ) => (root === null || isSource(root) ? read(signal) : readers.during(root, signal, read))
  const fileStores = createFileStores(join(env.dataDir, 'files'), processes)
  const pruning = new Set<Promise<void>>()
  const shellsOf = shellOpener({ dataDir: env.dataDir, clock, processes, sandbox: choiceOf(env) })
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  const mcpOf = createMcpServers({ env, store, seal, schemas: untrusted, clock, processes, digest })
  const sources = new SourceReader(untrusted, digest)
  const readings = new ReadingNotes(join(env.dataDir, 'reading'), digest)
  // Nearest first: the workspace's own workflows, then those people saved here, then those that ship with
  // Skein.
  const workflowSources = [workspaceSource, librarySource(store), builtInSource(env.installDir)]
  const providerContexts = createProviderContexts({
    clock,
    common: { provider, dispatcher, batchTiming, knownBatches: new Set() },
    keyed: (project) => providerKeys.of(project),
    entry: entry('simulator'),
    maxConcurrency: env.maxConcurrency,
    simulatorSpeed: () => settings.simulatorSpeed ?? env.simulatorSpeed,
  })
  const workflows = createWorkflowFinder(workflowSources, sources, digest)
  const engine = new Engine({
    store,
    recorder,
    dispatcher,
    simulated: provider.simulated,
    openProviderContext: providerContexts.open,
    schemas: untrusted,
    checkWorkflow: (script, root, signal, permissions) =>
      appCallbacks.checkWorkflow(app, script, root, signal, permissions),
    bodyOf,
    readings,
    workflows: {
      find: (reference, looking) =>
        readings.during(looking.owner, `the workflows of ${looking.workspaceRoot ?? 'this server'}`, () =>
          inFolder(looking.workspaceRoot, looking.signal, (signal) =>
            workflows.find(reference, { ...looking, signal }),
          ),
        ),
    },
    openSandbox: (start) => sandboxes.open(start),
    openTools: (root, owner, permissions, run) =>
      readings.during(owner, `the files of ${root}`, async () => {
        const roots = folders.within(run.project).listFor(owner)
        const workspace = await openWithin(root, roots)
        const files = changesFiles(permissions)
          ? await toolFiles({ stores: fileStores, readers, workspace, roots })
          : null
        // What a person has to allow first cannot be left to the provider, which asks nobody.
        const isServed = provider.hasServerTools && run.permitted.web
        const pages = permissions.web && !isServed ? pagesOf(clock, reading) : null
        const shells = files === null ? null : await shellsOf(files, workspace, owner, permissions, run)
        const runMcp = await mcpOf(run.project).open(workspace, owner, permissions, run)
        const parts = {
          workspace,
          untrusted,
          owner,
          permissions,
          files,
          shells,
          dryRun: run.isDryRun ? run.note : null,
          pages,
          documents,
          mcp: runMcp,
        }
        return createToolBox(parts)
      }),
    agentTypes: (root, owner) => {
      const types = openAgentTypes({
        root,
        home: env.home,
        readHeads: (heads, signal) => untrusted.readHeads(heads, { owner: `${owner} heads`, signal }),
      })
      const what = `the agent definitions of ${root ?? env.home}`
      return {
        find: (name, signal) =>
          readings.during(owner, what, () => inFolder(root, signal, (stop) => types.find(name, stop))),
      }
    },
    prices: () => prices.list(),
    sandboxLimits,
    retryPolicy,
    clock,
    detached: (work) => origin.runInAsyncScope(work),
    random: Math.random,
    digest,
    newId: () => randomUUID(),
    report,
  })
  const sinks = new Set<Sink>()
  const tails = new Tails({ store, hub, active: (runId) => engine.active(runId), clock, report })
  const overview = new Overview({
    store,
    engine,
    simulated: provider.simulated,
    usage: () => dispatcher.usage(),
    alerts: async () => alerts.open(),
    clock,
    report,
  })
  const app: App = {
    get schedules() {
      return schedules
    },
    get retention() {
      return retention
    },
    get backups() {
      return backups
    },
    get handovers() {
      return handovers
    },
    billing,
    github,
    retryDelaysMs: delaysMs,
    env,
    store,
    engine,
    tails,
    overview,
    dispatcher,
    get provider() {
      return providerOf(defaultProject)
    },
    providerOf,
    untrusted,
    sources,
    sinks,
    streams: new StreamPlaces(),
    settings,
    prices,
    costReader,
    alerts,
    notices,
    metrics,
    readiness: new Readiness({
      store,
      clock,
      address: simulator?.url ?? env.baseUrl ?? anthropicAddress,
      simulated: provider.simulated,
    }),
    providerKeys,
    seal,
    tokens: new TokenGuard(clock.awake.now, (line) => log('warn', line)),
    access,
    simulator,
    folders,
    looks: createFolderLooks({
      entry: entry('folder-look'),
      dataDir: env.dataDir,
      privateNames: env.privateNames,
      start: processes.start,
      clock,
    }),
    processes,
    openWorkspace: (path, roots = folders.list()) => openWithin(path, roots),
    openFolder: (path, roots = folders.list()) => enterWithin(path, roots),
    readers,
    async requireAllowed(root, roots = folders.list()) {
      if (!isSource(root)) await readers.requireInside(root, roots)
    },
    fileStores,
    pruning: {
      add(work) {
        const one = work.catch(report).finally(() => pruning.delete(one))
        pruning.add(one)
      },
      done: () => Promise.all(pruning),
    },
    note: (sentence) => log('info', sentence),
    reading,
    imports,
    mcp: mcpOf(defaultProject),
    mcpOf,
    project: defaultProject,
    projects,
    within(project) {
      if (projects.isOnlyDefault && project === defaultProject) return app
      const known = apps.get(project) ?? appCallbacks.appWithin(app, project)
      apps.set(project, known)
      return known
    },
    get whole() {
      return app
    },
    now,
    clock,
    digest,
    async close(graceMs) {
      for (const sink of [...sinks]) sink.close()
      overview.close()
      metrics.close()
      await schedules.close()
      await retention.close()
      await backups.close()
      const handedOver = handovers.close()
      github.close()
      await handedOver
      await engine.shutDown(graceMs)
      await Promise.all(pruning)
      await folders.settled()
      fileStores.close()
      await alerts.close()
      await notices.deliveries.close()
      await telemetry?.close()
      await costReader.close()
      if (threads !== sharedThreads) await threads.close()
      readings.close()
      await providerContexts.close()
      await simulator?.stop()
      store.close()
      ownClock.close()
    },
  }
  const schedules = appCallbacks.createScheduleWatch(app, report)
  const retention = appCallbacks.createRetentionSweep(app, report)
  const backups = appCallbacks.createBackupWatch(app, report)
  const handovers = appCallbacks.createHandoverWatch(app, report)
  await alerts.start()
  notices.deliveries.wake()
  readings.keep(new Set(await store.openRuns()))
  await appCallbacks.pruneAtStart(app)
  await engine.recover()
  await appCallbacks.finishRepricings(app)
  schedules.wake()
  retention.wake()
  await appCallbacks.noteBackup(app)
  backups.wake()
  handovers.wake()
  return app
}

function createProvider(env: Environment, simulator: SimulatorChild | null, clock: Clock): Provider {
  if (simulator !== null)
    return createAnthropicProvider({
      name: 'simulator',
      simulated: true,
      apiKey: 'sk-simulator',
      baseURL: simulator.url,
      clock,
    })
  return createAnthropicProvider({
    name: 'anthropic',
    clock,
    ...(env.apiKey === null ? {} : { apiKey: env.apiKey }),
    ...(env.authToken === null ? {} : { authToken: env.authToken }),
    ...(env.baseUrl === null ? {} : { baseURL: env.baseUrl }),
  })
}
