import { spentBy } from '@/lib/core/agent/agent'
import { type Failure, failure } from '@/lib/core/agent/failure'
import { allTokens } from '@/lib/core/money/usage'
import type { AgentOptions } from '@/lib/core/ports/agent-store'
import type { Cancel } from '@/lib/core/ports/clock'
import { type ActiveRun, AgentCut } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'

/** A turn with less room than this would say nothing useful. */
const SMALLEST_USEFUL_TOKENS = 1024

/** While the run is paused, time stands still; looking more often would tell nothing new. */
const LOOK_AGAIN_MS = 250

/** What bounds one agent: the narrower of what its call and the launch allow, as the launch's are by now. */
function limitsOf(run: ActiveRun, options: AgentOptions) {
  const { perAgent } = run.state.run.limits
  const ofLaunchMs = perAgent.wallClockSeconds === null ? null : perAgent.wallClockSeconds * 1000
  return {
    nanoUsd: narrower(options.nanoUsd, perAgent.nanoUsd),
    tokens: narrower(options.tokens, perAgent.tokens),
    timeoutMs: narrower(options.timeoutMs, ofLaunchMs),
  }
}

function narrower(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b)
}

type Quote = { inputTokens: number; maxTokens: number; worstCase(maxTokens: number): number | null }

/**
 * The most output an agent's own limits leave for its next turn, or the failure they lead to. Reserved as under a run's cap:
 * the worst case has to fit, so that the limit is never passed. What has no price cannot be reserved in dollars.
 */
export function roomWithin(run: ActiveRun, agentId: string, options: AgentOptions, quote: Quote): number | Failure {
  const { nanoUsd, tokens } = limitsOf(run, options)
  if (nanoUsd === null && tokens === null) return quote.maxTokens
  const agent = run.agent(agentId)
  const { unsettledNanoUsd, reservedNanoUsd, unsettledTokens, usage } = agent
  // What is reserved now is for earlier attempts that a batch still carries.
  const spent = spentBy(agent) + unsettledNanoUsd + reservedNanoUsd
  const used = allTokens(usage) + unsettledTokens
  const fits = (room: number) =>
    (tokens === null || used + quote.inputTokens + room <= tokens) &&
    (nanoUsd === null || spent + (quote.worstCase(room) ?? 0) <= nanoUsd)
  if (fits(quote.maxTokens)) return quote.maxTokens
  let low = 0
  let high = quote.maxTokens
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  if (low >= Math.min(SMALLEST_USEFUL_TOKENS, quote.maxTokens)) return low
  const limits = [
    ...(nanoUsd === null ? [] : [`$${nanoUsd / 1e9}`]),
    ...(tokens === null ? [] : [`${tokens.toLocaleString('en')} tokens`]),
  ]
  return failure(
    'agent-limit',
    `This agent's limit of ${limits.join(' and ')} leaves too little for its next turn. Raise \`limits\` in its call, or the per-agent limits of the launch.`,
  )
}

/**
 * Cuts an agent that takes longer than its call and the launch allow, counted from its start in the run's work time:
 * without pauses, time in which nothing could work, and the time its turns are in batches. After a restart, what its
 * committed turns took is counted. Changed limits are felt at once. Returns what stops the clock.
 */
export function startClock(run: ActiveRun, agent: LiveAgent): () => void {
  const { agentId, options } = agent.spec
  const { ports, workTime, batchTime } = run
  // An agent that had started before goes on from here; another one begins when it is heard to start.
  const taken = { atMs: workTime.now(), awayMs: batchTime.ms(agentId, workTime.now()) }
  const hadStarted = run.agent(agentId).startedAt !== null
  let earlierMs: number | null = null
  let cancel: Cancel = () => {}
  let isStopped = false
  const look = () => {
    cancel()
    const { timeoutMs } = limitsOf(run, options)
    if (isStopped || timeoutMs === null || earlierMs === null) return
    const nowMs = workTime.now()
    const fromMs = hadStarted ? taken.atMs : (run.begunMs.get(agentId) ?? nowMs)
    const leftMs = timeoutMs - earlierMs - (nowMs - fromMs - (batchTime.ms(agentId, nowMs) - taken.awayMs))
    if (leftMs > 0) {
      cancel = ports.clock.awake.after(run.gate.isOpen ? leftMs : Math.max(leftMs, LOOK_AGAIN_MS), look)
      return
    }
    const why = failure('timeout', `The agent did not finish within ${timeoutMs / 1000} seconds.`)
    run.cut(agentId, new AgentCut('failed', why, null))
  }
  const begin = async () => {
    earlierMs = await workedBefore(run, agent)
    look()
  }
  begin().catch(ports.report)
  run.clocks.add(look)
  return () => {
    isStopped = true
    run.clocks.delete(look)
    cancel()
  }
}

async function workedBefore({ id, ports }: ActiveRun, { spec, turn }: LiveAgent): Promise<number> {
  if (turn === 0) return 0
  const turns = await ports.store.loadTurns(id, spec.agentId)
  const live = turns.filter(({ usage }) => usage.serviceTier !== 'batch')
  return live.reduce((sum, one) => sum + Date.parse(one.endedAt) - Date.parse(one.startedAt), 0)
}
