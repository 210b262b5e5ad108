import { assertNever } from '../base/assert-never'
import { approvalAnswerSchema, approvedAfter, stoppedSentence } from '../spec/approval'
import { createAgent, endAgent, forgetEnd, moveAgent, rejectAgent } from './agent-life'
import { withBatch } from './batches'
import { withCheckpoint } from './checkpoints'
import type { Envelope, EventOf } from './events'
import { type Draft, draftOf, knownAgent } from './fold-draft'
import { lineOf, withBarrier, withLine } from './log-lines'
import { withClocks, withDeclared, withPhase, withSkip } from './phases'
import { firstState, headAfter } from './run-life'
import type { RunState } from './state'
import { bookTurn, loseTurn, reprice, reserveForTurn } from './turn-totals'

/**
 * State after one more envelope. The first must be `run.created` with seq 1. Untouched agents stay identical.
 * Throws when `seq` is not the next one: a gap would make every number after it a lie.
 */
export function fold(state: RunState | null, envelope: Envelope): RunState {
  return foldAll(state, [envelope])
}

/** State after several envelopes; the same as folding one by one, with the agent map copied once. */
export function foldAll(state: RunState | null, envelopes: readonly Envelope[]): RunState {
  const [first, ...rest] = envelopes
  if (state === null) {
    if (first === undefined) throw new Error('Nothing to fold')
    return foldAll(firstState(first), rest)
  }
  if (first === undefined) return state
  const draft = draftOf(state)
  for (const envelope of envelopes) {
    if (envelope.seq !== draft.seq + 1)
      throw new Error(`Run ${envelope.runId}: event ${envelope.seq} came after ${draft.seq}`)
    const { run, phases } = draft
    apply(draft, envelope)
    if (draft.run !== run || draft.phases !== phases)
      draft.phases = withClocks(draft.phases, draft.run.status === 'running', envelope.at)
    draft.seq = envelope.seq
  }
  return draft
}

function apply(draft: Draft, envelope: Envelope): void {
  const { event, at, runId } = envelope
  switch (event.type) {
    case 'run.created':
      throw new Error(`Run ${runId} was created twice`)
    case 'run.approved':
    case 'run.started':
    case 'run.paused':
    case 'run.limits-changed':
    case 'run.relabelled':
    case 'run.settling':
      draft.run = headAfter(draft, event, at)
      return
    case 'run.resumed':
      draft.run = headAfter(draft, event, at)
      draft.checkpoints = withCheckpoint(draft.checkpoints, envelope)
      return
    case 'run.time-skipped':
      if (draft.run.status === 'running') draft.phases = withSkip(draft.phases, event.ms)
      draft.run = headAfter(draft, event, at)
      addLine(draft, envelope)
      return
    case 'run.retried':
      draft.run = headAfter(draft, event, at)
      for (const agentId of event.forgotten) forgetEnd(draft, agentId, at)
      draft.outcomeCounts = {
        ...draft.outcomeCounts,
        refusedCalls: draft.outcomeCounts.refusedCalls - event.refusals.length,
      }
      draft.checkpoints = withCheckpoint(draft.checkpoints, envelope)
      return
    case 'run.ended':
      draft.run = headAfter(draft, event, at)
      draft.checkpoints = withCheckpoint(draft.checkpoints, envelope)
      return
    case 'run.repriced':
      reprice(draft, event)
      addLine(draft, envelope)
      return
    case 'run.logged':
    case 'run.noted':
    case 'workflow.ended':
      addLine(draft, envelope)
      return
    case 'call.refused':
      draft.outcomeCounts = { ...draft.outcomeCounts, refusedCalls: draft.outcomeCounts.refusedCalls + 1 }
      addLine(draft, envelope)
      return
    case 'run.phase-entered':
      draft.phases = withPhase(draft.phases, event.title)
      return
    case 'workflow.entered':
      addLine(draft, envelope)
      draft.phases = event.phases.reduce(withDeclared, draft.phases)
      return
    case 'agent.created':
      createAgent(draft, event, at)
      return
    case 'agent.queued':
    case 'agent.waiting':
    case 'agent.started':
    case 'agent.stalled':
    case 'agent.recovered':
    case 'agent.retried':
    case 'agent.fell-back':
    case 'agent.changed':
    case 'agent.steering-delivered':
    case 'tool.started':
    case 'flag.raised':
      moveAgent(draft, event, at)
      return
    case 'tool.ended':
      draft.totals.toolCalls += 1
      moveAgent(draft, event, at)
      return
    case 'agent.steered':
      knownAgent(draft, event.agentId)
      return
    case 'agent.ended':
      endAgent(draft, event, at)
      return
    case 'agent.rejected':
      rejectAgent(draft, event.agentId)
      return
    case 'turn.started':
      reserveForTurn(draft, event, at)
      return
    case 'turn.committed':
      bookTurn(draft, event, at)
      return
    case 'turn.failed':
      loseTurn(draft, event, at)
      return
    case 'timer.set':
    case 'timer.fired':
    case 'budget.warned':
      return
    case 'checkpoint.opened':
    case 'checkpoint.expired':
      draft.checkpoints = withCheckpoint(draft.checkpoints, envelope)
      return
    case 'checkpoint.answered':
      applyApproval(draft, event)
      draft.checkpoints = withCheckpoint(draft.checkpoints, envelope)
      return
    case 'batch.prepared':
    case 'batch.delayed':
    case 'batch.submitted':
    case 'batch.progressed':
    case 'batch.withdrawn':
    case 'batch.ended':
      draft.batches = withBatch(draft.batches, envelope)
      addLine(draft, envelope)
      return
    case 'barrier.opened':
    case 'barrier.closed':
      draft.barriers = withBarrier(draft.barriers, envelope)
      return
    default:
      assertNever(event)
  }
}

/**
 * An answer to the run's own question, or one that approves so with it, says how far it may go from now on.
 */
function applyApproval(
  draft: Draft,
  { checkpointId, value, approved, actor }: EventOf<'checkpoint.answered'>,
): void {
  if (approved !== undefined) draft.run = { ...draft.run, approved }
  const asked = draft.checkpoints.find((one) => one.checkpointId === checkpointId)
  const answer = asked?.kind === 'approval' ? approvalAnswerSchema.safeParse(value) : null
  if (answer === null || !answer.success) return
  const stopped = answer.data.do === 'stop' ? stoppedSentence(actor) : null
  draft.run = {
    ...draft.run,
    approved: approvedAfter(draft.run.approved, answer.data),
    approvalStopped: stopped,
  }
}

function addLine(draft: Draft, envelope: Envelope): void {
  const line = lineOf(envelope)
  if (line !== null) draft.log = withLine(draft.log, line)
}
