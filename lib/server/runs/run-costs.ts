import type { RunCosts, RunSources } from '@/lib/api/run-costs'
import { tokenKinds } from '@/lib/core/money/pricing'
import { unphased } from '@/lib/core/run/phases'
import type { App } from '@/lib/server/app/app'
import { getHead, getInput } from './read-run'

/** What a run cost so far, from its committed turns as they were booked; nothing is repriced. */
export async function getCosts(app: App, runId: string): Promise<RunCosts> {
  await getHead(app, runId)
  const { spent, unsettled } = await app.store.costLines(runId)
  // Read last: a turn that is committed in between is in the totals and not in the lines, never the other way
  // round.
  const { totals } = await getHead(app, runId)
  return {
    lines: spent.map(
      ({ phase, model, delivery, turns, isPriced, isMetered, counts, costs, cacheSavedNanoUsd }) => ({
        phase: phase ?? unphased,
        model,
        delivery,
        turns,
        isPriced,
        isMetered,
        cacheSavedNanoUsd: isPriced ? cacheSavedNanoUsd : null,
        kinds: tokenKinds.map((kind) => ({
          kind,
          count: counts[kind],
          costNanoUsd: isPriced ? costs[kind] : null,
        })),
      }),
    ),
    unsettled: unsettled.map((line) => ({ ...line, phase: line.phase ?? unphased })),
    totals: {
      spentNanoUsd: totals.spentNanoUsd,
      unsettledNanoUsd: totals.unsettledNanoUsd,
      wastedTurns: totals.wastedTurns,
      wastedNanoUsd: totals.wastedNanoUsd,
      reservedNanoUsd: totals.reservedNanoUsd,
      turns: totals.turns,
      unpricedTurns: totals.unpricedTurns,
    },
  }
}

/** The launched script first, then each workflow it called, once however often it was called. */
export async function getSources(app: App, runId: string): Promise<RunSources> {
  const { run } = await getHead(app, runId)
  const { script } = await getInput(app, runId)
  const sources: RunSources['sources'] = [
    {
      name: run.workflow?.name ?? 'the launched script',
      digest: run.workflow?.digest ?? null,
      scopes: [''],
      source: script,
    },
  ]
  for (const { scope, name, digest, source } of await app.store.calledSources(runId)) {
    const known = sources.slice(1).find((one) => one.digest === digest && one.name === name)
    if (known === undefined) sources.push({ name, digest, scopes: [scope], source })
    else known.scopes.push(scope)
  }
  return { sources }
}
