import type { WaitReason } from '@/lib/core/agent/agent'
import type { WaitedQuota } from '@/lib/core/spec/quota-met'
import type { HeldCap } from '@/lib/core/spec/run'
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
  { cap, quota }: { cap: HeldCap | null; quota: WaitedQuota | null } = { cap: null, quota: null },
): void {
  const agent = run.journal.agent(agentId)
  const until = untilMs === null ? null : new Date(untilMs).toISOString()
  const isKnown =
    agent.status === 'waiting' &&
    agent.reason === reason &&
    agent.waitingCap === cap &&
    agent.waitingQuota?.name === quota?.name
  if (isKnown && agent.waitingUntil === until) return
  const event = {
    type: 'agent.waiting',
    agentId,
    reason,
    until,
    cap,
    ...(quota === null ? {} : { quota }),
  } as const
  run.journal.record([event]).catch(run.ports.report)
}
