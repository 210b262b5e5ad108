import { type AgentState, spentBy } from '../agent/agent'
import { type Failure, failure } from '../agent/failure'
import { dollarWords } from '../base/dollar-words'
import { allTokens } from '../money/token-counts'
import type { AgentLimits } from '../spec/run'
import { notHeld } from './advice'
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

/** What an agent's own limits leave for its next turn. */
export type OwnRoom =
  /** `maxTokens`: output tokens. `isLast`: what remains is too little for another turn. */
  { kind: 'room'; maxTokens: number; isLast: boolean } | { kind: 'none'; failure: Failure }

/**
 * Tokens kept for an agent's last turn, in which it reports what it has: output, and results of its tools.
 */
const LAST_TURN = { outputTokens: 2_048, resultTokens: 4_000 } as const

/**
 * A turn's quote. `worstCaseAfter` gives the worst case in nanodollars of the following turn, whose prompt is
 * longer by `addedTokens` and which may have `maxTokens` of output.
 */
export type OwnQuote = Omit<TurnQuote, 'likelyTokens'> & {
  likelyTokens(): number
  worstCaseAfter(addedTokens: number, maxTokens: number): number | null
}

/**
 * The most output that an agent's own limits leave for its next turn. Reserved as under a run's cap: the worst
 * case has to fit, so the limit is never passed. Where the agent works in several turns (`keepsLast`),
 * as much is left as a last turn takes, unless nothing of use would remain for this one. What has no price
 * cannot be reserved in dollars, and has no room under a limit in them.
 */
export function roomWithin(
  agent: AgentState,
  { nanoUsd, tokens }: CallLimits,
  quote: OwnQuote,
  keepsLast: boolean,
): OwnRoom {
  if (nanoUsd === null && tokens === null) return { kind: 'room', maxTokens: quote.maxTokens, isLast: false }
  if (nanoUsd !== null && quote.worstCase(0) === null)
    return { kind: 'none', failure: notHeld(agent.model, `its own limit of ${dollarWords(nanoUsd)}`) }
  const { unsettledNanoUsd, reservedNanoUsd, unsettledTokens, usage } = agent
  // What is reserved now is for earlier attempts that a batch still carries.
  const spent = spentBy(agent) + unsettledNanoUsd + reservedNanoUsd
  const used = allTokens(usage) + unsettledTokens
  const fits = (tokensUsed: number, cost: number | null) =>
    (tokens === null || used + tokensUsed <= tokens) && (nanoUsd === null || spent + (cost ?? 0) <= nanoUsd)
  const room = largestFitting(quote.maxTokens, (output) =>
    fits(quote.inputTokens + output, quote.worstCase(output)),
  )
  const roomBeforeLast = largestFitting(room, (output) => {
    const first = quote.worstCase(output)
    const { outputTokens, resultTokens } = LAST_TURN
    const last = quote.worstCaseAfter(output + resultTokens, outputTokens)
    const both = first === null || last === null ? null : first + last
    return fits(2 * (quote.inputTokens + output) + resultTokens + outputTokens, both)
  })
  if (keepsLast && isUseful(roomBeforeLast, quote.likelyTokens()))
    return { kind: 'room', maxTokens: roomBeforeLast, isLast: false }
  if (isUseful(room, quote.maxTokens)) return { kind: 'room', maxTokens: room, isLast: true }
  return { kind: 'none', failure: tooLittleLeft({ nanoUsd, tokens }) }
}

/** What an agent fails with whose own limits of dollars and tokens leave nothing of use for its next turn. */
export function tooLittleLeft({ nanoUsd, tokens }: Pick<CallLimits, 'nanoUsd' | 'tokens'>): Failure {
  const limits = [
    ...(nanoUsd === null ? [] : [`$${nanoUsd / 1e9}`]),
    ...(tokens === null ? [] : [`${tokens.toLocaleString('en')} tokens`]),
  ]
  return failure(
    'agent-limit',
    `This agent's limit of ${limits.join(' and ')} leaves too little for its next turn. Raise \`limits\` in its call, or the per-agent limits of the launch.`,
  )
}
