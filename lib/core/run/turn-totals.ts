import { type AgentState, spentBy, unboundAgent } from '../agent/agent'
import { cacheSavedNanoUsd } from '../money/cache-saving'
import { addTokens } from '../money/token-counts'
import { tokenCounts } from '../money/usage'
import type { EventOf } from './events'
import { changeAgent, type Draft, knownAgent } from './fold-draft'
import { withSpend } from './phases'

/**
 * Reserves the worst case of a turn that leaves. One that leaves with others is waited for, and what is
 * reserved for it stays so, whatever becomes of its agent.
 */
export function reserveForTurn(draft: Draft, event: EventOf<'turn.started'>, at: string): void {
  const reserved = event.reservedNanoUsd ?? 0
  const { batchId, turn, attempt } = event
  draft.totals.reservedNanoUsd += reserved
  changeAgent(draft, event.agentId, at, (agent) => {
    const more = { reservedNanoUsd: agent.reservedNanoUsd + reserved, startedAt: agent.startedAt ?? at }
    if (batchId === null) return { ...agent, ...unboundAgent, ...more, status: 'running' }
    const inBatch = [...agent.inBatch, { batchId, turn, attempt, reservedNanoUsd: reserved }]
    return { ...agent, ...unboundAgent, ...more, status: 'waiting', reason: 'batch', inBatch }
  })
}

/** Books the tokens and the cost of a turn that came back, and frees what was reserved for it. */
export function bookTurn(draft: Draft, event: EventOf<'turn.committed'>, at: string): void {
  const agent = knownAgent(draft, event.agentId)
  const tokens = tokenCounts(event.usage)
  const totals = draft.totals
  Object.assign(totals, addTokens(totals, tokens))
  totals.turns += 1
  const { reserved, left } = release(agent, event)
  totals.reservedNanoUsd -= reserved
  if (!event.usage.isMetered) totals.unmeteredTurns += 1
  else if (event.cost === null) totals.unpricedTurns += 1
  if (event.isWasted) {
    totals.wastedTurns += 1
    totals.wastedNanoUsd += event.cost?.totalNanoUsd ?? 0
  }
  totals.unsettledNanoUsd += event.unsettled?.nanoUsd ?? 0
  totals.unsettledTokens += event.unsettled?.tokens ?? 0
  totals.spentNanoUsd += event.cost?.totalNanoUsd ?? 0
  totals.cacheSavedNanoUsd += cacheSavedNanoUsd(event.usage, event.cost)
  totals.costNanoUsd =
    totals.costNanoUsd === null || event.cost === null ? null : totals.costNanoUsd + event.cost.totalNanoUsd
  draft.phases = withSpend(draft.phases, agent.phase, event.cost?.totalNanoUsd ?? 0)
  changeAgent(draft, event.agentId, at, (before) => ({
    ...before,
    model: event.model,
    turns: before.turns + 1,
    ...left,
    usage: addTokens(before.usage, tokens),
    costNanoUsd:
      before.costNanoUsd === null || event.cost === null
        ? null
        : before.costNanoUsd + event.cost.totalNanoUsd,
    spentNanoUsd: spentBy(before) + (event.cost?.totalNanoUsd ?? 0),
    unmeteredTurns: before.unmeteredTurns + (event.usage.isMetered ? 0 : 1),
    unsettledNanoUsd: before.unsettledNanoUsd + (event.unsettled?.nanoUsd ?? 0),
    unsettledTokens: before.unsettledTokens + (event.unsettled?.tokens ?? 0),
  }))
}

/** Frees what was reserved for a try of a turn that failed, and keeps apart what it has probably cost. */
export function loseTurn(draft: Draft, event: EventOf<'turn.failed'>, at: string): void {
  const agent = knownAgent(draft, event.agentId)
  const { reserved, left } = release(agent, event)
  draft.totals.reservedNanoUsd -= reserved
  draft.totals.unsettledNanoUsd += event.unsettledNanoUsd
  draft.totals.unsettledTokens += event.unsettledTokens
  draft.totals.retries += event.willRetry ? 1 : 0
  changeAgent(draft, event.agentId, at, (before) => ({
    ...before,
    ...left,
    retries: before.retries + (event.willRetry ? 1 : 0),
    unsettledNanoUsd: before.unsettledNanoUsd + event.unsettledNanoUsd,
    unsettledTokens: before.unsettledTokens + event.unsettledTokens,
  }))
}

/** What was booked is other than it was; tokens, turns and everything else stay. */
export function reprice(draft: Draft, event: EventOf<'run.repriced'>): void {
  const { agents, costNanoUsd, unpricedTurns, cacheSavedNanoUsd } = event
  for (const { agentId, costNanoUsd: cost, changeNanoUsd, unsettledChangeNanoUsd } of agents) {
    const { phase } = knownAgent(draft, agentId)
    changeAgent(draft, agentId, null, (agent) => ({
      ...agent,
      costNanoUsd: cost,
      spentNanoUsd: spentBy(agent) + changeNanoUsd,
      unsettledNanoUsd: agent.unsettledNanoUsd + unsettledChangeNanoUsd,
    }))
    draft.totals.spentNanoUsd += changeNanoUsd
    draft.totals.unsettledNanoUsd += unsettledChangeNanoUsd
    draft.phases = withSpend(draft.phases, phase, changeNanoUsd)
  }
  draft.totals.costNanoUsd = costNanoUsd
  draft.totals.unpricedTurns = unpricedTurns
  if (cacheSavedNanoUsd !== null) draft.totals.cacheSavedNanoUsd = cacheSavedNanoUsd
}

/**
 * Nanodollars reserved for the turns of an agent that batches carry: billed whether or not somebody waits for
 * them.
 */
export function reservedInBatch({ inBatch }: AgentState): number {
  return inBatch.reduce((sum, { reservedNanoUsd }) => sum + reservedNanoUsd, 0)
}

/** What was reserved for one turn of an agent, and its turns that batches still carry without it. */
function release(agent: AgentState, { turn, attempt }: { turn: number; attempt: number }) {
  const own = agent.inBatch.find((one) => one.turn === turn && one.attempt === attempt)
  const inBatch = agent.inBatch.filter((one) => one !== own)
  const reserved = own?.reservedNanoUsd ?? agent.reservedNanoUsd - reservedInBatch(agent)
  return { reserved, left: { reservedNanoUsd: agent.reservedNanoUsd - reserved, inBatch } }
}
