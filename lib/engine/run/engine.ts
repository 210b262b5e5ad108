import type { Actor } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import type { Write } from '@/lib/core/ports/journal-store'
import type { EventOf, RunEvent } from '@/lib/core/run/events'
import type { RunHeader } from '@/lib/core/run/state'
import type { Approved } from '@/lib/core/spec/approval'
import type { Briefing } from '@/lib/core/spec/briefing'
import { forkInstead } from '@/lib/core/spec/imported'
import { type Limits, type RunSpec, trialRunPrefix } from '@/lib/core/spec/run'
import { hasEnded } from '@/lib/core/spec/run-status'
import { type AgentAct, beginAct } from '../agent/agent-acts'
import type { ActiveRun } from '../context/active-run'
import { cannotGive, type RetryRequest, retryRequest } from '../parts/retry-request'
import { isShutdown, RunStopped } from '../parts/stops'
import { answerCheckpoint, notOpen } from '../script/checkpoints'
import { isRetried } from '../script/run-history'
import { type Acted, acted } from './act-outcome'
import { refusedAtCaps } from './refused-at-caps'
import { settlingReason } from './run-completion'
import { conflict, RunStateError } from './run-state-error'
import { RunSupervisor } from './run-supervisor'

/** What a launch asks for: the run as it is recorded, and whether it starts at once. */
export type LaunchOrder = {
  spec: RunSpec
  script: string
  args: Json
  idempotency: { key: string; digest: string } | null
  /** False leaves a draft that somebody approves. */
  approved: boolean
  actor: Actor
  /** What its agents are told of the day and the workspace; left out they are told neither. */
  briefing?: Briefing
  /** A working trialRun is in no list, and its caller deletes it. */
  isTrialRun?: boolean
}

/** Runs at work, and what people do to them: an act is refused where it does not fit the state of its run. */
export class Engine extends RunSupervisor {
  /** Records a run and, if it is approved, starts it. Resolves with its id as soon as it is on disk. */
  async launch(order: LaunchOrder): Promise<string> {
    this.refuseWhenStopping()
    const runId = `${order.isTrialRun === true ? trialRunPrefix : ''}${this.ports.newId()}`
    const { spec, actor, briefing } = order
    const created = { type: 'run.created', spec, actor } as const
    const events: RunEvent[] = [briefing === undefined ? created : { ...created, briefing }]
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
    await this.withRunLock(runId, async () => {
      await this.ports.recorder.record(runId, events, writes)
      if (order.approved) await this.startWork(runId)
    })
    return runId
  }

  /** Starts a draft; `approved` says how far, and left out leaves it as the launch said. */
  async approve(runId: string, actor: Actor, approved?: Approved | null): Promise<void> {
    await this.withRunLock(runId, async () => {
      this.refuseWhenStopping()
      const { status } = (await this.state(runId)).run
      if (status !== 'draft') throw conflict(`The run is ${status}; only a draft can be approved.`)
      await this.ports.recorder.record(runId, [
        { type: 'run.approved', ...(approved === undefined ? {} : { approved }), actor },
      ])
      await this.startWork(runId)
    })
  }

  async pause(runId: string, actor: Actor): Promise<void> {
    await this.withRunLock(runId, async () => {
      const run = await this.#running(runId, 'paused')
      if (!run.gate.isOpen) throw conflict('The run is paused already.')
      if (run.journal.state.run.settling !== null) throw conflict(stopped)
      await run.pauses.pause('person', `paused by ${actor.name}`, actor)
    })
  }

  async resume(runId: string, actor: Actor): Promise<void> {
    await this.withRunLock(runId, async () => {
      this.refuseWhenStopping()
      const isHeldBack = this.active(runId) === null && (await this.state(runId)).run.status === 'paused'
      if (isHeldBack) return this.startHeldBack(runId, actor)
      const run = await this.#running(runId, 'resumed')
      if (run.gate.isOpen) throw conflict('The run is not paused.')
      if (run.journal.state.run.settling !== null) throw conflict(stopped)
      await run.pauses.resume(actor)
    })
  }

  /**
   * Takes an ended run up again: its agents that failed, or were cut off by its end, are tried once more, and
   * whatever was answered is kept. New limits count from then on.
   */
  async retryFailed(runId: string, limits: Limits | null, actor: Actor): Promise<void> {
    await this.whenReleased(runId)
    await this.withRunLock(runId, async () => {
      this.refuseWhenStopping()
      const { run, agents } = await this.#ended(runId, 'retried')
      refuseImported(run)
      const forgotten = [...agents.values()]
        .filter(({ status, parentId }) => parentId === null && isRetried(status))
        .map(({ id }) => id)
      const refusals = await refusedAtCaps(this.ports.store, runId)
      if (forgotten.length + refusals.length === 0 && run.status !== 'cancelled')
        throw conflict(
          run.error === null
            ? 'No agent of this run failed; there is nothing to retry.'
            : 'No agent failed; the script did. Edit it and fork the run; its answers are reused.',
        )
      const events: RunEvent[] = [{ type: 'run.retried', forgotten, refusals, paidBy: actor, actor }]
      if (limits !== null)
        events.push({ type: 'run.limits-changed', limits, concurrency: run.concurrency, actor })
      await this.ports.recorder.record(runId, events, [{ do: 'forget-result' }])
      await this.startWork(runId)
    })
  }

  /**
   * Cuts the streams of a run and ends it. A draft just ends. The request is on disk when this answers, even
   * if the run takes longer to let go.
   */
  async cancel(runId: string, actor: Actor): Promise<Acted> {
    const { ending } = await this.withRunLock(runId, () => this.#beginCancel(runId, actor))
    if (await this.within(ending)) return acted
    const run = this.active(runId)
    if (run === null || hasEnded(run.journal.state.run.status)) return acted
    const { turnsInBatch } = run.batches
    const waitsFor =
      turnsInBatch > 0
        ? `${turnsInBatch} of its turns are in a batch and are being cancelled; cancel again to stop waiting`
        : 'its agents are stopping'
    return { kind: 'under-way', waitsFor: `The run is cancelled: ${waitsFor}.` }
  }

  /**
   * What the end of a cancelled run hangs on; in an object, since the holder of the lock must not wait for
   * it.
   */
  async #beginCancel(runId: string, actor: Actor): Promise<{ ending: Promise<unknown> }> {
    const { run: header } = await this.state(runId)
    if (hasEnded(header.status))
      throw conflict(
        `The run ended as ${header.status} at ${header.endedAt ?? 'an unknown time'}; there is nothing to cancel.`,
      )
    const entry = this.atWork.get(runId)
    if (entry === undefined) {
      await this.ports.recorder.record(runId, [
        {
          type: 'run.ended',
          outcome: 'cancelled',
          reason: `cancelled by ${actor.name}`,
          error: null,
          resultInputs: [],
          actor,
        },
      ])
      return { ending: Promise.resolve() }
    }
    const { run, done } = entry
    const { signal } = run.stops
    const { settling } = run.journal.state.run
    const isSettled = run.batches.turnsInBatch === 0
    const cancelledBefore = settling?.cancelledBy ?? null
    if (cancelledBefore !== null && isSettled)
      throw conflict(`${cancelledBefore.name} cancelled the run a moment ago; it is ending.`)
    // Nothing is left to wait for: its end is being written, and nothing may be written after it.
    const isEnding = signal.aborted && !isShutdown(signal) && (settling === null || isSettled)
    if (isEnding) throw conflict(ending)
    const onlyWaits = settling !== null && signal.aborted && !isSettled
    if (cancelledBefore === null) {
      const reason = settlingReason(run, `cancelled by ${actor.name}`)
      // Said before it is written: a script that returns meanwhile has still been cancelled.
      run.ending.cancelledBy = actor
      await this.ports.recorder.record(runId, [{ type: 'run.settling', reason, cancelledBy: actor, actor }])
    }
    // Nothing else is left of the run: nobody wants to wait for what its batches still finish.
    if (onlyWaits) run.batches.giveUp()
    else run.stops.stop(new RunStopped('cancelled', actor))
    return { ending: done }
  }

  /** Changes caps and slots of a run that has not ended. */
  async changeLimits(runId: string, limits: Limits, concurrency: number | null, actor: Actor): Promise<void> {
    await this.withRunLock(runId, async () => {
      const { status } = (await this.state(runId)).run
      if (hasEnded(status))
        throw conflict(`The run has ended (${status}); its limits can no longer be changed.`)
      await this.ports.recorder.record(runId, [{ type: 'run.limits-changed', limits, concurrency, actor }])
      this.active(runId)?.providerContext.dispatcher.change(runId, limits, concurrency)
    })
  }

  /** Answers a question of a script. Refused when somebody was first, or when nobody asks any more. */
  async answer(
    runId: string,
    checkpointId: string,
    value: Json,
    actor: Actor,
    more: Approved | null = null,
  ): Promise<void> {
    this.refuseWhenStopping()
    this.refuseWhenStuck()
    const run = this.active(runId)
    const refused =
      run === null
        ? notOpen(await this.ports.store.loadState(runId), checkpointId)
        : await answerCheckpoint(run, checkpointId, value, more, actor)
    if (refused !== null) throw new RunStateError(refused.kind, refused.message)
  }

  /**
   * Cuts one agent, tries it again, or tells it something. Refused with a sentence when that is not possible.
   */
  async actOnAgent(runId: string, agentId: string, act: AgentAct, actor: Actor): Promise<Acted> {
    this.refuseWhenStopping()
    this.refuseWhenStuck()
    const run = this.active(runId)
    const state = run?.journal.state ?? (await this.ports.store.loadState(runId))
    if (state === null) throw new RunStateError('not-found', `There is no run ${runId}.`)
    const isOver = hasEnded(state.run.status) && state.agents.get(agentId)?.endedAt != null
    if (act.do === 'retry' && act.asked !== null && isOver) {
      await this.#retryEnded(runId, agentId, act.asked, actor)
      return acted
    }
    const begun = await beginAct(run, state, agentId, act, actor)
    if (begun.kind === 'refused') throw new RunStateError(begun.refusal.kind, begun.refusal.message)
    if (!(await this.within(begun.done))) return { kind: 'under-way', waitsFor: begun.waitsFor }
    const refusal = await begun.done
    if (refusal !== null) throw new RunStateError(refusal.kind, refusal.message)
    return acted
  }

  /**
   * Takes an ended run up again for one of its agents: what depends on its answer is asked again, all else is
   * kept.
   */
  async #retryEnded(runId: string, agentId: string, asked: RetryRequest, actor: Actor): Promise<void> {
    await this.whenReleased(runId)
    await this.withRunLock(runId, async () => {
      const { run, agents } = await this.#ended(runId, 'retried')
      refuseImported(run)
      const agent = agents.get(agentId)
      const stored = await this.ports.store.loadAgent(runId, agentId)
      if (agent === undefined || stored === null) throw conflict(`Run ${runId} has no agent ${agentId}.`)
      if (agent.parentId !== null)
        throw conflict(
          `${agent.label} was started by ${agent.parentId}, which has read its answer. Retry that agent instead.`,
        )
      const refused = cannotGive(agent, asked)
      if (refused !== null) throw conflict(refused)
      const { events, writes } = retryRequest(stored.spec, asked, actor)
      const retried: RunEvent = {
        type: 'run.retried',
        forgotten: [agentId],
        refusals: [],
        paidBy: actor,
        actor,
      }
      await this.ports.recorder.record(runId, [retried, ...events], [{ do: 'forget-result' }, ...writes])
      await this.startWork(runId)
    })
  }

  async relabel(runId: string, title: string, tags: string[], actor: Actor): Promise<void> {
    await this.withRunLock(runId, async () => {
      await this.state(runId)
      await this.ports.recorder.record(runId, [{ type: 'run.relabelled', title, tags, actor }])
    })
  }

  /** Records what a person had done with the changes of a run. */
  async recordChanges(
    runId: string,
    event: EventOf<'run.applied' | 'run.apply-undone' | 'run.branched'>,
  ): Promise<void> {
    await this.withRunLock(runId, async () => {
      await this.state(runId)
      await this.ports.recorder.record(runId, [event])
    })
  }

  async remove(runId: string): Promise<void> {
    await this.whenReleased(runId)
    await this.withRunLock(runId, async () => {
      const { status } = (await this.state(runId)).run
      if (!hasEnded(status) && status !== 'draft')
        throw conflict(`The run is ${status}: cancel it before deleting it.`)
      if (this.atWork.has(runId)) throw conflict(stillLettingGo)
      await this.ports.store.deleteRun(runId)
    })
  }

  /** The state of a run that has ended and that nobody works on; anything else is refused at once. */
  async #ended(runId: string, verb: string) {
    const state = await this.state(runId)
    const { status } = state.run
    if (!hasEnded(status)) throw conflict(`The run is ${status}; only an ended run can be ${verb}.`)
    if (this.atWork.has(runId)) throw conflict(stillLettingGo)
    return state
  }

  async #running(runId: string, verb: string): Promise<ActiveRun> {
    const run = this.active(runId)
    if (run !== null) {
      if (run.stops.signal.aborted && run.journal.state.run.settling === null) throw conflict(ending)
      return run
    }
    const state = await this.state(runId)
    throw conflict(`The run is ${state.run.status} and cannot be ${verb}.`)
  }
}

/** What was made and paid for elsewhere is not gone on with here: its sums would be of two purses. */
function refuseImported({ imported }: Pick<RunHeader, 'imported'>): void {
  if (imported === null) return
  throw conflict(forkInstead)
}

const ending = 'The run is ending. Try again in a moment.'
const stopped = 'The run has stopped and waits for work in progress to end.'
const stillLettingGo = 'The run has just ended and is still shutting down. Try again in a moment.'
