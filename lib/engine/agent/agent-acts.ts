import type { AgentState } from '@/lib/core/agent/agent'
import type { Actor } from '@/lib/core/base/actor'
import type { RunState } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import type { Needs } from '../context/active-run'
import { cannotGive, type RetryRequest } from '../parts/retry-request'
import { AgentCut, AgentRetry } from '../parts/stops'

/** What a person may do to one agent. */
export type AgentAct =
  | { do: 'cancel' }
  | { do: 'skip' }
  /** Asked as before, or otherwise. */
  | { do: 'retry'; asked: RetryRequest | null }
  | { do: 'steer'; message: string }

export type ActRefusal = { kind: 'not-found' | 'conflict'; message: string }

/**
 * An act that has begun. `done` resolves once it is on disk, with null or with the reason it had no effect.
 */
export type Begun =
  | { kind: 'refused'; refusal: ActRefusal }
  | { kind: 'begun'; done: Promise<ActRefusal | null>; waitsFor: string }

/** Begins what a person does to an agent. A second act while the first is under way is refused. */
export async function beginAct(
  run: Needs<'acting' | 'agentEnds' | 'id' | 'journal' | 'ports' | 'steeringMessages' | 'stops'> | null,
  state: RunState,
  agentId: string,
  act: AgentAct,
  actor: Actor,
): Promise<Begun> {
  const agent = (run?.journal.state ?? state).agents.get(agentId)
  if (agent === undefined)
    return {
      kind: 'refused',
      refusal: { kind: 'not-found', message: `Run ${state.run.id} has no agent ${agentId}.` },
    }
  if (agent.endedAt !== null) return conflict(endedSentence(agent, state, act))
  if (run === null) return conflict(`The run is ${state.run.status}: none of its agents is running.`)
  const before = run.acting.get(agentId)
  if (before !== undefined && act.do !== 'steer')
    return conflict(
      `${before.actor.name} has asked to ${before.what} ${agent.label} a moment ago; it is stopping.`,
    )
  const waitsFor = `${agent.label} is stopping.`
  const begun = (done: Promise<ActRefusal | null>): Begun => {
    run.acting.set(agentId, { what: act.do, actor })
    const forget = () => void run.acting.delete(agentId)
    done.then(forget, forget)
    return { kind: 'begun', done, waitsFor }
  }
  switch (act.do) {
    case 'cancel':
    case 'skip': {
      const outcome = act.do === 'cancel' ? 'cancelled' : 'skipped'
      if (!run.stops.cut(agentId, new AgentCut(outcome, null, actor))) return conflict(notHere(agent))
      return begun(
        run.agentEnds.whenEnded(agentId).then(() => {
          const { status } = run.journal.agent(agentId)
          return status === outcome
            ? null
            : refusal(`${agent.label} had ended (${status}) before it could be ${outcome}.`)
        }),
      )
    }
    case 'retry': {
      const refused = act.asked === null ? null : cannotGive(agent, act.asked)
      if (refused !== null) return conflict(refused)
      const again = new AgentRetry(actor, act.asked)
      if (!run.stops.cut(agentId, again)) return conflict(notHere(agent))
      const settled = Promise.race([again.begun, run.agentEnds.whenEnded(agentId)])
      return begun(
        settled.then(() => {
          const { attempt } = run.journal.agent(agentId)
          return attempt > agent.attempt
            ? null
            : refusal(`${agent.label} ended before it could be tried again.`)
        }),
      )
    }
    case 'steer': {
      const { recorder } = run.ports
      const heard = await run.steeringMessages.say(agentId, () =>
        recorder.record(run.id, [
          { type: 'agent.steered', agentId, message: act.message, actor },
          {
            type: 'run.noted',
            message: `${actor.name} told ${agent.label}: ${act.message}`,
            agentId,
            callSite: null,
          },
        ]),
      )
      if (!heard) return conflict(`${agent.label} has already answered. Retry or fork instead.`)
      return { kind: 'begun', done: Promise.resolve(null), waitsFor }
    }
  }
}

function endedSentence(agent: AgentState, { run }: RunState, act: AgentAct): string {
  const ended = `${agent.label} has ended (${agent.status})`
  if (act.do !== 'retry') return `${ended}; there is nothing left to ${act.do}.`
  if (hasEnded(run.status))
    return `${ended}, and so has the run. Retry the failed agents of the run, or fork it from here.`
  return `${ended} and the script already has its answer. Let the run end, then retry its failed agents or fork it.`
}

function notHere(agent: AgentState): string {
  return `${agent.label} is not running: it is waiting for an earlier run's answer, or is ending. Try again in a moment.`
}

function conflict(message: string): Begun {
  return { kind: 'refused', refusal: refusal(message) }
}

function refusal(message: string): ActRefusal {
  return { kind: 'conflict', message }
}
