import type { QuotaPatch } from '@/lib/api/budgets'
import type { RunPatch } from '@/lib/api/runs'
import type { SettingsPatch } from '@/lib/api/settings'
import type { RunHeader } from '@/lib/core/run/state'
import { phaseLimitsOf } from '@/lib/core/spec/phase-settings'
import type { QuotaMet } from '@/lib/core/spec/quota-met'
import type { PauseReason } from '@/lib/core/spec/run'
import { dollarsOf } from '../format/money'

/** What raising a limit changes: the run, a setting of the installation, or somebody's quota. */
export type Raise =
  | { of: 'run'; patch: RunPatch }
  | { of: 'installation'; patch: SettingsPatch }
  | { of: 'quota'; id: string; patch: QuotaPatch }

/** A limit that stopped a run, as a person would raise it. */
export type RaisableLimit = {
  title: string
  label: string
  /** In the unit of the label; null when it is not known here. */
  current: number | null
  /** The change that sets the limit to `value`, in the unit of the label. */
  raise(value: number): Raise
}

/** The limit behind a pause; null when raising one would not help. */
export function raisableLimit(
  run: Pick<RunHeader, 'limits' | 'pausePhase' | 'pauseQuota' | 'simulated'>,
  reason: PauseReason | null,
): RaisableLimit | null {
  const { nanoUsd, tokens, wallClockSeconds, phases } = run.limits
  const title = run.pausePhase ?? ''
  const dollars = dollarsOf(run.simulated)
  const phase = phaseLimitsOf(phases, title)
  const ofRun = (limits: RunPatch['limits']): Raise => ({ of: 'run', patch: { limits } })
  const ofPhase = (limits: NonNullable<NonNullable<RunPatch['limits']>['phases']>[string]) =>
    ofRun({ phases: { [title]: limits } })
  const ofAll = (patch: SettingsPatch): Raise => ({ of: 'installation', patch })
  switch (reason) {
    case 'usd-cap':
      return {
        title: 'Raise the dollar cap',
        label: `New cap in ${dollars}`,
        current: (nanoUsd ?? 0) / 1e9,
        raise: (usd) => ofRun({ usd }),
      }
    case 'token-cap':
      return {
        title: 'Raise the token cap',
        label: 'New cap in tokens',
        current: tokens,
        raise: (value) => ofRun({ tokens: Math.round(value) }),
      }
    case 'wall-clock-cap':
      return {
        title: 'Allow more time',
        label: 'New limit in minutes',
        current: minutesOf(wallClockSeconds),
        raise: (minutes) => ofRun({ wallClockSeconds: Math.round(minutes * 60) }),
      }
    case 'day-cap':
      return {
        title: 'Raise the daily cap',
        label: 'New daily cap in dollars',
        current: null,
        raise: (dayCapUsd) => ofAll({ dayCapUsd }),
      }
    case 'day-token-cap':
      return {
        title: 'Raise the daily token cap',
        label: 'New daily cap in tokens',
        current: null,
        raise: (value) => ofAll({ dayCapTokens: Math.round(value) }),
      }
    case 'day-agent-cap':
      return {
        title: 'Raise the daily agent cap',
        label: 'New daily cap in agents',
        current: null,
        raise: (value) => ofAll({ dayCapAgents: Math.round(value) }),
      }
    case 'month-cap':
      return {
        title: 'Raise the monthly cap',
        label: 'New monthly cap in dollars',
        current: null,
        raise: (monthCapUsd) => ofAll({ monthCapUsd }),
      }
    case 'phase-usd-cap':
      return {
        title: `Raise the cap of “${title}”`,
        label: `New phase cap in ${dollars}`,
        current: (phase.nanoUsd ?? 0) / 1e9,
        raise: (usd) => ofPhase({ usd }),
      }
    case 'phase-token-cap':
      return {
        title: `Raise the cap of “${title}”`,
        label: 'New phase cap in tokens',
        current: phase.tokens,
        raise: (value) => ofPhase({ tokens: Math.round(value) }),
      }
    case 'phase-wall-clock-cap':
      return {
        title: `Allow “${title}” more time`,
        label: 'New phase limit in minutes',
        current: minutesOf(phase.wallClockSeconds),
        raise: (minutes) => ofPhase({ wallClockSeconds: Math.round(minutes * 60) }),
      }
    case 'quota':
      return run.pauseQuota === null ? null : raisableQuota(run.pauseQuota)
    default:
      return null
  }
}

const unitWords = { usd: 'dollars', tokens: 'tokens', agents: 'agents' } as const

function raisableQuota({ id, unit, limit }: QuotaMet): RaisableLimit {
  const inUnit = (value: number) => (unit === 'usd' ? value : Math.round(value))
  return {
    title: 'Raise the quota',
    label: `New quota in ${unitWords[unit]}`,
    current: unit === 'usd' ? limit / 1e9 : limit,
    raise: (value) => ({ of: 'quota', id, patch: { unit, amount: inUnit(value) } }),
  }
}

function minutesOf(seconds: number | null): number | null {
  return seconds === null ? null : seconds / 60
}
