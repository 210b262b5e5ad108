import type { Envelope, RunEvent } from '@/lib/core/events'
import type { Json } from '@/lib/core/json'
import { useByPhase } from '@/lib/core/phase-use'
import { hasEnded, type Limits, type RunSpec, sketchPrefix } from '@/lib/core/run'
import type { Sandbox } from '@/lib/core/sandbox'
import type { Write } from '@/lib/core/store'
import { allTokens } from '@/lib/core/usage'
import { ActiveRun, RunStopped } from './active-run'
import { type AgentAct, actOnAgent } from './agent-acts'
import { type AskedAgain, askedAgain, cannotGive } from './asked-again'
import { answerCheckpoint, notOpen } from './checkpoints'
import { giveUp, workToEnd } from './endings'
import { bookInterrupted } from './interrupted'
import { Orchestration } from './orchestrate'
import { heritageOf, limitMet, limitsAtStart, pastOf } from './past'
import type { EnginePorts } from './ports'
import { Rounds } from './rounds'
import { Watch } from './watch'

/** A verb that does not fit the state a run is in. The message says which it is, and what would fit. */
export class RunStateError extends Error {
  constructor(
    readonly kind: 'not-found' | 'conflict',
    message: string,
  ) {
    super(message)
    this.name = 'RunStateError'
  }
}

export type LaunchOrder = {
  spec: RunSpec
  script: string
  args: Json
  idempotency: { key: string; digest: string } | null
  /** False leaves a draft that somebody approves. */
  approved: boolean
  actor: string
  /** A working sketch is in no list, and is deleted by whoever asked for it. */
  isSketch?: boolean
}

/** The life of all runs in this process. */
export class Engine {
  readonly #active = new Map<string, { run: ActiveRun; done: Promise<void> }>()
  readonly #watch: Watch
  readonly #acting = new Map<string, Promise<unknown>>()
  #isStopping = false

  constructor(private readonly ports: EnginePorts) {
    this.#watch = new Watch(() => [...this.#active.values()].map(({ run }) => run))
  }

  /** Runs being worked on, for the pulse and the wall. */
  activeRuns(): ActiveRun[] {
    return [...this.#active.values()].map(({ run }) => run)
  }

  active(runId: string): ActiveRun | null {
    return this.#active.get(runId)?.run ?? null
  }

  /** Resolves once nobody works on a run any more: it has ended, or the server is stopping. */
  async atRest(runId: string): Promise<void> {
    await this.#active.get(runId)?.done
  }

  /** Told of every committed envelope; what answers a script's calls goes to its queue. */
  hear(runId: string, envelopes: readonly Envelope[]): void {
    const run = this.active(runId)
    if (run === null) return
    for (const envelope of envelopes) run.hear(envelope)
  }

  /** Records a run and, if it is approved, starts it. Resolves with its id as soon as it is on disk. */
  async launch(order: LaunchOrder): Promise<string> {
    this.#refuseWhenStopping()
    const runId = `${order.isSketch === true ? sketchPrefix : ''}${this.ports.newId()}`
    const events: RunEvent[] = [{ type: 'run.created', spec: order.spec, actor: order.actor }]
    if (order.approved) events.push({ type: 'run.approved', actor: order.actor })
    const writes: Write[] = [
      {
        do: 'create-run',
        script: order.script,
        args: order.args,
        idempotencyKey: order.idempotency?.key ?? null,
        idempotencyDigest: order.idempotency?.digest ?? '',
      },
    ]
    await this.#alone(runId, async () => {
      await this.ports.recorder.record(runId, events, writes)
      if (order.approved) await this.#take(runId)
    })
    return runId
  }

  /** Does something to the rows of a run that nobody works on; one that is just ending is waited for. */
  aside<T>(runId: string, act: () => Promise<T>): Promise<T> {
    return this.#alone(runId, async () => {
      const active = this.#active.get(runId)
      if (active !== undefined && hasEnded(active.run.state.run.status)) await active.done
      try {
        return await act()
      } finally {
        if (!this.#active.has(runId)) this.ports.recorder.forget(runId)
      }
    })
  }

  async approve(runId: string, actor: string): Promise<void> {
    await this.#alone(runId, async () => {
      this.#refuseWhenStopping()
      const { status } = (await this.#state(runId)).run
      if (status !== 'draft') throw conflict(`The run is ${status}; only a draft can be approved.`)
      await this.ports.recorder.record(runId, [{ type: 'run.approved', actor }])
      await this.#take(runId)
    })
  }

  async pause(runId: string, actor: string): Promise<void> {
    await this.#alone(runId, async () => {
      const run = await this.#running(runId, 'paused')
      if (!run.gate.isOpen) throw conflict('The run is paused already.')
      if (run.state.run.settling !== null) throw conflict('The run has stopped, and waits for its batches to end.')
      await run.pause('person', `paused by ${actor}`, actor)
    })
  }

  async resume(runId: string, actor: string): Promise<void> {
    await this.#alone(runId, async () => {
      this.#refuseWhenStopping()
      const run = await this.#running(runId, 'resumed')
      if (run.gate.isOpen) throw conflict('The run is not paused.')
      if (run.state.run.settling !== null) throw conflict('The run has stopped, and waits for its batches to end.')
      await this.ports.recorder.record(runId, [{ type: 'run.resumed', actor }])
      run.gate.open()
    })
  }

  /**
   * Takes an ended run up again: its agents that failed, or were cut off by its end, are tried once more, and whatever
   * was answered is kept. New limits count from then on.
   */
  async retryFailed(runId: string, limits: Limits | null, actor: string): Promise<void> {
    await this.#alone(runId, async () => {
      this.#refuseWhenStopping()
      await this.#active.get(runId)?.done
      const { run, agents } = await this.#state(runId)
      if (!hasEnded(run.status)) throw conflict(`The run is ${run.status}; only an ended run can be retried.`)
      const forgotten = [...agents.values()]
        .filter(({ status, parentId }) => parentId === null && retried.has(status))
        .map(({ id }) => id)
      if (forgotten.length === 0 && run.status !== 'cancelled')
        throw conflict(
          run.error === null
            ? 'No agent of this run failed; there is nothing to retry.'
            : 'No agent failed: the script itself did. Edit it and fork the run; its answers are reused.',
        )
      const events: RunEvent[] = [{ type: 'run.retried', forgotten, actor }]
      if (limits !== null) events.push({ type: 'run.limits-changed', limits, concurrency: run.concurrency, actor })
      await this.ports.recorder.record(runId, events, [{ do: 'forget-result' }])
      await this.#take(runId)
    })
  }

  /** Cuts the streams of a run and ends it. A draft just ends. */
  async cancel(runId: string, actor: string): Promise<void> {
    await this.#alone(runId, async () => {
      const { status } = (await this.#state(runId)).run
      if (hasEnded(status)) throw conflict(`The run has ended (${status}); there is nothing to cancel.`)
      const entry = this.#active.get(runId)
      if (entry === undefined) {
        await this.ports.recorder.record(runId, [
          { type: 'run.ended', outcome: 'cancelled', reason: `cancelled by ${actor}`, error: null, fedBy: [], actor },
        ])
        return
      }
      // Said again: nobody wants to wait for what its batches still finish.
      if (entry.run.state.run.settling !== null) entry.run.rounds.giveUp()
      else {
        entry.run.stop(new RunStopped('cancelled', actor))
        await Promise.race([entry.done, entry.run.whenSettling])
        if (entry.run.state.run.settling !== null) return
      }
      await entry.done
    })
  }

  /** Changes caps and slots of a run that has not ended. */
  async changeLimits(runId: string, limits: Limits, concurrency: number | null, actor: string): Promise<void> {
    await this.#alone(runId, async () => {
      const { status } = (await this.#state(runId)).run
      if (hasEnded(status)) throw conflict(`The run has ended (${status}); its limits can no longer be changed.`)
      await this.ports.recorder.record(runId, [{ type: 'run.limits-changed', limits, concurrency, actor }])
      this.active(runId)?.lane.dispatcher.change(runId, limits, concurrency)
    })
  }

  /** Answers a question of a script. Refused when somebody was first, or when nobody asks any more. */
  async answer(runId: string, checkpointId: string, value: Json, actor: string): Promise<void> {
    this.#refuseWhenStopping()
    const run = this.active(runId)
    const refused =
      run === null
        ? notOpen(await this.ports.store.loadState(runId), checkpointId)
        : await answerCheckpoint(run, checkpointId, value, actor)
    if (refused !== null) throw new RunStateError(refused.kind, refused.message)
  }

  /** Cuts one agent, tries it again, or tells it something. Refused with a sentence when that is not possible. */
  async actOnAgent(runId: string, agentId: string, act: AgentAct, actor: string): Promise<void> {
    this.#refuseWhenStopping()
    const run = this.active(runId)
    const state = run?.state ?? (await this.ports.store.loadState(runId))
    if (state === null) throw new RunStateError('not-found', `There is no run ${runId}.`)
    const isOver = hasEnded(state.run.status) && state.agents.get(agentId)?.endedAt != null
    if (act.do === 'retry' && act.asked !== null && isOver) return this.#retryEnded(runId, agentId, act.asked, actor)
    const refused = await actOnAgent(run, state, agentId, act, actor)
    if (refused !== null) throw new RunStateError(refused.kind, refused.message)
  }

  /** Takes an ended run up again for one of its agents: what hangs on its answer is asked anew, all else is kept. */
  async #retryEnded(runId: string, agentId: string, asked: AskedAgain, actor: string): Promise<void> {
    await this.#alone(runId, async () => {
      await this.#active.get(runId)?.done
      const agent = (await this.#state(runId)).agents.get(agentId)
      const stored = await this.ports.store.loadAgent(runId, agentId)
      if (agent === undefined || stored === null) throw conflict(`Run ${runId} has no agent ${agentId}.`)
      if (!hasEnded((await this.#state(runId)).run.status))
        throw conflict('The run goes on already. Try again in a moment.')
      if (agent.parentId !== null)
        throw conflict(
          `${agent.label} was started by ${agent.parentId}, which has read its answer. Try that one again.`,
        )
      const refused = cannotGive(agent, asked)
      if (refused !== null) throw conflict(refused)
      const { events, writes } = askedAgain(stored.spec, asked, actor)
      const retried: RunEvent = { type: 'run.retried', forgotten: [agentId], actor }
      await this.ports.recorder.record(runId, [retried, ...events], [{ do: 'forget-result' }, ...writes])
      await this.#take(runId)
    })
  }

  async relabel(runId: string, title: string, tags: string[], actor: string): Promise<void> {
    await this.#alone(runId, async () => {
      await this.#state(runId)
      await this.ports.recorder.record(runId, [{ type: 'run.relabelled', title, tags, actor }])
    })
  }

  async remove(runId: string): Promise<void> {
    await this.#alone(runId, async () => {
      const { status } = (await this.#state(runId)).run
      if (!hasEnded(status) && status !== 'draft') throw conflict(`The run is ${status}: cancel it before deleting it.`)
      await this.#active.get(runId)?.done
      await this.ports.store.deleteRun(runId)
    })
  }

  /** Takes up every run that had not ended when the last process did. Turns that were in the air are booked first. */
  async recover(): Promise<void> {
    for (const runId of await this.ports.store.openRuns()) {
      try {
        await this.#alone(runId, async () => {
          const state = await this.#state(runId)
          if (state.run.status === 'draft') return
          if (runId.startsWith(sketchPrefix)) {
            await this.ports.store.deleteRun(runId)
            return
          }
          await bookInterrupted(this.ports, runId)
          await this.#take(runId)
        })
      } catch (error) {
        // Shown as failed with the reason, rather than as running with nobody at work.
        await this.#alone(runId, async () => {
          await this.#state(runId)
          await giveUp(this.ports, runId, error)
        }).catch(this.ports.report)
      }
    }
  }

  /** Stops taking work, lets turns in the air finish for `graceMs`, and leaves the rest to be resumed. */
  async shutDown(graceMs: number): Promise<void> {
    this.#isStopping = true
    for (const { run } of this.#active.values()) run.gate.shut()
    const deadline = this.ports.now() + graceMs
    while (this.ports.now() < deadline && this.activeRuns().some((run) => run.airs.size > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    for (const { run } of this.#active.values()) run.stop(new RunStopped('shutdown', null))
    await Promise.all([...this.#active.values()].map(({ done }) => done))
    this.#watch.stop()
    await this.ports.recorder.drain()
  }

  /**
   * One act on a run at a time: two approvals at once would each see a draft, and start it twice. Afterwards the state
   * of a run nobody works on is let go.
   */
  async #alone<T>(runId: string, act: () => Promise<T>): Promise<T> {
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
        if (!this.#active.has(runId)) this.ports.recorder.forget(runId)
      }
    }
  }

  /** Starts working on a run; resolves once it answers to pause and cancel. Its end is awaited by nobody. */
  async #take(runId: string): Promise<void> {
    const { ports } = this
    const state = await this.#state(runId)
    try {
      const { workspace } = state.run
      const tools = workspace === null ? null : await ports.openTools(workspace.root)
      const types = ports.agentTypes(workspace?.root ?? null)
      const lane = await ports.openLane(state.run)
      const run = new ActiveRun(runId, ports, tools, types, lane, (own) => new Rounds(own))
      if (state.run.status === 'paused') run.gate.shut()
      run.endedByLimit = limitMet(state)
      const done = ports.detached(() => this.#work(run)).catch(ports.report)
      this.#active.set(runId, { run, done })
    } catch (error) {
      await giveUp(ports, runId, error)
    }
  }

  async #work(run: ActiveRun): Promise<void> {
    const { ports } = this
    const { totals, run: header } = run.state
    const { limits, concurrency } = header
    run.lane.dispatcher.open({
      runId: run.id,
      limits,
      concurrency,
      spentNanoUsd: totals.spentNanoUsd + totals.unsettledNanoUsd,
      tokens: allTokens(totals) + totals.unsettledTokens,
      phases: useByPhase(run.state),
    })
    let sandbox: Sandbox | null = null
    try {
      const input = await ports.store.loadInput(run.id)
      if (input === null) throw new RunStateError('not-found', `There is no run ${run.id}.`)
      const past = await pastOf(ports.store, run.id)
      run.recall(past.journal)
      run.rounds.restore(past.journal, past.agents)
      const { settling } = header
      if (settling !== null && settling.cancelledBy !== null)
        run.stop(new RunStopped('cancelled', settling.cancelledBy))
      const begun = limitsAtStart(past.journal) ?? limits
      run.heritage = await heritageOf(ports.store, header.forkedFrom?.runId ?? null)
      if (header.status === 'queued') await ports.recorder.record(run.id, [{ type: 'run.started' }])
      sandbox = ports.openSandbox({
        body: ports.readScript(input.script).body,
        args: input.args,
        budgetTotal: header.budgetTokens,
        sampleItems: header.sampleItems,
        capNanoUsd: begun.nanoUsd,
        limits: { ...ports.sandboxLimits, itemsPerCall: begun.items },
      })
      this.#watch.start()
      await workToEnd(run, new Orchestration(run, sandbox, past))
    } catch (error) {
      await giveUp(ports, run.id, error)
    } finally {
      await sandbox?.close()
      await run.tools?.close()
      await ports.recorder.drain()
      run.rounds.halt()
      run.lane.dispatcher.close(run.id)
      await run.lane.close().catch(ports.report)
      this.#active.delete(run.id)
      // An act under way still needs the state; it lets go of it itself.
      if (!this.#acting.has(run.id)) ports.recorder.forget(run.id)
    }
  }

  async #running(runId: string, verb: string): Promise<ActiveRun> {
    const run = this.active(runId)
    if (run !== null) return run
    const state = await this.#state(runId)
    throw conflict(`The run is ${state.run.status} and cannot be ${verb}.`)
  }

  /** State of a run, taken up for recording. */
  async #state(runId: string) {
    const held = this.ports.recorder.state(runId)
    if (held !== null) return held
    const state = await this.ports.store.loadState(runId)
    if (state === null) throw new RunStateError('not-found', `There is no run ${runId}.`)
    this.ports.recorder.adopt(state)
    return state
  }

  #refuseWhenStopping(): void {
    if (this.#isStopping) throw conflict('The server is stopping. Try again once it is back.')
  }
}

/** How agents end that a retry tries again. */
const retried: ReadonlySet<string> = new Set(['failed', 'cancelled', 'skipped'])

function conflict(message: string): RunStateError {
  return new RunStateError('conflict', message)
}
