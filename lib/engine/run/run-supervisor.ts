import type { Actor } from '@/lib/core/base/actor'
import { payerOf } from '@/lib/core/money/quotas'
import { allTokens } from '@/lib/core/money/token-counts'
import type { ToolBox } from '@/lib/core/ports/ports'
import type { Sandbox } from '@/lib/core/ports/sandbox'
import type { Envelope } from '@/lib/core/run/events'
import { useByPhase } from '@/lib/core/run/phase-use'
import { offeredPermissions } from '@/lib/core/spec/permissions'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { hasEnded } from '@/lib/core/spec/run-status'
import { BatchesOfRun } from '../batch/run-batches'
import { type ActiveRun, type Needs, openRun, type PartsForBatches } from '../context/active-run'
import type { EnginePorts } from '../context/ports'
import { RunStopped } from '../parts/stops'
import { Orchestration } from '../script/orchestrate'
import { briefingIn, limitMet, limitsAtStart, replaySourceOf, runHistoryOf } from '../script/run-history'
import { LONGEST_ANSWER_MS } from './act-outcome'
import { bookInterrupted } from './interrupted-turns'
import { openFiles } from './open-files'
import { openServers } from './open-servers'
import { giveUp, workToEnd } from './run-completion'
import { RunStateError, unrecordable } from './run-state-error'
import { RunWatch } from './run-watch'

/** A start takes a moment, and so does any commit: less than this is no downtime. */
const SHORTEST_SKIP_MS = 1_000

/** As often as a process may die over one reading before the run has to wait for a person. */
const DEATHS_UNTIL_PAUSE = 2

/** The runs that this process works on: taken up, led to their ends one act at a time, and let go. */
export class RunSupervisor {
  protected readonly atWork = new Map<string, { run: ActiveRun; done: Promise<void> }>()
  readonly #watch: RunWatch
  readonly #acting = new Map<string, Promise<unknown>>()
  #isStopping = false

  constructor(protected readonly ports: EnginePorts) {
    ports.clock.onSkip((ms) => this.#skipped(ms))
    this.#watch = new RunWatch(ports.clock, () => [...this.atWork.values()].map(({ run }) => run))
  }

  /** Runs being worked on, for the pulse and the overview. */
  activeRuns(): ActiveRun[] {
    return [...this.atWork.values()].map(({ run }) => run)
  }

  active(runId: string): ActiveRun | null {
    return this.atWork.get(runId)?.run ?? null
  }

  /** Resolves once nobody works on a run any more: it has ended, or the server is stopping. */
  async atRest(runId: string): Promise<void> {
    await this.atWork.get(runId)?.done
  }

  /** Receives every committed envelope; answers to a script's calls go to its queue. */
  onEvent(runId: string, envelopes: readonly Envelope[]): void {
    const run = this.active(runId)
    if (run === null) return
    for (const envelope of envelopes) run.events.onEvent(envelope)
  }

  /** Does something to the rows of a run that nobody works on; one that is just ending is waited for. */
  async whileIdle<T>(runId: string, act: () => Promise<T>): Promise<T> {
    await this.whenReleased(runId)
    return this.withRunLock(runId, async () => {
      try {
        return await act()
      } finally {
        if (!this.atWork.has(runId)) this.ports.recorder.forget(runId)
      }
    })
  }

  /**
   * Takes up every run that had not ended when the last process did. Turns that were in flight are booked
   * first.
   */
  async recover(): Promise<void> {
    for (const runId of await this.ports.store.openRuns()) {
      try {
        await this.withRunLock(runId, async () => {
          const state = await this.state(runId)
          if (state.run.status === 'draft') return
          if (runId.startsWith(trialRunPrefix)) {
            await this.ports.store.deleteRun(runId)
            return
          }
          await this.#bookDowntime(runId)
          await bookInterrupted(this.ports, runId)
          if (!(await this.#isHeldBack(runId))) await this.startWork(runId)
        })
      } catch (error) {
        // Shown as failed with the reason, rather than as running with nobody at work.
        await this.withRunLock(runId, async () => {
          await this.state(runId)
          await giveUp(this.ports, runId, error)
        }).catch(this.ports.report)
      }
    }
  }

  /**
   * A run whose folder crashed the process repeatedly would do so at every start, so it waits for a person to
   * look at that folder.
   */
  async #isHeldBack(runId: string): Promise<boolean> {
    const { readings, recorder } = this.ports
    const died = readings.diedOver(runId)
    if (died === null || died.times < DEATHS_UNTIL_PAUSE) return false
    const { run } = await this.state(runId)
    if (run.status === 'paused' || run.settling !== null)
      return run.status === 'paused' && run.settling === null
    const detail = `Skein crashed ${died.times} times while this run was reading ${died.what}. Check that content, then resume or cancel the run.`
    await recorder.record(runId, [
      { type: 'run.paused', reason: 'reading', detail, phase: null, resumesAt: null, actor: null },
    ])
    return true
  }

  /** Takes up a run that was held back, since somebody says so. */
  protected async startHeldBack(runId: string, actor: Actor): Promise<void> {
    const { readings, recorder, clock } = this.ports
    const { startedAt, pausedAt } = (await this.state(runId)).run
    readings.forget(runId)
    const pausedMs = pausedAt === null ? 0 : Math.max(0, clock.now() - Date.parse(pausedAt))
    await recorder.record(runId, [
      { type: 'run.resumed', pausedMs, actor },
      ...(startedAt === null ? [{ type: 'run.started' } as const] : []),
    ])
    await this.startWork(runId)
  }

  /** The server was not there since the last event of the run: no limit of time counts that. */
  async #bookDowntime(runId: string): Promise<void> {
    const { recorder, store, clock } = this.ports
    const state = recorder.state(runId)
    if (state?.run.status !== 'running') return
    const [last] = await store.readJournal(runId, state.seq - 1, 1)
    const ms = last === undefined ? 0 : Math.round(clock.now() - Date.parse(last.at))
    if (Math.abs(ms) >= SHORTEST_SKIP_MS) await recorder.record(runId, [{ type: 'run.time-skipped', ms }])
  }

  /** The machine slept, was stopped, or was too busy: recorded in the journal of every run at work. */
  #skipped(ms: number): void {
    for (const run of this.activeRuns())
      if (run.journal.state.run.status === 'running')
        run.journal.record([{ type: 'run.time-skipped', ms }]).catch(this.ports.report)
  }

  /** Stops taking work, lets turns in flight finish for `graceMs`, and leaves the rest to be resumed. */
  async shutDown(graceMs: number): Promise<void> {
    this.#isStopping = true
    for (const { run } of this.atWork.values()) run.gate.shut()
    const { awake } = this.ports.clock
    const deadline = awake.now() + graceMs
    const never = new AbortController().signal
    while (awake.now() < deadline && this.activeRuns().some((run) => run.inFlightTurns.size > 0))
      await awake.sleep(20, never)
    for (const { run } of this.atWork.values()) run.stops.stop(new RunStopped('shutdown', null))
    await Promise.all([...this.atWork.values()].map(({ done }) => done))
    this.#watch.stop()
    await this.ports.recorder.drain()
  }

  /**
   * Waits, outside of any lock, until an ended run is let go by those who worked on it. Not for long.
   */
  protected async whenReleased(runId: string): Promise<void> {
    const entry = this.atWork.get(runId)
    if (entry !== undefined && hasEnded(entry.run.journal.state.run.status)) await this.within(entry.done)
  }

  /** Waits as long as a person would for an answer; false when it is still under way. */
  protected async within(done: Promise<unknown>): Promise<boolean> {
    const stop = new AbortController()
    const late = this.ports.clock.awake.sleep(LONGEST_ANSWER_MS, stop.signal).then(
      () => false,
      () => false,
    )
    try {
      return await Promise.race([done.then(() => true), late])
    } finally {
      stop.abort()
    }
  }

  /**
   * One act on a run at a time. Nothing awaits an end in here: the next caller would wait for it too. Two
   * approvals at once would each see a draft, and start it twice. Afterwards the state of a run nobody works
   * on is let go.
   */
  protected async withRunLock<T>(runId: string, act: () => Promise<T>): Promise<T> {
    this.refuseWhenStuck()
    const before = this.#acting.get(runId)
    const mine = (async () => {
      await before?.catch(() => {})
      return act()
    })()
    this.#acting.set(runId, mine)
    try {
      return await mine
    } finally {
      if (this.#acting.get(runId) === mine) {
        this.#acting.delete(runId)
        if (!this.atWork.has(runId)) this.ports.recorder.forget(runId)
      }
    }
  }

  /** Starts working on a run; resolves once it answers to pause and cancel. Its end is awaited by nobody. */
  protected async startWork(runId: string): Promise<void> {
    const { ports } = this
    const state = await this.state(runId)
    try {
      const { workspace } = state.run
      const types = ports.agentTypes(workspace?.root ?? null, runId)
      const providerContext = await ports.openProviderContext(state.run)
      const batchesOf = (parts: PartsForBatches) => new BatchesOfRun(parts)
      const run = openRun(runId, ports, types, providerContext, limitMet(state), batchesOf)
      if (state.run.status === 'paused') run.gate.shut()
      const done = ports.detached(() => this.#work(run)).catch(ports.report)
      this.atWork.set(runId, { run, done })
    } catch (error) {
      await giveUp(ports, runId, error)
    }
  }

  /** Opens the workspace, which may take its time: a run that is stopped meanwhile does not wait for it. */
  async #openTools(run: Needs<'id' | 'journal' | 'permissionQuestions' | 'stops'>): Promise<ToolBox | null> {
    const { run: header } = run.journal.state
    const { workspace, servers, dryRun } = header
    if (workspace === null || run.stops.signal.aborted) return null
    const opening = this.ports.openTools(workspace.root, run.id, offeredPermissions(header), {
      project: header.project,
      servers,
      asksBeyond: header.whenNotPermitted === 'ask',
      permitted: header.permissions,
      allowedHosts: () => run.permissionQuestions.allowedHosts(),
      isDryRun: dryRun !== null,
      note: (message) => {
        // What is heard while a run is let go of belongs to nothing any more.
        if (this.ports.recorder.state(run.id)?.run.endedAt !== null) return
        run.journal
          .record([{ type: 'run.noted', message, agentId: null, callSite: null }])
          .catch(this.ports.report)
      },
    })
    const stopped = new Promise<null>((resolve) => {
      run.stops.signal.addEventListener('abort', () => resolve(null), { once: true })
    })
    const tools = await Promise.race([opening, stopped])
    // What comes too late is let go of; that it failed is nobody's news any more.
    if (tools === null)
      opening.then(
        (late) => late.close(),
        () => {},
      )
    return tools
  }

  async #work(run: ActiveRun): Promise<void> {
    const { ports } = this
    const { totals, run: header } = run.journal.state
    const { limits, concurrency } = header
    run.providerContext.dispatcher.open({
      runId: run.id,
      payer: payerOf(header),
      limits,
      concurrency,
      spentNanoUsd: totals.spentNanoUsd + totals.unsettledNanoUsd,
      tokens: allTokens(totals) + totals.unsettledTokens,
      phases: useByPhase(run.journal.state),
    })
    let sandbox: Sandbox | null = null
    let tools: ToolBox | null = null
    try {
      const input = await ports.store.loadInput(run.id)
      if (input === null) throw new RunStateError('not-found', `There is no run ${run.id}.`)
      const past = await runHistoryOf(ports.store, run.id)
      run.events.recall(past.journal)
      run.workTime.recall(run.journal.state, ports.clock.now())
      run.pauses.resumeByItself()
      run.batches.restore(past.journal, past.agents)
      const { settling } = header
      if (settling !== null && settling.cancelledBy !== null) {
        run.ending.cancelledBy = settling.cancelledBy
        run.stops.stop(new RunStopped('cancelled', settling.cancelledBy))
      }
      const begun = limitsAtStart(past.journal) ?? limits
      const replaySource = await replaySourceOf(ports.store, header.forkedFrom)
      tools = await this.#openTools(run)
      await openServers(run, tools?.servers ?? [])
      const files = tools?.files == null ? null : await openFiles(run, tools.files)
      if (run.gate.isOpen) run.workTime.go()
      if (header.status === 'queued') await ports.recorder.record(run.id, [{ type: 'run.started' }])
      sandbox = ports.openSandbox({
        body: ports.bodyOf(input.script),
        args: input.args,
        budgetTotal: header.budgetTokens,
        sampleItems: header.sampleItems,
        capNanoUsd: begun.nanoUsd,
        limits: { ...ports.sandboxLimits, itemsPerCall: begun.items },
      })
      this.#watch.start()
      await workToEnd(
        run,
        new Orchestration(
          { ...run, tools, files, briefing: briefingIn(past.journal), replaySource },
          sandbox,
          past,
        ),
      )
    } catch (error) {
      await giveUp(ports, run.id, error)
    } finally {
      await sandbox?.close()
      await tools?.close()
      await ports.recorder.drain()
      run.batches.halt()
      run.providerContext.dispatcher.close(run.id)
      await run.providerContext.close().catch(ports.report)
      this.atWork.delete(run.id)
      // An act under way still needs the state; it lets go of it itself.
      if (!this.#acting.has(run.id)) ports.recorder.forget(run.id)
    }
  }

  /** State of a run, taken up for recording. */
  protected async state(runId: string) {
    const held = this.ports.recorder.state(runId)
    if (held !== null) return held
    const state = await this.ports.store.loadState(runId)
    if (state === null) throw new RunStateError('not-found', `There is no run ${runId}.`)
    this.ports.recorder.adopt(state)
    return state
  }

  protected refuseWhenStopping(): void {
    if (this.#isStopping)
      throw new RunStateError('busy', 'The server is stopping. Try again once it is back.')
  }

  /** An act that cannot be recorded must not take effect: it is refused at once instead of waiting. */
  protected refuseWhenStuck(): void {
    const { trouble } = this.ports.recorder
    if (trouble !== null) throw unrecordable(trouble)
  }
}
