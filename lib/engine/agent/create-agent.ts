import { cutText } from '@/lib/core/base/cut-text'
import type { Write } from '@/lib/core/ports/journal-store'
import type { EventOf } from '@/lib/core/run/events'
import { unphased } from '@/lib/core/run/phases'
import type { Needs } from '../context/active-run'
import { filesAt, type LiveAgent } from '../context/live-agent'
import { openingMessage } from '../conversation/prompts'
import type { ResolvedCall } from './agent-call'
import type { Counted } from './day-agents'

/** Characters of a prompt that lists show. */
const PREVIEW_CHARACTERS = 240

/** An agent to be created: what was asked for, and its position in the run. */
export type NewAgent = Pick<
  EventOf<'agent.created'>,
  'agentId' | 'position' | 'parentId' | 'scope' | 'callSite' | 'barrier' | 'dependsOn'
> & {
  call: ResolvedCall
  /** By what the call is recognised when the run is replayed. */
  key: string
  /** Where it is counted for the day; null in a dry run, and for an answer that is taken over. */
  counted: Counted
  /** An answer that is taken over is bought by nobody. */
  isBought: boolean
}

/**
 * Makes an agent, of a script or of another agent: the event and the write that record it together, and how
 * its loop begins once they are on disk. From here on it counts against the caps of agents.
 */
export function createAgent(
  run: Needs<'agentCounts' | 'journal'>,
  { call, key, counted, isBought, ...place }: NewAgent,
): { event: EventOf<'agent.created'>; write: Write; live: LiveAgent } {
  const { agentId, position } = place
  const { label, phase, requestedModel, model } = call
  const spec = { ...call.spec, agentId, key }
  const first = openingMessage(spec, run.journal.state.run.limits.perAgent)
  run.agentCounts.making(agentId, phase ?? unphased)
  if (isBought) run.agentCounts.bought += 1
  return {
    event: {
      type: 'agent.created',
      ...place,
      label,
      phase,
      key,
      requestedModel,
      model,
      delivery: spec.options.delivery,
      preview: cutText(spec.prompt, PREVIEW_CHARACTERS),
    },
    write: { do: 'create-agent', spec, first, counted },
    live: {
      spec,
      fence: 0,
      phase,
      position,
      model,
      attempt: 1,
      turn: 0,
      firstTurn: 0,
      messages: [first],
      stopReason: null,
      marks: [],
      known: null,
      isBoundElsewhere: false,
      files: filesAt(spec.options.tree),
      cutCalls: new Set(),
    },
  }
}
