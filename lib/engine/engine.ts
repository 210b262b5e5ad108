import type { RunEvent } from '@/lib/core/events'
import type { Json } from '@/lib/core/json'
import { hasEnded, type Limits, type RunSpec, sketchPrefix } from '@/lib/core/run'
import type { Write } from '@/lib/core/store'
import { type ActiveRun, RunStopped } from './active-run'
import { type AgentAct, actOnAgent } from './agent-acts'
import { type AskedAgain, askedAgain, cannotGive } from './asked-again'
import { answerCheckpoint, notOpen } from './checkpoints'
import { conflict, RunStateError } from './run-state-error'
import { RunsAtWork } from './runs-at-work'

/** What a launch asks for: the run as it is recorded, and whether it starts at once. */
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

/** Runs at work, and what people do to them: an act is refused where it does not fit the state of its run. */
export class Engine extends RunsAtWork {
  /** Records a run and, if it is approved, starts it. Resolves with its id as soon as it is on disk. */
  async launch(order: LaunchOrder): Promise<string> {
    this.refuseWhenStopping()
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
    await this.alone(runId, async () => {
      await this.ports.recorder.record(runId, events, writes)
      if (order.approved) await this.take(runId)
    })
    return runId
  }

  async approve(runId: string, actor: string): Promise<void> {
    await this.alone(runId, async () => {
      this.refuseWhenStopping()
      const { status } = (await this.state(runId)).run
      if (status !== 'draft') throw conflict(`The run is ${status}; only a draft can be approved.`)
      await this.ports.recorder.record(runId, [{ type: 'run.approved', actor }])
      await this.take(runId)
    })
  }

  async pause(runId: string, actor: string): Promise<void> {
    await this.alone(runId, async () => {
      const run = await this.#running(runId, 'paused')
      if (!run.gate.isOpen) throw conflict('The run is paused already.')
      if (run.state.run.settling !== null) throw conflict('The run has stopped, and waits for its batches to end.')
      await run.pause('person', `paused by ${actor}`, actor)
    })
  }

  async resume(runId: string, actor: string): Promise<void> {
    await this.alone(runId, async () => {
      this.refuseWhenStopping()
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
    await this.alone(runId, async () => {
      this.refuseWhenStopping()
      await this.atWork.get(runId)?.done
      const { run, agents } = await this.state(runId)
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
      await this.take(runId)
    })
  }

  /** Cuts the streams of a run and ends it. A draft just ends. */
  async cancel(runId: string, actor: string): Promise<void> {
    await this.alone(runId, async () => {
      const { status } = (await this.state(runId)).run
      if (hasEnded(status)) throw conflict(`The run has ended (${status}); there is nothing to cancel.`)
      const entry = this.atWork.get(runId)
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
    await this.alone(runId, async () => {
      const { status } = (await this.state(runId)).run
      if (hasEnded(status)) throw conflict(`The run has ended (${status}); its limits can no longer be changed.`)
      await this.ports.recorder.record(runId, [{ type: 'run.limits-changed', limits, concurrency, actor }])
      this.active(runId)?.lane.dispatcher.change(runId, limits, concurrency)
    })
  }

  /** Answers a question of a script. Refused when somebody was first, or when nobody asks any more. */
  async answer(runId: string, checkpointId: string, value: Json, actor: string): Promise<void> {
    this.refuseWhenStopping()
    const run = this.active(runId)
    const refused =
      run === null
        ? notOpen(await this.ports.store.loadState(runId), checkpointId)
        : await answerCheckpoint(run, checkpointId, value, actor)
    if (refused !== null) throw new RunStateError(refused.kind, refused.message)
  }

  /** Cuts one agent, tries it again, or tells it something. Refused with a sentence when that is not possible. */
  async actOnAgent(runId: string, agentId: string, act: AgentAct, actor: string): Promise<void> {
    this.refuseWhenStopping()
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
    await this.alone(runId, async () => {
      await this.atWork.get(runId)?.done
      const agent = (await this.state(runId)).agents.get(agentId)
      const stored = await this.ports.store.loadAgent(runId, agentId)
      if (agent === undefined || stored === null) throw conflict(`Run ${runId} has no agent ${agentId}.`)
      if (!hasEnded((await this.state(runId)).run.status))
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
      await this.take(runId)
    })
  }

  async relabel(runId: string, title: string, tags: string[], actor: string): Promise<void> {
    await this.alone(runId, async () => {
      await this.state(runId)
      await this.ports.recorder.record(runId, [{ type: 'run.relabelled', title, tags, actor }])
    })
  }

  async remove(runId: string): Promise<void> {
    await this.alone(runId, async () => {
      const { status } = (await this.state(runId)).run
      if (!hasEnded(status) && status !== 'draft') throw conflict(`The run is ${status}: cancel it before deleting it.`)
      await this.atWork.get(runId)?.done
      await this.ports.store.deleteRun(runId)
    })
  }

  async #running(runId: string, verb: string): Promise<ActiveRun> {
    const run = this.active(runId)
    if (run !== null) return run
    const state = await this.state(runId)
    throw conflict(`The run is ${state.run.status} and cannot be ${verb}.`)
  }
}

/** How agents end that a retry tries again. */
const retried: ReadonlySet<string> = new Set(['failed', 'cancelled', 'skipped'])
