import { failure } from '@/lib/core/agent/failure'
import { ownLimits } from '@/lib/core/caps/own-limits'
import type { Cancel } from '@/lib/core/ports/clock'
import type { Needs } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import { AgentCut } from '../parts/stops'

/** While the run is paused, time stands still; looking more often would tell nothing new. */
const LOOK_AGAIN_MS = 250

/**
 * Cuts an agent that takes longer than its call and the launch allow, counted from its start in the run's
 * work time: without pauses, time in which nothing could work, and the time its turns are in batches. After a
 * restart, what its committed turns took is counted. Changed limits are felt at once. Returns what stops the
 * clock.
 */
export function startClock(
  run: Needs<'agentClocks' | 'batchTime' | 'gate' | 'id' | 'journal' | 'ports' | 'stops' | 'workTime'>,
  agent: LiveAgent,
): () => void {
  const { agentId, options } = agent.spec
  const { ports, workTime, batchTime } = run
  // An agent that had started before goes on from here; another one begins when it is heard to start.
  const taken = { atMs: workTime.now(), awayMs: batchTime.ms(agentId, workTime.now()) }
  const hadStarted = run.journal.agent(agentId).startedAt !== null
  let earlierMs: number | null = null
  let cancel: Cancel = () => {}
  let isStopped = false
  const look = () => {
    cancel()
    const { timeoutMs } = ownLimits(options, run.journal.state.run.limits.perAgent)
    if (isStopped || timeoutMs === null || earlierMs === null) return
    const nowMs = workTime.now()
    const fromMs = hadStarted ? taken.atMs : (run.agentClocks.begunMs(agentId) ?? nowMs)
    const leftMs = timeoutMs - earlierMs - (nowMs - fromMs - (batchTime.ms(agentId, nowMs) - taken.awayMs))
    if (leftMs > 0) {
      cancel = ports.clock.awake.after(run.gate.isOpen ? leftMs : Math.max(leftMs, LOOK_AGAIN_MS), look)
      return
    }
    const why = failure('timeout', `The agent did not finish within ${timeoutMs / 1000} seconds.`)
    run.stops.cut(agentId, new AgentCut('failed', why, null))
  }
  const begin = async () => {
    earlierMs = await workedBefore(run, agent)
    look()
  }
  begin().catch(ports.report)
  const unwatch = run.agentClocks.watch(look)
  return () => {
    isStopped = true
    unwatch()
    cancel()
  }
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
