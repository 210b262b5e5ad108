'use client'

import { useReplay } from '@/lib/client/replay-context'
import { useRunState, useRunView } from '@/lib/client/use-run'
import { useRunUrl } from '@/lib/client/use-run-url'
import { phaseProgress } from '@/lib/view/phase-progress'
import { rehearsalEnding } from '@/lib/view/rehearsal'
import { allTokens, spendOf } from '@/lib/view/spend'
import { censusSentence, needsYou, tiles } from '@/lib/view/tiles'
import { ExportMenu } from './export-menu'
import { PhaseStrip } from './phase-strip'
import { RehearsalNote } from './rehearsal-note'
import { RunActions } from './run-actions'
import { RunFigures } from './run-figures'
import { RunTitle } from './run-title'
import { TileRow } from './tile-row'

/** Everything above the views: title and state, money and time, tiles, phases. */
export function RunHead() {
  const state = useRunState()
  const connection = useRunView((view) => view.connection)
  const tokensPerSecond = useRunView((view) => view.tokensPerSecond)
  const [url, setUrl] = useRunUrl()
  const replay = useReplay()
  if (state === null) return null
  const { run, totals } = state
  return (
    <header className="flex flex-col gap-3 border-b bg-surface px-4 pb-3 pt-3 sm:px-5">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <RunTitle run={run} connection={connection} />
        <div className="flex max-w-full flex-wrap items-start gap-2">
          {run.startedAt !== null && <ExportMenu />}
          {replay.atMs === null ? (
            <RunActions run={run} totals={totals} />
          ) : (
            <p className="rounded-md bg-accent-soft px-3 py-1.5 text-xs font-medium">
              As it was: nothing here can be changed
            </p>
          )}
        </div>
      </div>
      {run.rehearsal !== null && <RehearsalNote rehearsal={run.rehearsal} ending={rehearsalEnding(state)} />}
      <RunFigures
        run={run}
        spend={spendOf(totals, run.limits.nanoUsd)}
        tokens={allTokens(totals)}
        tokensPerSecond={replay.atMs === null ? tokensPerSecond : null}
        turns={totals.turns}
      />
      <TileRow
        tiles={tiles(totals.agents, state.census)}
        selected={url.state}
        onSelect={(mark) => void setUrl({ state: mark })}
        questions={needsYou(state)}
      />
      {state.census.doubtful > 0 && <p className="num text-xs text-ink-3">{censusSentence(state.census)}</p>}
      <PhaseStrip
        phases={state.phases.map(phaseProgress)}
        hasEnded={run.endedAt !== null}
        selected={url.phase}
        onSelect={(phase) => void setUrl({ phase })}
      />
    </header>
  )
}
