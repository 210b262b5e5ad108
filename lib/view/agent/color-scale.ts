import type { AgentState } from '@/lib/core/agent/agent'
import type { RunState } from '@/lib/core/run/state'
import { formatUsd } from '../format/money'
import { formatTokens } from '../format/numbers'
import { formatDuration } from '../format/time'
import { allTokens } from './run-spend'

/** What the cells of the map are coloured by. */
export const colorByOptions = ['state', 'cost', 'tokens', 'time'] as const
export type ColorBy = (typeof colorByOptions)[number]
export type Measure = Exclude<ColorBy, 'state'>

export const colorByLabels: Readonly<Record<ColorBy, string>> = {
  state: 'State',
  cost: 'Cost',
  tokens: 'Tokens',
  time: 'Time',
}

/** Steps of a scale: more could not be told apart in a cell. */
export const colorScaleSteps = 7

/**
 * What an agent weighs in a measure; null where it is not known. Time counts from its start to its end, or
 * until now.
 */
export function weightOf(agent: AgentState, measure: Measure, nowMs: number): number | null {
  if (measure === 'cost') return agent.costNanoUsd
  if (measure === 'tokens') return allTokens(agent.usage)
  if (agent.startedAt === null) return 0
  return Math.max(
    0,
    (agent.endedAt === null ? nowMs : Date.parse(agent.endedAt)) - Date.parse(agent.startedAt),
  )
}

/**
 * The top of a scale: the heaviest agent, rounded up to 1, 2 or 5 of its size, so the picture seldom
 * changes.
 */
export function topOf(state: RunState, measure: Measure, nowMs: number): number {
  let most = 0
  for (const agent of state.agents.values()) most = Math.max(most, weightOf(agent, measure, nowMs) ?? 0)
  if (most <= 0) return 0
  const size = 10 ** Math.floor(Math.log10(most))
  return size * ([1, 2, 5].find((times) => times * size >= most) ?? 10)
}

/**
 * The step of a weight on a scale, from 0; by its root, since a few agents weigh most of all. Null stays
 * unknown.
 */
export function stepOf(weight: number | null, top: number): number | null {
  if (weight === null) return null
  if (top <= 0 || weight <= 0) return 0
  return Math.min(colorScaleSteps, Math.ceil(Math.sqrt(weight / top) * colorScaleSteps))
}

/** A weight in words. */
export function weightText(weight: number, measure: Measure): string {
  if (measure === 'cost') return formatUsd(weight)
  return measure === 'tokens' ? formatTokens(weight) : formatDuration(weight)
}

/** How strong a step of the scale is drawn. */
export function colorScaleAlpha(step: number): number {
  return 0.06 + (0.94 * step) / colorScaleSteps
}
