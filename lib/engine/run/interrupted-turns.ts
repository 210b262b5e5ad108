import { failure } from '@/lib/core/agent/failure'
import { utcDay } from '@/lib/core/base/utc-day'
import { probableCostOf } from '@/lib/core/money/pricing'
import { payerOf, rollupPayer } from '@/lib/core/money/quotas'
import { allTokens } from '@/lib/core/money/token-counts'
import { tokenCounts, type Usage, usageAtLoss } from '@/lib/core/money/usage'
import type { InFlightTurnRow } from '@/lib/core/ports/agent-store'
import type { RollupKey } from '@/lib/core/ports/journal-store'
import type { Envelope, EventOf } from '@/lib/core/run/events'
import { unphased } from '@/lib/core/run/phases'
import type { RunHeader } from '@/lib/core/run/state'
import { openBatches } from '../batch/open-batches'
import { slotKey } from '../context/batch-slot'
import type { EnginePorts } from '../context/ports'

/**
 * Books the turns that were in flight when the last process died: each is a failed try with the spend it
 * probably caused, taken from what had been heard of it. Their agents go back to the queue.
 */
export async function bookInterrupted(ports: EnginePorts, runId: string): Promise<void> {
  const { store, recorder, dispatcher, prices, clock } = ports
  const journal = await store.readJournal(runId, 0, Number.MAX_SAFE_INTEGER)
  const inFlightTurns = new Map(
    (await store.loadInFlightTurns(runId)).map((inFlightTurn) => [inFlightTurn.agentId, inFlightTurn]),
  )
  const state = recorder.state(runId)
  if (state === null) return
  const at = new Date(clock.now()).toISOString()
  for (const started of inFlight(journal)) {
    const { agentId, turn, attempt } = started
    const { message, unsettled } = lossOf(started, inFlightTurns.get(agentId), (served, usage) =>
      probableCostOf(usage, { served, asked: started.model }, prices(), at),
    )
    const agent = state.agents.get(agentId)
    const rollup = rollupOf(state.run, started.model, agent?.phase ?? unphased, clock.now())
    const wasHeard = unsettled.nanoUsd > 0 || unsettled.tokens > 0
    await recorder.record(
      runId,
      [
        {
          type: 'turn.failed',
          agentId,
          turn,
          attempt,
          failure: failure('interrupted', message),
          unsettledNanoUsd: unsettled.nanoUsd,
          unsettledTokens: unsettled.tokens,
          willRetry: true,
        },
        ...(agent?.endedAt === null ? [{ type: 'agent.queued' as const, agentId }] : []),
      ],
      [
        { do: 'clear-in-flight-turn', agentId },
        ...(wasHeard ? [{ do: 'add-unsettled' as const, rollup, ...unsettled }] : []),
      ],
    )
    if (rollup !== null && rollup.simulated === ports.simulated)
      dispatcher.addUnsettled(payerOf(state.run), unsettled.nanoUsd, unsettled.tokens)
  }
}

/** What a turn probably cost that nobody will hear the end of, and what is said about it. */
function lossOf(
  started: EventOf<'turn.started'>,
  heard: InFlightTurnRow | undefined,
  costIn: (model: string, usage: Usage) => number,
): { message: string; unsettled: { nanoUsd: number; tokens: number } } {
  if (heard === undefined || heard.turn !== started.turn)
    return {
      message: 'The server stopped before this turn returned data. It is retried.',
      unsettled: { nanoUsd: 0, tokens: 0 },
    }
  const usage = usageAtLoss(heard.usage, { ...heard, maxTokens: started.maxTokens })
  return {
    message:
      'The server stopped while this turn was streaming. Its estimated cost is counted as unsettled; it is retried.',
    unsettled: {
      nanoUsd: costIn(heard.model, usage),
      tokens: allTokens(tokenCounts(usage)),
    },
  }
}

/** Where it counts in the sums of spending; nowhere for a dry run, which nobody pays. */
function rollupOf(run: RunHeader, model: string, phase: string, now: number): RollupKey | null {
  const { workflow, launchedBy, project, simulated, dryRun } = run
  if (dryRun !== null) return null
  return {
    day: utcDay(now),
    model,
    workflow: workflow?.name ?? 'ad hoc',
    phase,
    launchedBy: launchedBy.id,
    project,
    ...rollupPayer(payerOf(run)),
    simulated,
  }
}

/** The turns that began and neither committed nor failed, without those that a batch may still bring back. */
function inFlight(journal: readonly Envelope[]): EventOf<'turn.started'>[] {
  const carried = new Set(openBatches(journal).flatMap(({ turns }) => [...turns.keys()]))
  const open = new Map<string, EventOf<'turn.started'>>()
  for (const { event } of journal) {
    if (event.type === 'turn.started') open.set(slotKey(event), event)
    if (event.type === 'turn.committed' || event.type === 'turn.failed') open.delete(slotKey(event))
    if (event.type === 'agent.ended')
      for (const [key, turn] of open)
        if (turn.agentId === event.agentId && turn.batchId === null) open.delete(key)
  }
  return [...open].flatMap(([key, turn]) => (carried.has(key) ? [] : [turn]))
}
