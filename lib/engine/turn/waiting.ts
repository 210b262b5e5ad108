import type { WaitReason } from '@/lib/core/agent/agent'
import type { Needs } from '../context/active-run'

/**
 * Waits while the run is paused and records that the agent waits. An agent that has not begun stays queued,
 * so nothing is recorded for it.
 */
export async function passGate(
  run: Needs<'gate' | 'journal' | 'ports'>,
  agentId: string,
  signal: AbortSignal,
): Promise<{ hadToWait: boolean }> {
  if (run.gate.isOpen) return { hadToWait: false }
  if (run.journal.agent(agentId).status !== 'queued') wait(run, agentId, 'paused', null)
  await run.gate.pass(signal)
  return { hadToWait: true }
}

/** Lets everybody see what an agent waits for; said once, however often it is found to be so. */
export function wait(
  run: Needs<'journal' | 'ports'>,
  agentId: string,
  reason: Exclude<WaitReason, 'agents'>,
  untilMs: number | null,
): void {
  const agent = run.journal.agent(agentId)
  const until = untilMs === null ? null : new Date(untilMs).toISOString()
  if (agent.status === 'waiting' && agent.reason === reason && agent.waitingUntil === until) return
  run.journal.record([{ type: 'agent.waiting', agentId, reason, until }]).catch(run.ports.report)
}
