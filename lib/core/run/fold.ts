import { approvalAnswerSchema, approvedAfter, stoppedSentence } from '../spec/approval'
import {
  type AgentLifeEvent,
  createAgent,
  endAgent,
  forgetEnd,
  moveAgent,
  rejectAgent,
  settlePatch,
} from './agent-life'
import { withBatch } from './batches'
import { withCheckpoint } from './checkpoints'
import type { Envelope, EventOf, RunEvent, RunEventType, TypedEvent } from './events'
import { type Draft, draftOf, knownAgent } from './fold-draft'
import { lineOf, withBarrier, withLine } from './log-lines'
import { withClocks, withDeclared, withPhase, withSkip } from './phases'
import { firstState, headAfter, type RunLifeEvent } from './run-life'
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
    apply(draft, envelope.event, envelope)
    if (draft.run !== run || draft.phases !== phases)
      draft.phases = withClocks(draft.phases, draft.run.status === 'running', envelope.at)
    draft.seq = envelope.seq
  }
  return draft
}

/** What one event does to the state. */
type Effect<T extends RunEventType> = (draft: Draft, event: TypedEvent<T>, envelope: Envelope) => void

function changesHead(draft: Draft, event: RunLifeEvent, { at }: Envelope): void {
  draft.run = headAfter(draft, event, at)
}

/** Starting again and ending also decide what becomes of open questions. */
function changesHeadAndQuestions(draft: Draft, event: RunLifeEvent, envelope: Envelope): void {
  draft.run = headAfter(draft, event, envelope.at)
  changesQuestions(draft, event, envelope)
}

function changesAgent(draft: Draft, event: AgentLifeEvent, { at }: Envelope): void {
  moveAgent(draft, event, at)
}

function changesQuestions(draft: Draft, _: RunEvent, envelope: Envelope): void {
  draft.checkpoints = withCheckpoint(draft.checkpoints, envelope)
}

function changesBatches(draft: Draft, event: RunEvent, envelope: Envelope): void {
  draft.batches = withBatch(draft.batches, envelope)
  addsLine(draft, event, envelope)
}

function changesBarriers(draft: Draft, _: RunEvent, envelope: Envelope): void {
  draft.barriers = withBarrier(draft.barriers, envelope)
}

function addsLine(draft: Draft, _: RunEvent, envelope: Envelope): void {
  const line = lineOf(envelope)
  if (line !== null) draft.log = withLine(draft.log, line)
}

/** For facts that the script or a notice needs, and no state is drawn from. */
function changesNothing(): void {}

const effects: { readonly [T in RunEventType]: Effect<T> } = {
  'run.created': (_draft, _event, { runId }) => {
    throw new Error(`Run ${runId} was created twice`)
  },
  'run.approved': changesHead,
  'run.started': changesHead,
  'run.paused': changesHead,
  'run.limits-changed': changesHead,
  'run.relabelled': changesHead,
  'run.settling': changesHead,
  'run.resumed': changesHeadAndQuestions,
  'run.ended': changesHeadAndQuestions,
  'run.time-skipped': (draft, event, envelope) => {
    if (draft.run.status === 'running') draft.phases = withSkip(draft.phases, event.ms)
    draft.run = headAfter(draft, event, envelope.at)
    addsLine(draft, event, envelope)
  },
  'run.retried': (draft, event, envelope) => {
    draft.run = headAfter(draft, event, envelope.at)
    for (const agentId of event.forgotten) forgetEnd(draft, agentId, envelope.at)
    countRefusals(draft, -event.refusals.length)
    changesQuestions(draft, event, envelope)
  },
  'run.repriced': (draft, event, envelope) => {
    reprice(draft, event)
    addsLine(draft, event, envelope)
  },
  'run.files-opened': (draft, { tree, head, dirty }, envelope) => {
    draft.run = { ...draft.run, files: { base: tree, tree, head, dirty, merges: 0 } }
    addsLine(draft, envelope.event, envelope)
  },
  'run.servers-opened': (draft, event, envelope) => {
    draft.run = { ...draft.run, servers: event.servers }
    addsLine(draft, event, envelope)
  },
  'run.applied': (draft, { tree, before, after, files, actor }, envelope) => {
    const applied = { tree, before, after, files, at: envelope.at, by: actor?.name ?? 'somebody' }
    draft.run = { ...draft.run, applied }
    addsLine(draft, envelope.event, envelope)
  },
  'run.apply-undone': (draft, event, envelope) => {
    draft.run = { ...draft.run, applied: null }
    addsLine(draft, event, envelope)
  },
  'run.branched': (draft, { branch, commit }, envelope) => {
    draft.run = { ...draft.run, branches: [...draft.run.branches, { branch, commit }] }
    addsLine(draft, envelope.event, envelope)
  },
  'run.merged': (draft, event, envelope) => {
    const { files } = draft.run
    if (files !== null)
      draft.run = { ...draft.run, files: { ...files, tree: event.tree, merges: files.merges + 1 } }
    if (event.by === undefined) settlePatch(draft, event, 'merged')
    else if (draft.agents.has(event.by)) settlePatch(draft, { ...event, agentId: event.by }, 'merged')
    addsLine(draft, event, envelope)
  },
  'run.merge-refused': (draft, event, envelope) => {
    const { files } = draft.run
    if (files !== null && event.tree !== undefined)
      draft.run = { ...draft.run, files: { ...files, tree: event.tree } }
    settlePatch(draft, event, 'conflict')
    addsLine(draft, event, envelope)
  },
  'merge.begun': changesNothing,
  'merge.checked': addsLine,
  'merge.ended': changesNothing,
  'changes.told': changesNothing,
  'quotes.checked': changesNothing,
  'run.logged': addsLine,
  'run.noted': addsLine,
  'run.phase-entered': (draft, event) => {
    draft.phases = withPhase(draft.phases, event.title)
  },
  'workflow.entered': (draft, event, envelope) => {
    addsLine(draft, event, envelope)
    draft.phases = event.phases.reduce(withDeclared, draft.phases)
  },
  'workflow.ended': addsLine,
  'call.refused': (draft, event, envelope) => {
    countRefusals(draft, 1)
    addsLine(draft, event, envelope)
  },
  'agent.created': (draft, event, { at }) => createAgent(draft, event, at),
  'agent.queued': changesAgent,
  'agent.waiting': changesAgent,
  'agent.started': changesAgent,
  'agent.stalled': changesAgent,
  'agent.recovered': changesAgent,
  'agent.retried': changesAgent,
  'agent.fell-back': changesAgent,
  'agent.compacted': changesAgent,
  'agent.changed': changesAgent,
  'agent.steered': (draft, event) => {
    knownAgent(draft, event.agentId)
  },
  'agent.steering-delivered': changesAgent,
  'agent.ended': (draft, event, { at }) => endAgent(draft, event, at),
  'agent.rejected': (draft, event) => rejectAgent(draft, event.agentId),
  'flag.raised': changesAgent,
  'tool.started': changesAgent,
  'tool.ended': (draft, event, { at }) => {
    draft.totals.toolCalls += 1
    moveAgent(draft, event, at)
  },
  'tool.acted': addsLine,
  'turn.started': (draft, event, { at }) => reserveForTurn(draft, event, at),
  'turn.committed': (draft, event, { at }) => bookTurn(draft, event, at),
  'turn.failed': (draft, event, { at }) => loseTurn(draft, event, at),
  'timer.set': changesNothing,
  'timer.fired': changesNothing,
  'budget.warned': changesNothing,
  'checkpoint.opened': changesQuestions,
  'checkpoint.expired': changesQuestions,
  'checkpoint.answered': (draft, event, envelope) => {
    applyApproval(draft, event)
    changesQuestions(draft, event, envelope)
  },
  'batch.prepared': changesBatches,
  'batch.delayed': changesBatches,
  'batch.submitted': changesBatches,
  'batch.progressed': changesBatches,
  'batch.withdrawn': changesBatches,
  'batch.ended': changesBatches,
  'barrier.opened': changesBarriers,
  'barrier.closed': changesBarriers,
}

function apply<T extends RunEventType>(draft: Draft, event: TypedEvent<T>, envelope: Envelope): void {
  effects[event.type](draft, event, envelope)
}

function countRefusals(draft: Draft, more: number): void {
  const { refusedCalls } = draft.outcomeCounts
  draft.outcomeCounts = { ...draft.outcomeCounts, refusedCalls: refusedCalls + more }
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
