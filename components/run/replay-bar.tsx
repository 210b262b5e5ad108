'use client'

import { ChevronLeft, ChevronRight, Pause, Play, RotateCcw } from 'lucide-react'
import { useEffect, useEffectEvent, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { useHotkeys } from '@/lib/client/hooks/use-hotkeys'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useHistory } from '@/lib/client/run/use-history'
import { useNow } from '@/lib/client/run/use-now'
import { useReplayTime } from '@/lib/client/run/use-run-url'
import type { RunHistory } from '@/lib/view/timeline/timeline-history'
import { formatMoment } from '@/lib/view/timeline/timeline-scale'
import { endOf } from '@/lib/view/timeline/timeline-sums'

const speeds = [1, 2, 5, 10, 25, 50, 100] as const
/** Moments shown a second while it plays; the state at each is folded again. */
const BEATS = 15

/** What a key moves the handle by, as a share of the run. */
const strides: Readonly<Record<string, number>> = {
  ArrowLeft: -0.02,
  ArrowRight: 0.02,
  PageDown: -0.1,
  PageUp: 0.1,
}

/** The run's time under one handle: the whole page shows the moment the handle is at. */
export function ReplayBar({ startedAt, endedAt, pausedMs }: Ends & { pausedMs: number }) {
  const { history: held } = useLiveRun()
  const [t, setT] = useReplayTime()
  const [isWanted, setWanted] = useState(false)
  const [isPlaying, setPlaying] = useState(false)
  const [speed, setSpeed] = useState<number>(1)
  const { history, isComplete, problem } = useHistory(isWanted || t !== null)
  const beat = useNow(endedAt === null && t === null)
  const isKnown = history.seq > 0
  const length = Math.max(1, lengthOf({ startedAt, endedAt }, history, beat))
  const isReplaying = t !== null
  const at = Math.min(t ?? length, length)

  const go = (ms: number) => {
    setWanted(true)
    void setT(Math.round(Math.min(length, Math.max(0, ms))))
  }
  const backToNow = () => {
    setPlaying(false)
    void setT(null)
  }
  const play = () => {
    setWanted(true)
    if (!isReplaying || at >= length) go(0)
    setPlaying((before) => !before || at >= length)
  }
  const step = (by: 1 | -1) => {
    setPlaying(false)
    const next = held.replay.neighbour(history.origin + at, by)
    if (next !== null) go(next - history.origin)
  }

  const tick = useEffectEvent((passed: number) => {
    if (!isKnown) return
    const next = at + passed * speed
    if (next >= length) setPlaying(false)
    go(next)
  })
  useEffect(() => {
    if (!isPlaying) return
    let last = performance.now()
    const timer = setInterval(() => {
      const now = performance.now()
      tick(now - last)
      last = now
    }, 1000 / BEATS)
    return () => clearInterval(timer)
  }, [isPlaying])
  const PlayIcon = isPlaying ? Pause : Play
  useHotkeys({ ' ': play, ',': () => step(-1), '.': () => step(1) })

  return (
    <section
      aria-label="Replay"
      className={`sticky bottom-0 z-10 flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-4 py-1.5 sm:px-5 ${isReplaying ? 'border-accent bg-accent-soft' : 'bg-surface'}`}
    >
      <div className="flex items-center gap-0.5">
        <Button
          size="sm"
          variant="quiet"
          aria-label={isPlaying ? 'Pause the replay' : 'Play the run'}
          title="space"
          onClick={play}
        >
          <PlayIcon aria-hidden="true" className="size-3.5" />
        </Button>
        <Button
          size="sm"
          variant="quiet"
          aria-label="One event back"
          title=","
          disabled={!isReplaying}
          onClick={() => step(-1)}
        >
          <ChevronLeft aria-hidden="true" className="size-3.5" />
        </Button>
        <Button
          size="sm"
          variant="quiet"
          aria-label="One event on"
          title="."
          disabled={!isReplaying}
          onClick={() => step(1)}
        >
          <ChevronRight aria-hidden="true" className="size-3.5" />
        </Button>
        <select
          aria-label="Speed of the replay"
          value={speed}
          onChange={(event) => setSpeed(Number(event.target.value))}
          className="num h-7 rounded-md border border-line-strong bg-surface px-1 text-xs"
        >
          {speeds.map((one) => (
            <option key={one} value={one}>
              {one}×
            </option>
          ))}
        </select>
      </div>
      <input
        type="range"
        min={0}
        max={length}
        step={1}
        value={at}
        aria-label="Moment of the run"
        aria-valuetext={isReplaying ? `${formatMoment(at)} of ${formatMoment(length)}` : 'now'}
        onPointerDown={() => {
          setWanted(true)
          setPlaying(false)
        }}
        onKeyDown={(event) => {
          const move = strides[event.key]
          if (move === undefined) return
          // The element's own step is a millisecond, too small to be of use.
          event.preventDefault()
          go(at + move * length)
        }}
        onChange={(event) => go(Number(event.target.value))}
        className="min-w-24 flex-1 accent-accent-fill"
      />
      {isReplaying ? (
        <p role="status" className="num flex items-center gap-2 text-xs font-medium">
          Replay: at {formatMoment(at)} of {formatMoment(length)}
          <Button size="sm" variant="primary" onClick={backToNow}>
            <RotateCcw aria-hidden="true" className="size-3.5" />
            Back to now
          </Button>
        </p>
      ) : (
        <p className="num text-xs text-ink-3">
          {formatMoment(length)}
          {/* The head counts the time in which it was at work. */}
          {pausedMs >= 1000 && ' with pauses'}
        </p>
      )}
      {isReplaying && !isComplete && problem === null && (
        <p className="text-xs text-ink-2">Loading the journal…</p>
      )}
      {problem !== null && <ErrorNote title="The journal could not be read" detail={problem} />}
    </section>
  )
}

type Ends = { startedAt: string; endedAt: string | null }

/** How long the run has taken by now. When it ended is known without its journal, which may still be loading. */
function lengthOf({ startedAt, endedAt }: Ends, history: RunHistory, now: number): number {
  if (endedAt !== null) return Date.parse(endedAt) - Date.parse(startedAt)
  return history.seq > 0 ? endOf(history, now) - history.origin : now - Date.parse(startedAt)
}
