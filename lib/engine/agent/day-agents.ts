import type { Failure } from '@/lib/core/agent/failure'
import { type Payer, payerOf } from '@/lib/core/money/quotas'
import type { Needs } from '../context/active-run'

/** Where an agent is counted when it is made; null in a dry run, which nobody counts. */
export type Counted = { day: string; simulated: boolean; payer: Payer } | null

export type CountedToday =
  | { kind: 'counted'; counted: Counted }
  | { kind: 'again' }
  | { kind: 'ended'; why: Failure; cap: 'day-agents' | 'quota' }

/**
 * A raised cap, midnight, and the end of the run's other agents are all found by looking; none of them is in
 * a hurry.
 */
const CHECK_AGAIN_MS = 250

/**
 * Counts agents that are about to be made against the daily cap. Where there is no room the agents that were
 * made go on first; once nothing else of the run is at work, it pauses. After any wait the caller asks again,
 * its other caps included. A run that ends at its limits ends. Rejects when the run is stopped.
 */
export async function countToday(
  run: Needs<'gate' | 'id' | 'inLine' | 'journal' | 'pauses' | 'ports' | 'providerContext'>,
  asked: {
    count: number
    /** The agent that starts them; null for the script. */
    by: string | null
    signal: AbortSignal
    /** Puts on disk what must not wait that long. */
    beforeWait(): Promise<void>
  },
): Promise<CountedToday> {
  const answer = run.providerContext.dispatcher.countAgents(run.id, asked.count)
  if (answer.kind === 'counted') {
    const { run: header } = run.journal.state
    const { dryRun, simulated } = header
    const counted = { day: answer.day, simulated, payer: payerOf(header) }
    return { kind: 'counted', counted: dryRun === null ? counted : null }
  }
  await asked.beforeWait()
  if (asked.by !== null) run.inLine.add(asked.by)
  try {
    if (run.gate.isOpen && (run.journal.state.run.onLimit === 'end' || isAtRest(run))) {
      const why = await run.pauses.reachCap({ ...answer, phase: null })
      const cap = answer.reason === 'quota' ? 'quota' : 'day-agents'
      if (why !== null) return { kind: 'ended', why, cap }
    } else {
      note(run, answer.reason)
      await run.ports.clock.sleep(CHECK_AGAIN_MS, asked.signal)
    }
    await run.gate.pass(asked.signal)
    return { kind: 'again' }
  } finally {
    if (asked.by !== null) run.inLine.delete(asked.by)
  }
}

/** Noted once: the script is blocked, and nothing else in the run shows why. */
function note(run: Needs<'journal' | 'ports'>, reason: 'day-agent-cap' | 'quota'): void {
  const full = reason === 'quota' ? 'A quota of agents is used up' : 'The daily agent cap is reached'
  const said = `${full}: no new agents start until there is room; running agents continue.`
  const events = run.journal
    .newNotes([said])
    .map((message) => ({ type: 'run.noted', message, agentId: null, callSite: null }) as const)
  if (events.length > 0) run.journal.record(events).catch(run.ports.report)
}

/** Whether every agent has ended, or waits for agents: for its own, or for room to start them. */
function isAtRest({ journal: { state }, inLine }: Needs<'inLine' | 'journal'>): boolean {
  return [...state.agents.values()].every(
    ({ id, endedAt, status, reason }) =>
      endedAt !== null || (status === 'waiting' && reason === 'agents') || inLine.has(id),
  )
}
