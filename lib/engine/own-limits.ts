import { type Failure, failure } from '@/lib/core/failure'
import type { AgentOptions } from '@/lib/core/store'
import { type ActiveRun, AgentCut } from './active-run'
import type { LiveAgent } from './live-agent'

/** A turn with less room than this would say nothing useful. */
const SMALLEST_USEFUL_TOKENS = 1024

/** While the run is paused, time stands still; looking more often would tell nothing new. */
const LOOK_AGAIN_MS = 250

type Quote = { inputTokens: number; maxTokens: number; worstCase(maxTokens: number): number | null }

/**
 * The most output an agent's own limits leave for its next turn, or the failure they lead to. Held as a run's cap is:
 * the worst case has to fit, so that the limit is never passed. What has no price cannot be held in dollars.
 */
export function roomWithin(run: ActiveRun, agentId: string, options: AgentOptions, quote: Quote): number | Failure {
  const { nanoUsd, tokens } = options
  if (nanoUsd === null && tokens === null) return quote.maxTokens
  const { costNanoUsd, unsettledNanoUsd, usage } = run.agent(agentId)
  const spent = (costNanoUsd ?? 0) + unsettledNanoUsd
  const used = usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens
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
    `This agent's own limit of ${limits.join(' and ')} leaves too little for its next turn. Raise \`limits\` in its call.`,
  )
}

/**
 * Cuts an agent that takes longer than its call allows, counted from its start, without the run's pauses and the time
 * its turns are in batches. After a restart, what its committed turns took is counted. Returns what stops the clock.
 */
export function startClock(run: ActiveRun, agent: LiveAgent): () => void {
  const { agentId, options } = agent.spec
  const { timeoutMs } = options
  if (timeoutMs === null) return () => {}
  const { ports } = run
  const idleMs = () => pausedSoFar(run) + run.away.ms(agentId, ports.now())
  let base = { atMs: ports.now(), idleMs: idleMs() }
  let earlierMs = 0
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const arm = (delayMs: number) => {
    if (!isStopped) timer = setTimeout(look, Math.max(1, delayMs)).unref()
  }
  const look = () => {
    const { startedAt } = run.agent(agentId)
    if (startedAt === null) base = { atMs: ports.now(), idleMs: idleMs() }
    const fromMs = Math.max(base.atMs, startedAt === null ? 0 : Date.parse(startedAt))
    const workedMs = earlierMs + ports.now() - fromMs - (idleMs() - base.idleMs)
    const leftMs = timeoutMs - workedMs
    if (leftMs > 0) return arm(run.gate.isOpen ? leftMs : Math.max(leftMs, LOOK_AGAIN_MS))
    const why = failure('timeout', `The agent did not finish within its ${timeoutMs / 1000} seconds.`)
    run.cut(agentId, new AgentCut('failed', why, null))
  }
  const begin = async () => {
    if (agent.turn > 0) {
      const turns = await ports.store.loadTurns(run.id, agentId)
      const live = turns.filter(({ usage }) => usage.serviceTier !== 'batch')
      earlierMs = live.reduce((sum, turn) => sum + Date.parse(turn.endedAt) - Date.parse(turn.startedAt), 0)
    }
    arm(timeoutMs - earlierMs)
  }
  begin().catch(ports.report)
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}

function pausedSoFar(run: ActiveRun): number {
  const { pausedMs, pausedAt } = run.state.run
  return pausedMs + (pausedAt === null ? 0 : run.ports.now() - Date.parse(pausedAt))
}
