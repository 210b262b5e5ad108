import { type Failure, failure } from '@/lib/core/agent/failure'
import { cutsOf } from '@/lib/core/caps/output-room'
import { type OwnRoom, ownLimits, roomWithin, tooLittleLeft } from '@/lib/core/caps/own-limits'
import { modelRules, outputLimit } from '@/lib/core/money/models'
import { findPrice } from '@/lib/core/money/pricing'
import type { Message } from '@/lib/core/ports/ports'
import type { Needs, ScriptedRun } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import type { TurnPlan } from '../context/turn-plan'
import type { AgentTimeout } from '../turn/agent-timeout'
import { promptTokenBound } from '../turn/prompt-size'
import { withShown } from '../turn/shown-request'
import { quoteOf } from '../turn/turn-quote'
import { requestOf } from '../turn/turn-request'
import { canBeShortened, contextOf, contextSize, goOnFromSummary } from './compaction'
import { type FollowUp, followUps, isGoingOn, saysOnly, wasTold } from './follow-ups'
import { correctionsIn, flagTool } from './prompts'
import { deliverSteering, say } from './say'

/** What an agent's next turn takes. */
export function planOf(run: Needs<'journal' | 'ports'>, agent: LiveAgent, signal: AbortSignal): TurnPlan {
  const { spec, fence, model, phase, position, turn, attempt, messages, known } = agent
  const most = outputLimit(model, spec.options.delivery)
  const { room } = cutsOf(agent.marks, most)
  return {
    spec,
    fence,
    model,
    phase,
    position,
    turn,
    attempt,
    maxTokens: Math.min(most, Math.max(spec.options.maxTokens, room ?? 0)),
    cutRoom: room,
    keepsLastTurn: worksInTurns(agent) && !wasTold(messages, 'last'),
    taskBudgetTokens: taskBudgetOf(run, agent),
    messages,
    known,
    signal,
  }
}

/**
 * Tells an agent before its next turn what people said to it since, and that it comes near a limit of its own:
 * first to finish, then that this is its last turn. Gives the failure of one that has had it.
 */
export async function prepareTurn(
  run: ScriptedRun,
  agent: LiveAgent,
  clock: AgentTimeout,
  signal: AbortSignal,
): Promise<Failure | null> {
  // A turn that is with a provider already was sent without what is to be said now.
  if (run.batches.isInBatch({ agentId: agent.spec.agentId, turn: agent.turn, attempt: agent.attempt }))
    return null
  if (agent.isBoundElsewhere) await goOnFromSummary(run, agent, 'account')
  await deliverSteering(run, agent)
  const context = await keepWithinContext(run, agent, signal)
  if (context !== 'roomy') return context === 'summarising' ? null : context
  return keepWithinLimits(run, agent, limitsOf(run, agent, clock, signal))
}

/**
 * Has a conversation that is full summarised, and tells an agent whose conversation fills up. Gives the failure
 * of a prompt that its model cannot take.
 */
async function keepWithinContext(
  run: ScriptedRun,
  agent: LiveAgent,
  signal: AbortSignal,
): Promise<'roomy' | 'summarising' | Failure> {
  // It was asked before a crash, and has not answered yet.
  const last = agent.messages.at(-1)
  if (last !== undefined && saysOnly(last, 'summarise')) return 'summarising'
  // The parts of a text are put together, which a summary between them would prevent.
  const context = isGoingOn(agent.messages) ? 'roomy' : contextOf(run, agent)
  const isFull = context === 'full' && !wasTold(agent.messages, 'last')
  const tooLong = await beyondWindow(run, agent, isFull ? SUMMARY_TOKENS : 0, signal)
  if (tooLong === null && isFull) {
    await tell(run, agent, 'summarise')
    return 'summarising'
  }
  if (tooLong !== null && canBeShortened(agent)) {
    // It has grown by more than was guessed: there is no room left to be asked for a summary in.
    await goOnFromSummary(run, agent, 'length')
    return (await beyondWindow(run, agent, 0, signal)) ?? 'roomy'
  }
  if (tooLong !== null) return tooLong
  if (context === 'filling' && !wasTold(agent.messages, 'filling')) await tell(run, agent, 'filling')
  return 'roomy'
}

/** What has to be left of a window for an agent to be asked for a summary, and to write one, in tokens. */
const SUMMARY_TOKENS = 4_000

/** Tells an agent that it comes near a limit of its own. Gives the failure of one that has had its last turn. */
async function keepWithinLimits(
  run: Needs<'journal'>,
  agent: LiveAgent,
  limits: readonly OwnLimit[],
): Promise<Failure | null> {
  const met = limits.find(({ left }) => left === 'last') ?? limits.find(({ left }) => left === 'few')
  if (met === undefined) return null
  if (hadLastTurn(agent)) return met.why
  const isOver = turnsOver(agent) > 0
  // A text that goes on is as good as its end: nothing is put in between.
  if (isGoingOn(agent.messages)) return met.left === 'last' && isOver ? met.why : null
  if (!worksInTurns(agent)) return isOver ? met.why : null
  const what: FollowUp = met.left === 'last' ? 'last' : 'finish'
  if (!wasTold(agent.messages, 'last') && !wasTold(agent.messages, what)) await tell(run, agent, what)
  return null
}

/**
 * Why a prompt is not sent: it is longer than its model's window, of which so much is to be left. Where a bound
 * says that it may be, the provider is asked to count it; where it cannot, a guess decides.
 */
async function beyondWindow(
  run: Needs<'id' | 'journal' | 'ports' | 'providerContext'>,
  agent: LiveAgent,
  keptTokens: number,
  signal: AbortSignal,
): Promise<Failure | null> {
  const window = modelRules(agent.model).contextTokens
  if (promptTokenBound(agent.spec, agent.messages, agent.known) + keptTokens <= window) return null
  const request = requestOf(planOf(run, agent, signal), 1, 'standard', '5m')
  const counted = await run.providerContext.provider.countTokens(await withShown(run, request), signal)
  const tokens = counted ?? contextSize(agent)
  if (tokens + keptTokens <= window) return null
  return failure(
    'context-window',
    `The prompt has ${counted === null ? 'about ' : ''}${tokens.toLocaleString('en')} tokens, and ${agent.model} takes ${window.toLocaleString('en')}. It was not sent. Give the agent less, or answers by reference.`,
  )
}

async function tell(run: Needs<'journal'>, agent: LiveAgent, what: FollowUp): Promise<void> {
  await say(run, agent, [], { role: 'user', content: [{ type: 'text', text: followUps[what] }] })
}

/** A limit of the agent's own: whether its next turn is the last, or few are left, and what it then fails with. */
type OwnLimit = { left: 'last' | 'few' | 'many'; why: Failure }

/** Turns before its limit at which an agent is told to finish; not where it has few anyway. */
const FEW_TURNS = 3
const FEWEST_TURNS_TO_WARN = 6

/** Shares of a limit of time, dollars or tokens that are left when an agent is told. */
const FEW_LEFT = 0.25
const LAST_LEFT = 0.1

function limitsOf(run: ScriptedRun, agent: LiveAgent, clock: AgentTimeout, signal: AbortSignal): OwnLimit[] {
  const { maxTurns } = agent.spec.options
  const turnsLeft = maxTurns - turnsTaken(agent)
  const isWarned = maxTurns >= FEWEST_TURNS_TO_WARN && turnsLeft <= FEW_TURNS
  const ofTurns: OwnLimit = {
    left: turnsLeft <= 0 ? 'last' : isWarned ? 'few' : 'many',
    why: failure('max-turns', `The agent did not finish within ${maxTurns} turns.`),
  }
  const timeLeft = clock.left()
  const ofTime: OwnLimit[] =
    timeLeft === null || turnsTaken(agent) === 0
      ? []
      : [{ left: byShare(timeLeft.share), why: timeLeft.failure }]
  return [ofTurns, ...ofTime, ...ofMoney(run, agent, signal)]
}

function byShare(share: number): OwnLimit['left'] {
  if (share <= LAST_LEFT) return 'last'
  return share <= FEW_LEFT ? 'few' : 'many'
}

/** The agent's own caps of dollars and tokens; one that leaves nothing at all is left to the turn to tell. */
function ofMoney(run: ScriptedRun, agent: LiveAgent, signal: AbortSignal): OwnLimit[] {
  const own = ownLimits(agent.spec.options, run.journal.state.run.limits.perAgent)
  if ((own.nanoUsd === null && own.tokens === null) || agent.turn === agent.firstTurn) return []
  const plan = planOf(run, agent, signal)
  const quote = quoteOf(run, plan, agent.spec.options.delivery)
  const room: OwnRoom = roomWithin(run.journal.agent(agent.spec.agentId), own, quote, true)
  if (room.kind === 'none') return []
  return [{ left: room.isLast ? 'last' : 'many', why: tooLittleLeft(own) }]
}

/** The least total that the API takes for a task budget, in tokens (task-budgets page). */
const LEAST_TASK_BUDGET = 20_000

/**
 * What an agent may think and say in all, in tokens, as its own caps have it; a cap of dollars counts as if all
 * of it went into output. Null without a cap, and where it is less than a budget can be.
 */
function taskBudgetOf(run: Needs<'journal' | 'ports'>, { spec, model }: LiveAgent): number | null {
  const own = ownLimits(spec.options, run.journal.state.run.limits.perAgent)
  const rate = findPrice(run.ports.prices(), model, run.journal.iso())?.rates.output ?? null
  const ofDollars = own.nanoUsd === null || rate === null ? null : Math.floor((own.nanoUsd * 1000) / rate)
  const totals = [own.tokens, ofDollars].filter((total) => total !== null)
  const least = Math.min(...totals)
  return totals.length > 0 && least >= LEAST_TASK_BUDGET ? least : null
}

function turnsTaken({ turn, firstTurn }: LiveAgent): number {
  return turn - firstTurn
}

/** Turns it has had beyond its limit. */
function turnsOver(agent: LiveAgent): number {
  return turnsTaken(agent) - agent.spec.options.maxTurns
}

/** Whether an agent works in turns; one without tools is done with its first, unless that was cut. */
function worksInTurns({ spec }: LiveAgent): boolean {
  return spec.tools.some(({ name }) => name !== flagTool)
}

/**
 * Whether it was told that a turn was its last, and has had it; an answer that was turned down or cut may be
 * given once more.
 */
function hadLastTurn({ messages }: LiveAgent): boolean {
  const told = messages.findIndex((message) => saysOnly(message, 'last'))
  if (told === -1) return false
  const since = messages.slice(told + 1)
  const isOnceMore = since.some(asksForAnswer) || correctionsIn(since) > 0
  return since.filter(({ role }) => role === 'assistant').length > (isOnceMore ? 1 : 0)
}

function asksForAnswer(message: Message): boolean {
  return (['again', 'shorter', 'thought', 'goOn', 'empty', 'whole'] as const).some((what) =>
    saysOnly(message, what),
  )
}
