import type { ProviderBatch } from '@/lib/core/ports/ports'
import type { BatchCounts } from '@/lib/core/spec/batch'
import type { Needs } from '../context/active-run'
import type { InterruptibleSleep } from '../parts/interruptible-sleep'

/** Clocks of two machines may differ; a batch that is older than this much is not the one looked for. */
const CLOCK_SKEW_MS = 5 * 60_000

type Search = {
  run: Needs<'ports' | 'providerContext'>
  /** Requests in the batch that is looked for. */
  size: number
  sinceMs: number
  isOurs(customId: string): boolean
  interruptibleSleep: InterruptibleSleep
  signal: AbortSignal
}

/**
 * Finds a batch whose id never arrived, or makes sure that there is none. Lists tell only sizes and times,
 * and only results tell whose a batch is, so a matching one that is still in progress is waited for, however
 * long that takes.
 */
export async function findBatch({
  run,
  size,
  sinceMs,
  isOurs,
  interruptibleSleep,
  signal,
}: Search): Promise<ProviderBatch | null> {
  const { batches } = run.providerContext.provider
  const { pollFirstMs, pollMostMs, resolveMs } = run.providerContext.batchTiming
  const untilMs = run.ports.clock.now() + resolveMs
  const others = new Set<string>()
  for (let pauseMs = pollFirstMs; ; pauseMs = Math.min(pauseMs * 1.5, pollMostMs)) {
    // Asked for at the start of a look: one that is made during it is seen by the next.
    const isTimeUp = run.ports.clock.now() >= untilMs
    const reply = await batches.recent(sinceMs - CLOCK_SKEW_MS, signal)
    signal.throwIfAborted()
    if (reply.ok) {
      const fitting = reply.value.filter(
        ({ id, counts }) =>
          total(counts) === size && !others.has(id) && !run.providerContext.knownBatches.has(id),
      )
      for (const batch of fitting.filter(({ status }) => status === 'ended')) {
        const whose = await whoseIs(batch.id)
        if (whose === 'ours') return batch
        if (whose === 'others') others.add(batch.id)
      }
      if (isTimeUp && fitting.every(({ id }) => others.has(id))) return null
    }
    await interruptibleSleep.sleep(pauseMs)
  }

  async function whoseIs(id: string): Promise<'ours' | 'others' | 'unknown'> {
    let isAnyOurs = false
    const onAnswer = ({ customId }: { customId: string }) => {
      isAnyOurs ||= isOurs(customId)
    }
    const reply = await batches.results(id, { modelOf: () => 'a model', toolsOf: () => [], onAnswer, signal })
    signal.throwIfAborted()
    if (isAnyOurs) return 'ours'
    return reply.ok ? 'others' : 'unknown'
  }
}

function total({ processing, succeeded, errored, canceled, expired }: BatchCounts): number {
  return processing + succeeded + errored + canceled + expired
}
