import { type AgentState, spentBy } from '@/lib/core/agent/agent'
import { agentCount } from '@/lib/core/agent/agent-status'
import { unphased } from '@/lib/core/run/phases'
import type { RunState } from '@/lib/core/run/state'
import { formatCap, formatUsd } from '../format/money'
import { formatDuration } from '../format/time'

/** Where a run is heading, from the agents it has and how those before them went. */
export type Forecast = {
  /** Milliseconds until the agents that are known have ended. */
  leftMs: number
  /** Announced phases have no agents yet, so there is more to come than is counted here. */
  isAtLeast: boolean
  /** What the run will have spent by then, in nanodollars; null with unknown prices. */
  costNanoUsd: number | null
  /** Milliseconds until the cap is reached; null where it is not, or there is none. */
  capInMs: number | null
}

/** Fewer agents than these say nothing of those that follow. */
const FEWEST = 3

type Mean = { count: number; sumMs: number; sumNanoUsd: number }

/**
 * Expected end and cost of a running run. Each open agent is assumed to need the mean of the ended agents of
 * its phase (of all ended agents where its phase has too few), a running one half of it, with as many at once
 * as run now. Null without a basis: before three agents have ended, while nothing runs, when paused or ended.
 */
export function forecast(state: Needing) {
  const { run, phases, totals } = state
  if (run.status !== 'running') return null
  const need = needOf(state)
  if (need === null || need.running === 0) return null
  const { workMs, nanoUsd, spent } = need
  const leftMs = workMs / need.running
  const costNanoUsd = totals.costNanoUsd === null ? null : Math.round(nanoUsd)
  const cap = run.limits.nanoUsd
  const isOver = costNanoUsd !== null && cap !== null && costNanoUsd > cap
  return {
    leftMs,
    isAtLeast: phases.some(({ counts }) => agentCount(counts) === 0),
    costNanoUsd,
    capInMs: isOver ? Math.max(0, (leftMs * (cap - spent)) / (nanoUsd - spent)) : null,
  } satisfies Forecast
}

type Needing = Pick<RunState, 'run' | 'agents' | 'phases' | 'totals'>

/**
 * What the open agents of a run need in time of agents and in money, everything spent included; null before
 * three agents have ended. Also of a run that is paused.
 */
export function needOf({ agents, totals }: Pick<RunState, 'agents' | 'totals'>) {
  const open = [...agents.values()].filter(({ endedAt }) => endedAt === null)
  const meanOf = meansOf(agents.values())
  if (meanOf(null).count < FEWEST) return null
  const spent = totals.spentNanoUsd + totals.unsettledNanoUsd
  let [workMs, nanoUsd] = [0, spent]
  for (const agent of open) {
    const { count, sumMs, sumNanoUsd } = meanOf(agent)
    workMs += (sumMs / count) * (isAtWork(agent) ? 0.5 : 1)
    nanoUsd += Math.max(0, sumNanoUsd / count - costSoFar(agent))
  }
  return { workMs, nanoUsd, spent, open: open.length, running: open.filter(isAtWork).length }
}

/**
 * The mean need of ended agents: of an agent's phase, or of all where its phase has too few, and for null.
 * Reused answers took nothing and are left out.
 */
function meansOf(agents: Iterable<AgentState>): (like: AgentState | null) => Mean {
  const all = newMean()
  const byPhase = new Map<string, Mean>()
  for (const agent of agents) {
    if (agent.endedAt === null || agent.startedAt === null || agent.reusedFrom !== null) continue
    const phase = byPhase.get(phaseOf(agent)) ?? newMean()
    byPhase.set(phaseOf(agent), phase)
    const ms = Math.max(0, Date.parse(agent.endedAt) - Date.parse(agent.startedAt))
    for (const mean of [all, phase]) add(mean, agent, ms)
  }
  return (like) => {
    const own = like === null ? undefined : byPhase.get(phaseOf(like))
    return own !== undefined && own.count >= FEWEST ? own : all
  }
}

function isAtWork({ status }: AgentState): boolean {
  return status === 'running' || status === 'stalled'
}

function costSoFar(agent: AgentState): number {
  return spentBy(agent) + agent.unsettledNanoUsd
}

/** `~ 3m 20s`, `> 3m 20s` while phases have not started, and a dash where nothing is known. */
export function etaWords(forecast: Pick<Forecast, 'leftMs' | 'isAtLeast'> | null): string {
  if (forecast === null) return '–'
  return `${forecast.isAtLeast ? '>' : '~'} ${formatDuration(roundCoarsely(forecast.leftMs))}`
}

/** Whether the run stays under its cap, or when it reaches it. Null without a forecast. */
export function spendForecast(forecast: Forecast | null, capNanoUsd: number | null): string | null {
  if (forecast === null || forecast.costNanoUsd === null) return null
  if (forecast.capInMs !== null)
    return `reaches its ${formatCap(capNanoUsd)} cap in about ${formatDuration(roundCoarsely(forecast.capInMs))}`
  return `on track for ${formatUsd(forecast.costNanoUsd)}${forecast.isAtLeast ? '+' : ''}`
}

/** In steps that grow with the time left: an estimate that changes every second is unreadable. */
function roundCoarsely(ms: number): number {
  const stepOfMinutesMs = ms < 600_000 ? 10_000 : 60_000
  const stepMs = ms < 60_000 ? 5_000 : stepOfMinutesMs
  return Math.max(stepMs, Math.round(ms / stepMs) * stepMs)
}

function phaseOf(agent: AgentState): string {
  return agent.phase ?? unphased
}

function newMean(): Mean {
  return { count: 0, sumMs: 0, sumNanoUsd: 0 }
}

function add(mean: Mean, agent: AgentState, ms: number): void {
  mean.count += 1
  mean.sumMs += ms
  mean.sumNanoUsd += costSoFar(agent)
}
