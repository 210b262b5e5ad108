import type { AgentStatus } from '@/lib/core/agent/agent-status'
import type { StoredAgent } from '@/lib/core/ports/agent-store'
import type { EngineStore } from '@/lib/core/ports/store'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import type { Briefing } from '@/lib/core/spec/briefing'
import type { Limits, RunSpec } from '@/lib/core/spec/run'
import { ReplaySource } from '../context/replay-source'

/** What the journal already says when a run is taken up: nothing for a new run. */
export type RunHistory = {
  journal: readonly Envelope[]
  agents: ReadonlyMap<string, StoredAgent>
  /** Sources of called workflows, by digest. */
  sources: ReadonlyMap<string, string>
}

/** Reads what is on disk of a run. */
export async function runHistoryOf(store: EngineStore, runId: string): Promise<RunHistory> {
  const journal = await wholeJournal(store, runId)
  const agents = new Map((await store.loadAgents(runId)).map((agent) => [agent.state.id, agent]))
  const sources = new Map<string, string>()
  for (const { event } of journal) {
    if (event.type !== 'workflow.entered' || sources.has(event.digest)) continue
    const source = await store.loadSource(runId, event.digest)
    if (source !== null) sources.set(event.digest, source)
  }
  return { journal, agents, sources }
}

/** Events that are read in one go: each is checked, and a long journal would hold up everything else. */
const EVENTS_AT_ONCE = 1_000

async function wholeJournal(store: EngineStore, runId: string): Promise<Envelope[]> {
  const journal: Envelope[] = []
  for (;;) {
    const some = await store.readJournal(runId, journal.at(-1)?.seq ?? 0, EVENTS_AT_ONCE)
    for (const envelope of some) journal.push(envelope)
    if (some.length < EVENTS_AT_ONCE) return journal
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What a fork begins with. An origin that is gone meanwhile has nothing left to give. */
export async function replaySourceOf(
  store: EngineStore,
  from: RunSpec['forkedFrom'],
): Promise<ReplaySource | null> {
  if (from === null) return null
  const { journal, agents, sources } = await runHistoryOf(store, from.runId)
  const given = [...agents.values()].filter(({ state }) => !from.isRetry || !isRetried(state.status))
  return journal.length === 0
    ? null
    : new ReplaySource({ runId: from.runId, journal, agents: given, sources, byPrompt: from.byPrompt })
}

/** Whether an agent that ended so is asked again when its run is retried. */
export function isRetried(status: AgentStatus): boolean {
  return status === 'failed' || status === 'cancelled' || status === 'skipped'
}

/**
 * The caps as the script began, whatever they are by now: what it reads of them must not change when it is
 * replayed.
 */
export function limitsAtStart(journal: readonly Envelope[]): Limits | null {
  let limits: Limits | null = null
  for (const { event } of journal) {
    if (event.type === 'run.created') limits = event.spec.limits
    if (event.type === 'run.limits-changed') limits = event.limits
    if (event.type === 'run.started') break
  }
  return limits
}

/** What the agents of a run are told, as it was when the run was made. */
export function briefingIn([first]: readonly Envelope[]): Briefing | null {
  return first?.event.type === 'run.created' ? (first.event.briefing ?? null) : null
}

/** The limit that agents have met already, in a run that is to end at its limits; null when there is none. */
export function limitMet({ run, agents }: RunState): string | null {
  if (run.onLimit !== 'end') return null
  for (const agent of agents.values()) if (agent.failure?.kind === 'limit') return agent.failure.message
  return null
}
