import { type Actor, systemActor } from '@/lib/core/base/actor'
import type { RunEvent } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { successShortfall } from '@/lib/core/run/success-rate'
import { hasEnded, type RunOutcome } from '@/lib/core/spec/run-status'
import type { Needs } from '../context/active-run'
import type { EnginePorts } from '../context/ports'
import { RunStopped } from '../parts/stops'
import type { Orchestration, ScriptEnding } from '../script/orchestrate'

/**
 * Works a run to its end and records how it ended. Returns without a record when the server is stopping;
 * whatever else goes wrong is thrown once all its agents are at rest.
 */
export async function workToEnd(
  run: Needs<'batches' | 'ending' | 'journal' | 'stops'>,
  orchestration: Orchestration,
): Promise<void> {
  try {
    const ending = await orchestration.toEnd()
    run.stops.stop(new RunStopped('ended', null))
    await orchestration.settled()
    if (run.ending.cancelledBy !== null) await endStopped(run, run.ending.cancelledBy)
    else if (await settle(run, 'its script is done', null)) await end(run, ending, orchestration.refusedCalls)
  } catch (error) {
    // Whatever it was, agents that go on would spend money in a run that nobody leads.
    run.stops.stop(new RunStopped('ended', null))
    await orchestration.settled()
    if (!(error instanceof RunStopped)) throw error
    if (error.why === 'shutdown') return
    await endStopped(run, run.ending.cancelledBy ?? error.actor)
  }
}

/** Ends a run that a person or a limit stopped before its script was done. */
async function endStopped(run: Needs<'batches' | 'ending' | 'journal'>, actor: Actor | null): Promise<void> {
  const before = stoppedBy(run, actor)
  if (!(await settle(run, before.reason, before.cancelledBy))) return
  const { outcome, reason, cancelledBy } = stoppedBy(run, actor)
  const by = cancelledBy ?? actor
  await run.journal.record([
    ...leftAgents(run.journal.state, 'cancelled', by),
    { type: 'run.ended', outcome, reason, error: null, resultInputs: [], actor: by },
  ])
}

/**
 * What stopped a run. A person who cancelled it, before or after it met its cap, was told that it is
 * cancelled.
 */
function stoppedBy(
  run: Needs<'ending'>,
  actor: Actor | null,
): { outcome: RunOutcome; reason: string; cancelledBy: Actor | null } {
  if (run.ending.cancelledBy === null && run.ending.byLimit !== null)
    return { outcome: 'stopped-at-limit', reason: run.ending.byLimit, cancelledBy: null }
  const cancelledBy = run.ending.cancelledBy ?? actor ?? systemActor
  return { outcome: 'cancelled', reason: `cancelled by ${cancelledBy.name}`, cancelledBy }
}

/** Waits for what batches still carry: it is billed, so a run that has ended knows all that it cost. */
async function settle(
  run: Needs<'batches' | 'journal'>,
  why: string,
  cancelledBy: Actor | null,
): Promise<boolean> {
  if (run.batches.turnsInBatch === 0) return true
  const reason = settlingReason(run, why)
  if (run.journal.state.run.settling === null || run.journal.state.run.reason !== reason)
    await run.journal.record([{ type: 'run.settling', reason, cancelledBy, actor: cancelledBy }])
  return run.batches.settled()
}

/** Why a run that has stopped has not ended yet. */
export function settlingReason(run: Needs<'batches'>, why: string): string {
  const { turnsInBatch } = run.batches
  if (turnsInBatch === 0) return why
  const turns = turnsInBatch === 1 ? 'a turn' : `${turnsInBatch} turns`
  return `${why}; waits for ${turns} in a batch to be cancelled or billed`
}

/** `refused` says which calls never became agents: they are failures without an agent. */
async function end(
  run: Needs<'ending' | 'journal'>,
  ending: ScriptEnding,
  refused: string | null,
): Promise<void> {
  const isReturned = ending.kind === 'returned'
  await run.journal.record(
    [
      // After a retry the script may not have asked for them again.
      ...leftAgents(run.journal.state, 'skipped', null),
      {
        type: 'run.ended',
        ...verdict(run, ending, refused),
        error: isReturned ? null : ending.error,
        resultInputs: isReturned ? ending.resultInputs : [],
        actor: run.ending.cancelledBy,
      },
    ],
    isReturned ? [{ do: 'save-result', result: ending.value }] : [],
  )
}

/** How a run whose script is done ended, and why, where there is more to say than that it completed. */
function verdict(
  run: Needs<'ending' | 'journal'>,
  ending: ScriptEnding,
  refused: string | null,
): { outcome: RunOutcome; reason: string | null } {
  // A person cancelled it while it waited for its batches and has been told so. The script's result is kept.
  if (run.ending.cancelledBy !== null)
    return {
      outcome: 'cancelled',
      reason: `cancelled by ${run.ending.cancelledBy.name} when its script was done`,
    }
  if (run.ending.byLimit !== null) return { outcome: 'stopped-at-limit', reason: run.ending.byLimit }
  if (ending.kind === 'threw') return { outcome: 'failed', reason: ending.error.message }
  const { outcomeCounts } = run.journal.state
  const shortfall = successShortfall(outcomeCounts, run.journal.state.run.minSuccess)
  if (shortfall !== null) return { outcome: 'failed', reason: shortfall }
  const failures = [
    ...(outcomeCounts.failed > 0 ? [`${outcomeCounts.failed} of ${total(outcomeCounts)} agents failed`] : []),
    ...(refused === null ? [] : [refused]),
  ]
  if (failures.length > 0)
    return { outcome: 'completed-with-failures', reason: sentenceOf(failures.join('; ')) }
  return { outcome: 'completed', reason: null }
}

/** A run that cannot be worked on ends as failed with the reason, so nobody waits for it. */
export async function giveUp(ports: EnginePorts, runId: string, error: unknown): Promise<void> {
  ports.report(error, { runId })
  const { recorder } = ports
  await recorder.drain()
  const state = recorder.state(runId)
  if (state === null || hasEnded(state.run.status)) return
  const message = error instanceof Error ? error.message : String(error)
  await recorder.record(runId, [
    ...leftAgents(state, 'cancelled', null),
    {
      type: 'run.ended',
      outcome: 'failed',
      reason: 'could not be worked on',
      error: { message, line: null, column: null },
      resultInputs: [],
      actor: null,
    },
  ])
}

/** The ends of all agents that have none yet. */
function leftAgents(state: RunState, outcome: 'cancelled' | 'skipped', actor: Actor | null): RunEvent[] {
  return [...state.agents.values()]
    .filter((agent) => agent.endedAt === null)
    .map(({ id }) => ({
      type: 'agent.ended',
      agentId: id,
      outcome,
      failure: null,
      preview: '',
      reusedFrom: null,
      actor,
    }))
}

function sentenceOf(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function total(outcomeCounts: {
  succeeded: number
  flagged: number
  failed: number
  skipped: number
  cancelled: number
}): number {
  return (
    outcomeCounts.succeeded +
    outcomeCounts.flagged +
    outcomeCounts.failed +
    outcomeCounts.skipped +
    outcomeCounts.cancelled
  )
}
