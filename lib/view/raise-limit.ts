import type { RunPatch } from '@/lib/api/runs'
import { noPhaseLimits, type PhaseLimits } from '@/lib/core/phase-settings'
import type { PauseReason } from '@/lib/core/run'
import type { RunHeader } from '@/lib/core/state'

/** A limit that stopped a run, as a person would raise it. `day` and `month` are the installation's, not the run's. */
export type RaisableLimit = {
  title: string
  label: string
  /** In the unit of the label; null when it is not known here. */
  current: number | null
  scope: 'run' | 'day' | 'month'
}

/** The limit behind a pause; null when raising one would not help. */
export function raisableLimit(
  run: Pick<RunHeader, 'limits' | 'pausePhase'>,
  reason: PauseReason | null,
): RaisableLimit | null {
  const { nanoUsd, tokens, wallClockSeconds } = run.limits
  const phase = phaseLimits(run)
  switch (reason) {
    case 'usd-cap':
      return { title: 'Raise the dollar cap', label: 'New cap in dollars', current: (nanoUsd ?? 0) / 1e9, scope: 'run' }
    case 'token-cap':
      return { title: 'Raise the token cap', label: 'New cap in tokens', current: tokens, scope: 'run' }
    case 'wall-clock-cap':
      return {
        title: 'Allow more time',
        label: 'New limit in minutes',
        current: wallClockSeconds === null ? null : wallClockSeconds / 60,
        scope: 'run',
      }
    case 'day-cap':
      return { title: 'Raise the day’s cap', label: 'New cap of a day in dollars', current: null, scope: 'day' }
    case 'month-cap':
      return { title: 'Raise the month’s cap', label: 'New cap of a month in dollars', current: null, scope: 'month' }
    case 'phase-usd-cap':
      return {
        title: `Raise the cap of “${run.pausePhase}”`,
        label: 'New cap of the phase in dollars',
        current: (phase.nanoUsd ?? 0) / 1e9,
        scope: 'run',
      }
    case 'phase-token-cap':
      return {
        title: `Raise the cap of “${run.pausePhase}”`,
        label: 'New cap of the phase in tokens',
        current: phase.tokens,
        scope: 'run',
      }
    default:
      return null
  }
}

function phaseLimits({ limits, pausePhase }: Pick<RunHeader, 'limits' | 'pausePhase'>): PhaseLimits {
  const { phases } = limits
  if (pausePhase === null || !Object.hasOwn(phases, pausePhase)) return noPhaseLimits
  return phases[pausePhase] ?? noPhaseLimits
}

/** The change to a run that raises the limit it paused at. */
export function limitPatch(reason: PauseReason | null, value: number, phase: string | null = null): RunPatch {
  switch (reason) {
    case 'token-cap':
      return { limits: { tokens: Math.round(value) } }
    case 'wall-clock-cap':
      return { limits: { wallClockSeconds: Math.round(value * 60) } }
    case 'phase-usd-cap':
      return { limits: { phases: { [phase ?? '']: { usd: value } } } }
    case 'phase-token-cap':
      return { limits: { phases: { [phase ?? '']: { tokens: Math.round(value) } } } }
    default:
      return { limits: { usd: value } }
  }
}
