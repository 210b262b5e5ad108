import { type AgentState, spentBy } from '../agent/agent'
import { type Failure, failure } from '../agent/failure'
import { allTokens } from '../money/usage'
import type { AgentLimits } from '../spec/run'
import { isUseful, largestFitting, type TurnQuote } from './room'

/** What one `agent()` call allows its agent; null means nothing of its own. Milliseconds of work. */
export type CallLimits = { nanoUsd: number | null; tokens: number | null; timeoutMs: number | null }

/** What bounds one agent: the narrower of what its call and the launch allow, as the launch's are by now. */
export function ownLimits(ofCall: CallLimits, ofLaunch: AgentLimits): CallLimits {
  const ofLaunchMs = ofLaunch.wallClockSeconds === null ? null : ofLaunch.wallClockSeconds * 1000
  return {
    nanoUsd: narrower(ofCall.nanoUsd, ofLaunch.nanoUsd),
    tokens: narrower(ofCall.tokens, ofLaunch.tokens),
    timeoutMs: narrower(ofCall.timeoutMs, ofLaunchMs),
  }
}

function narrower(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}

/**
 * The most output an agent's own limits leave for its next turn, in tokens, or the failure they lead to.
 * Reserved as under a run's cap: the worst case has to fit, so the limit is never passed. What has no
 * price cannot be reserved in dollars.
 */
export function roomWithin(
  agent: AgentState,
  { nanoUsd, tokens }: CallLimits,
  quote: TurnQuote,
): number | Failure {
  if (nanoUsd === null && tokens === null) return quote.maxTokens
  const { unsettledNanoUsd, reservedNanoUsd, unsettledTokens, usage } = agent
  // What is reserved now is for earlier attempts that a batch still carries.
  const spent = spentBy(agent) + unsettledNanoUsd + reservedNanoUsd
  const used = allTokens(usage) + unsettledTokens
  const room = largestFitting(
    quote.maxTokens,
    (output) =>
      (tokens === null || used + quote.inputTokens + output <= tokens) &&
      (nanoUsd === null || spent + (quote.worstCase(output) ?? 0) <= nanoUsd),
  )
  if (isUseful(room, quote.maxTokens)) return room
  const limits = [
    ...(nanoUsd === null ? [] : [`$${nanoUsd / 1e9}`]),
    ...(tokens === null ? [] : [`${tokens.toLocaleString('en')} tokens`]),
  ]
  return failure(
    'agent-limit',
    `This agent's limit of ${limits.join(' and ')} leaves too little for its next turn. Raise \`limits\` in its call, or the per-agent limits of the launch.`,
  )
}
