import { type Failure, failure } from '@/lib/core/agent/failure'
import { ownLimits } from '@/lib/core/caps/own-limits'
import type { Cancel } from '@/lib/core/ports/clock'
import type { Needs } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import { AgentCut } from '../parts/stops'

/** The time limit of one attempt of an agent. */
export type AgentTimeout = {
  /** The share of its time that is left, and what it fails with at the end of it; null where it has no limit. */
  left(): { share: number; failure: Failure } | null
  stop(): void
}

/** While the run is paused no time passes, so checking more often would find nothing new. */
const CHECK_AGAIN_MS = 250

/**
 * Cuts an agent that takes longer than its call and the launch allow, counted from its start in the run's
 * work time: without pauses, time in which nothing could work, and the time its turns are in batches. After a
 * restart, what its committed turns took is counted. Changed limits are felt at once.
 */
export function startTimeout(
  run: Needs<'agentStarts' | 'batchWaitTime' | 'gate' | 'id' | 'journal' | 'ports' | 'stops' | 'workTime'>,
  agent: LiveAgent,
): AgentTimeout {
  const { agentId, options } = agent.spec
  const { ports, workTime, batchWaitTime } = run
  // An agent that had started before goes on from here; another one begins when it is heard to start.
  const taken = { atMs: workTime.now(), awayMs: batchWaitTime.ms(agentId, workTime.now()) }
  const hadStarted = run.journal.agent(agentId).startedAt !== null
  let earlierMs: number | null = null
  let cancel: Cancel = () => {}
  let isStopped = false
  /** Milliseconds that are left, and its limit; null where it has none. */
  const remaining = (): { leftMs: number; timeoutMs: number } | null => {
    const { timeoutMs } = ownLimits(options, run.journal.state.run.limits.perAgent)
    if (timeoutMs === null || earlierMs === null) return null
    const nowMs = workTime.now()
    const fromMs = hadStarted ? taken.atMs : (run.agentStarts.begunMs(agentId) ?? nowMs)
    const workedMs = earlierMs + nowMs - fromMs - (batchWaitTime.ms(agentId, nowMs) - taken.awayMs)
    return { leftMs: timeoutMs - workedMs, timeoutMs }
  }
  const check = () => {
    cancel()
    const time = remaining()
    if (isStopped || time === null) return
    const { leftMs, timeoutMs } = time
    if (leftMs > 0) {
      cancel = ports.clock.awake.after(run.gate.isOpen ? leftMs : Math.max(leftMs, CHECK_AGAIN_MS), check)
      return
    }
    run.stops.cut(agentId, new AgentCut('failed', timeUp(timeoutMs), null))
  }
  const begin = async () => {
    earlierMs = await workedBefore(run, agent)
    check()
  }
  begin().catch(ports.report)
  const unwatch = run.agentStarts.watch(check)
  return {
    left() {
      const time = remaining()
      if (time === null) return null
      return { share: time.leftMs / time.timeoutMs, failure: timeUp(time.timeoutMs) }
    },
    stop() {
      isStopped = true
      unwatch()
      cancel()
    },
  }
}

function timeUp(timeoutMs: number): Failure {
  return failure('timeout', `The agent did not finish within ${timeoutMs / 1000} seconds.`)
}

async function workedBefore(
  { id, ports }: Needs<'id' | 'ports'>,
  { spec, turn }: LiveAgent,
): Promise<number> {
  if (turn === 0) return 0
  const turns = await ports.store.loadTurns(id, spec.agentId)
  const live = turns.filter(({ usage }) => usage.serviceTier !== 'batch')
  return live.reduce((sum, one) => sum + Date.parse(one.endedAt) - Date.parse(one.startedAt), 0)
}
