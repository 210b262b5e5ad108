'use client'

import { useCallback, useMemo, useState } from 'react'
import { ErrorNote } from '@/components/ui/messages'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import { useReplay } from '@/lib/client/run/replay-context'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useSelection } from '@/lib/client/run/select-agent'
import { useHistory } from '@/lib/client/run/use-history'
import { useNow } from '@/lib/client/run/use-now'
import { useTimelineUrl } from '@/lib/client/run/use-run-url'
import { unphased } from '@/lib/core/run/phases'
import { type AgentFilter, passes } from '@/lib/view/agent/agent-rows'
import type { PhaseGroups } from '@/lib/view/agent/phase-groups'
import { displayStatusOf } from '@/lib/view/agent/status-display'
import { plural } from '@/lib/view/format/numbers'
import { formatDuration } from '@/lib/view/format/time'
import { criticalPath, pathLength } from '@/lib/view/timeline/critical-path'
import { shownSteps } from '@/lib/view/timeline/path-steps'
import type { RunHistory } from '@/lib/view/timeline/timeline-history'
import { agentTimeline, slotTimeline } from '@/lib/view/timeline/timeline-lanes'
import { idleGaps, type TimeWindow, timeScale, zoomed } from '@/lib/view/timeline/timeline-scale'
import { barrierIdle, endOf, idleByAgent } from '@/lib/view/timeline/timeline-sums'
import { Minimap } from './minimap'
import { PathChain } from './path-chain'
import { TimelineBar } from './timeline-bar'
import { TimelineCanvas } from './timeline-canvas'
import { TimelineLegend } from './timeline-legend'

/** Every agent over time: what it did at every moment, and what it waited for. */
export function RunTimeline({ filter }: { filter: AgentFilter }) {
  const { store } = useLiveRun()
  const { history, isComplete, problem } = useHistory()
  const [url, setUrl] = useTimelineUrl()
  const { agentId, select } = useSelection()
  const replay = useReplay()
  const isLive = history.endedAt === null && replay.atMs === null
  const beat = useNow(isLive)
  const [window, setWindow] = useState<TimeWindow | null>(null)
  const bySlot = url.lanes === 'slot'
  const isCollapsed = url.gaps !== 'full'
  const clock = useCallback(() => endOf(history, Date.now()), [history])

  // Scale and sums are updated once a second; the bars reach to the moment they are drawn.
  const now = useMemo(() => endOf(history, Math.max(beat, history.lastAt)), [history, beat])
  const scale = useMemo(
    () => timeScale(Math.max(1, now - history.origin), isCollapsed ? idleGaps(history, now) : []),
    [history, now, isCollapsed],
  )
  const { displayStatus, phase, groups, text, span, site } = filter
  const path = useMemo(() => (url.path ? criticalPath(history) : null), [history, url.path])
  const rows = useMemo(() => {
    // The path is looked at alone: among a thousand rows nobody finds its five.
    if (path !== null) {
      const onPath = new Set(path.map((step) => step.agentId))
      return agentTimeline(history, (id) => onPath.has(id))
    }
    const agents = store.getNow().state?.agents
    const isShown = (id: string) => {
      const agent = agents?.get(id)
      return (
        agent !== undefined &&
        passes(agent, {
          displayStatus,
          phase,
          groups: groups ?? null,
          text,
          span: span ?? null,
          site: site ?? null,
        })
      )
    }
    return bySlot ? slotTimeline(history, isShown) : agentTimeline(history, isShown)
  }, [store, history, path, bySlot, displayStatus, phase, groups, text, span, site])
  const idle = useMemo(() => barrierIdle(history, now), [history, now])
  const idleSpans = useMemo(() => idleByAgent(idle), [idle])

  if (problem !== null && history.seq === 0)
    return <ErrorNote title="The journal of this run could not be read" detail={problem} />
  if (!isComplete && history.seq === 0) return <Loading label="Loading the journal…" />
  if (history.agents.size === 0)
    return <EmptyState title="No agents yet">Rows appear when the script calls agent().</EmptyState>

  const shown = windowIn(window, scale.length)
  const statusOf = (id: string) => {
    const agent = store.getNow().state?.agents.get(id)
    return agent === undefined ? null : displayStatusOf(agent)
  }
  const brush = brushIn(url, now - history.origin)
  const onBrush = (span: { from: number; until: number } | null) =>
    void setUrl({ from: span?.from ?? null, to: span?.until ?? null })
  const phaseTime = phase === null ? null : extentOf(history, phase, groups ?? null, now)
  return (
    <div
      data-timeline=""
      aria-busy={!isComplete}
      className="flex h-full min-h-[62dvh] flex-col bg-surface lg:min-h-0"
    >
      <TimelineBar
        bySlot={bySlot}
        onBySlot={(next) => void setUrl({ lanes: next ? 'slot' : null })}
        hasGaps={scale.gaps.length > 0}
        isCollapsed={isCollapsed}
        onCollapsed={(next) => void setUrl({ gaps: next ? null : 'full' })}
        hasPath={url.path}
        onPath={(next) => void setUrl({ path: next ? true : null })}
        pathWords={
          path === null
            ? null
            : `${plural(path.length, 'agent')} determined ${formatDuration(pathLength(path))} of ${formatDuration(now - history.origin)}`
        }
        idleMs={idle.reduce((sum, { from, until }) => sum + until - from, 0)}
        brush={brush}
        onBrushWindow={() =>
          onBrush({
            from: Math.round(scale.stretch(shown.from)),
            until: Math.round(scale.stretch(shown.until)),
          })
        }
        onBrushPhase={phaseTime === null ? null : () => onBrush(phaseTime)}
        onClearBrush={() => onBrush(null)}
        onZoom={(factor) => setWindow(zoomed(shown, factor, (shown.from + shown.until) / 2, scale.length))}
        onFit={() => setWindow(null)}
        legend={
          <TimelineLegend
            history={history}
            displayStatusOf={statusOf}
            hasIdle={idle.length > 0}
            hasPath={path !== null}
            hasSelected={bySlot && agentId !== null}
          />
        }
      />
      {path !== null && (
        <PathChain
          steps={shownSteps(history, path, now - history.origin)}
          restShare={1 - pathLength(path) / Math.max(1, now - history.origin)}
          selected={agentId}
          onSelect={select}
        />
      )}
      <Minimap history={history} scale={scale} window={shown} now={now} brush={brush} onBrush={onBrush} />
      <div className="min-h-0 flex-1">
        {rows.length === 0 ? (
          <EmptyState title="No agent matches the filter">Clear a filter to see the others.</EmptyState>
        ) : (
          <TimelineCanvas
            history={history}
            rows={rows}
            scale={scale}
            window={shown}
            idle={idleSpans}
            path={path === null ? null : new Set(path.map((step) => step.agentId))}
            displayStatusOf={statusOf}
            selected={agentId}
            playhead={replay.atMs === null ? null : replay.atMs - history.origin}
            brush={brush}
            clock={clock}
            isLive={isLive}
            onWindow={setWindow}
            onSelect={select}
          />
        )}
      </div>
    </div>
  )
}

/** The visible part; all of the run when the part no longer fits because gaps were collapsed. */
function windowIn(window: TimeWindow | null, length: number): TimeWindow {
  return window === null || window.until > length + 1 ? { from: 0, until: length } : window
}

/** The part of time that filters. An end that the address leaves out is the run's. */
function brushIn(
  { from, to }: { from: number | null; to: number | null },
  lengthMs: number,
): { from: number; until: number } | null {
  return from === null && to === null ? null : { from: from ?? 0, until: to ?? lengthMs }
}

/** From the first agent of a phase to its last end, since the origin. */
function extentOf(
  history: RunHistory,
  phase: string,
  groups: PhaseGroups | null,
  now: number,
): { from: number; until: number } | null {
  const titleOf = groups?.titleOf ?? ((own: string | null) => own ?? unphased)
  const tracks = [...history.agents.values()].filter((track) => titleOf(track.phase) === phase)
  if (tracks.length === 0) return null
  return {
    from: Math.max(0, Math.min(...tracks.map(({ createdAt }) => createdAt)) - history.origin),
    until: Math.max(...tracks.map(({ endedAt }) => endedAt ?? now)) - history.origin,
  }
}
