import { failure } from '@/lib/core/agent/failure'
import { utcDay } from '@/lib/core/base/utc-day'
import { costOf } from '@/lib/core/money/pricing'
import { allTokens, noUsage, tokenCounts, usageAtLoss } from '@/lib/core/money/usage'
import type { Envelope, EventOf } from '@/lib/core/run/events'
import { unphased } from '@/lib/core/run/phases'
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
    const inFlightTurn = inFlightTurns.get(agentId)
    const isOfThisTurn = inFlightTurn !== undefined && inFlightTurn.turn === turn
    const usage = isOfThisTurn
      ? usageAtLoss(inFlightTurn.usage, { ...inFlightTurn, maxTokens: started.maxTokens })
      : noUsage
    const unsettledNanoUsd = isOfThisTurn
      ? (costOf(usage, inFlightTurn.model, prices(), at)?.totalNanoUsd ?? 0)
      : 0
    const unsettledTokens = allTokens(tokenCounts(usage))
    const message = isOfThisTurn
      ? 'The server stopped while this turn was streaming. Its estimated cost is counted as unsettled; it is retried.'
      : 'The server stopped before this turn returned data. It is retried.'
    const hasEnded = state.agents.get(agentId)?.endedAt !== null
    const phase = state.agents.get(agentId)?.phase ?? unphased
    const { workflow, launchedBy, project, simulated, dryRun } = state.run
    const key = {
      day: utcDay(clock.now()),
      model: started.model,
      workflow: workflow?.name ?? 'ad hoc',
      phase,
      launchedBy: launchedBy.id,
      project,
      simulated,
    }
    const rollup = dryRun === null ? key : null
    await recorder.record(
      runId,
      [
        {
          type: 'turn.failed',
          agentId,
          turn,
          attempt,
          failure: failure('interrupted', message),
          unsettledNanoUsd,
          unsettledTokens,
          willRetry: true,
        },
        ...(hasEnded ? [] : [{ type: 'agent.queued' as const, agentId }]),
      ],
      [
        { do: 'clear-in-flight-turn', agentId },
        ...(unsettledNanoUsd > 0 || unsettledTokens > 0
          ? [{ do: 'add-unsettled' as const, rollup, nanoUsd: unsettledNanoUsd, tokens: unsettledTokens }]
          : []),
      ],
    )
    if (dryRun === null && simulated === ports.simulated)
      dispatcher.addUnsettled(unsettledNanoUsd, unsettledTokens)
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
