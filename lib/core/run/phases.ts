import type { AgentStatus } from '../agent/agent-status'
import { noAgents } from '../agent/agent-status'
import type { PhaseState } from '../agent/phase-state'
import type { Phase } from '../spec/run-status'
import { withClock } from './phase-clock'

/** Agents without a phase of their own are grouped under this title. */
export const unphased = 'Agents'

/** A phase in which nothing has happened. */
export function newPhase(phase: Phase): PhaseState {
  return { ...phase, counts: noAgents(), spentNanoUsd: 0, workedMs: 0, workingSince: null }
}

/** The phases with one of this title; a title nobody declared gets a group of its own at the end. */
export function withPhase(phases: PhaseState[], title: string): PhaseState[] {
  return phases.some((phase) => phase.title === title) ? phases : [...phases, undeclared(title)]
}

/**
 * Adds a called workflow's phase. A phase with the same title joins the existing group and keeps that group's
 * description.
 */
export function withDeclared(phases: PhaseState[], { title, detail, model }: Phase): PhaseState[] {
  return changed(phases, title, (phase) =>
    phase.detail === null && phase.model === null ? { ...phase, detail, model } : phase,
  )
}

/** With an agent of one phase counted under another status; `from` is null for one that was just made. */
export function withCount(
  phases: PhaseState[],
  title: string | null,
  from: AgentStatus | null,
  to: AgentStatus,
): PhaseState[] {
  return changed(phases, title ?? unphased, (phase) => {
    const counts = { ...phase.counts, [to]: phase.counts[to] + 1 }
    if (from !== null) counts[from] -= 1
    return { ...phase, counts }
  })
}

/** With nanodollars added to what one phase has spent; negative ones are taken away. */
export function withSpend(phases: PhaseState[], title: string | null, nanoUsd: number): PhaseState[] {
  return changed(phases, title ?? unphased, (phase) => ({
    ...phase,
    spentNanoUsd: phase.spentNanoUsd + nanoUsd,
  }))
}

/**
 * Starts or stops the clock of each phase according to the run and its agents; unchanged phases stay the same
 * object.
 */
export function withClocks(phases: PhaseState[], isRunning: boolean, at: string): PhaseState[] {
  const next = phases.map((phase) => withClock(phase, isRunning, at))
  return next.some((phase, index) => phase !== phases[index]) ? next : phases
}

/** With time in which nothing could work taken from the clocks that go. */
export function withSkip(phases: PhaseState[], ms: number): PhaseState[] {
  return phases.map((phase) =>
    phase.workingSince === null ? phase : { ...phase, workedMs: phase.workedMs - ms },
  )
}

function changed(phases: PhaseState[], title: string, next: (phase: PhaseState) => PhaseState): PhaseState[] {
  const index = phases.findIndex((phase) => phase.title === title)
  if (index < 0) return [...phases, next(undeclared(title))]
  return phases.map((phase, at) => (at === index ? next(phase) : phase))
}

function undeclared(title: string): PhaseState {
  return newPhase({ title, detail: null, model: null })
}
