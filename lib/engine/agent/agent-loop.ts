import { z } from 'zod'
import type { AgentOutcome, Flag } from '@/lib/core/agent/agent'
import { type Failure, failure } from '@/lib/core/agent/failure'
import type { Patch, ToolAction } from '@/lib/core/agent/patch'
import type { ShownByTool } from '@/lib/core/agent/shown'
import { toolMeant } from '@/lib/core/agent/tool-names'
import type { Actor } from '@/lib/core/base/actor'
import { cutText } from '@/lib/core/base/cut-text'
import {
  isJsonObject,
  type Json,
  type JsonObject,
  jsonObjectSchema,
  parseJson,
  textOfJson,
} from '@/lib/core/base/json'
import { unusableInput } from '@/lib/core/base/tool-input'
import { cutsOf } from '@/lib/core/caps/output-room'
import { outputLimit } from '@/lib/core/money/models'
import { StaleFenceError, type Write } from '@/lib/core/ports/journal-store'
import type { Message, SchemaComplaint, ToolBox, ToolResult } from '@/lib/core/ports/ports'
import type { RunEvent } from '@/lib/core/run/events'
import { givenAnswer, wrappedKey } from '@/lib/core/schema/answer-schema'
import { offeredPermissions } from '@/lib/core/spec/permissions'
import { takeBatchedTurn } from '../batch/batched-turn'
import type { Needs, ScriptedRun } from '../context/active-run'
import { filesAt, type LiveAgent } from '../context/live-agent'
import type { TurnOutcome } from '../context/turn-plan'
import { planOf, prepareTurn } from '../conversation/before-turn'
import { boundedResults } from '../conversation/bounded-results'
import { canBeShortened, goOnFromSummary, hasSummarised, wasCutByWindow } from '../conversation/compaction'
import { Declined, declinedWords, fallBack, fallbackOf } from '../conversation/fallback'
import { wasTold } from '../conversation/follow-ups'
import { textSoFar } from '../conversation/last-word'
import {
  type NextStep,
  nextStep,
  schemaExhausted,
  sendable,
  shortenedFlags,
  type ToolUse,
} from '../conversation/next-step'
import {
  answerTool,
  correction,
  correctionsIn,
  cutShortByCap,
  flagTool,
  noObject,
  SCHEMA_ATTEMPTS,
  unknownTool,
} from '../conversation/prompts'
import { addMessage, hasMoreSteering, say } from '../conversation/say'
import { keepShown } from '../conversation/shown'
import { retryRequest } from '../parts/retry-request'
import { AgentCut, AgentRetry, RunStopped } from '../parts/stops'
import { type AgentTimeout, startTimeout } from '../turn/agent-timeout'
import { knownAfter } from '../turn/prompt-size'
import { takeTurn } from '../turn/turn'
import { passGate } from '../turn/waiting'
import { hostsAsked, refusedCalls } from './ask-permission'
import { changerOf } from './merge-helper'
import { mergePatch, patchOf } from './merge-patch'
import { dismiss, lead } from './spawn'
import { isReadAgain, isSpawnTool } from './spawn-tools'

/** Runs an agent to its end, as many attempts as people ask for, and records how it ended. */
export async function runAgent(run: ScriptedRun, agent: LiveAgent): Promise<void> {
  for (let next: LiveAgent | null = agent; next !== null; ) next = await runAttempt(run, next)
}

/**
 * One attempt; gives the next one when a person asked for it. Returns without a record when the server is
 * stopping.
 */
async function runAttempt(run: ScriptedRun, agent: LiveAgent): Promise<LiveAgent | null> {
  const signal = run.stops.enter(agent.spec.agentId)
  const clock = startTimeout(run, agent)
  try {
    const ending = await converse(run, agent, clock, signal)
    run.steeringMessages.seal(agent.spec.agentId)
    await dismiss(run, agent)
    await end(run, agent, ending)
  } catch (error) {
    if (error instanceof AgentRetry) {
      await dismiss(run, agent)
      return await nextAttempt(run, agent, error)
    }
    if (error instanceof Declined) {
      await dismiss(run, agent)
      return await fallBack(run, agent)
    }
    run.steeringMessages.seal(agent.spec.agentId)
    if (error instanceof AgentCut) {
      await dismiss(run, agent).catch(run.ports.report)
      await endCut(run, agent, error).catch(run.ports.report)
      return null
    }
    if (error instanceof RunStopped) {
      if (error.why !== 'shutdown')
        await end(run, agent, { ...ended('cancelled', null), actor: error.actor }).catch(run.ports.report)
      return null
    }
    run.ports.report(error, { agentId: agent.spec.agentId })
    // Somebody else has claimed the agent: it is theirs to end.
    if (error instanceof StaleFenceError) return null
    const message = 'Internal error while running this agent; see the server log.'
    await end(run, agent, ended('failed', failure('internal', message))).catch(run.ports.report)
  } finally {
    clock.stop()
    run.stops.leave(agent.spec.agentId)
    await run.tools?.endAgent(agent.spec.agentId).catch(run.ports.report)
  }
  return null
}

/** The agent begins anew with its question alone; what it said so far stays in the transcript. */
async function nextAttempt(
  run: Needs<'batches' | 'journal' | 'steeringMessages'>,
  agent: LiveAgent,
  again: AgentRetry,
): Promise<LiveAgent> {
  const { agentId } = agent.spec
  const { label } = run.journal.agent(agentId)
  const message = `${again.actor.name} requested a new attempt of ${label}.`
  const { spec, events, writes } = retryRequest(agent.spec, again.asked, again.actor)
  await run.journal.record(
    [
      { type: 'agent.retried', agentId, actor: again.actor },
      ...events,
      { type: 'run.noted', message, agentId, callSite: null },
    ],
    writes,
  )
  // A turn that a batch still carries keeps its number: it is booked when it comes back.
  const isCarried = run.batches.isInBatch({ agentId, turn: agent.turn, attempt: agent.attempt })
  const turn = isCarried ? agent.turn + 1 : agent.turn
  run.steeringMessages.unseal(agentId)
  again.tell()
  return {
    ...agent,
    spec,
    attempt: agent.attempt + 1,
    turn,
    firstTurn: turn,
    messages: agent.messages.slice(0, 1),
    stopReason: null,
    marks: [],
    known: null,
    isBoundElsewhere: false,
    files: filesAt(spec.options.tree),
    cutCalls: new Set(),
  }
}

type Ending = {
  outcome: AgentOutcome
  failure: Failure | null
  value: Json
  flags: Flag[]
  actor: Actor | null
  /** What is recorded in the same commit, so that no crash can fall between the last word and the end. */
  lastWord: LastWord
}
type LastWord = { events: RunEvent[]; writes: Write[] }

const noLastWord: LastWord = { events: [], writes: [] }

function ended(outcome: AgentOutcome, why: Failure | null, value: Json = null, flags: Flag[] = []): Ending {
  return { outcome, failure: why, value, flags, actor: null, lastWord: noLastWord }
}

async function converse(
  run: ScriptedRun,
  agent: LiveAgent,
  clock: AgentTimeout,
  signal: AbortSignal,
): Promise<Ending> {
  const { spec } = agent
  let { stopReason } = agent
  for (;;) {
    if (stopReason === null) {
      const spent = await prepareTurn(run, agent, clock, signal)
      if (spent !== null) return endedEarly(run, agent, spent)
      const { delivery } = spec.options
      const plan = planOf(run, agent, signal)
      const outcome = await (delivery === 'batch' ? takeBatchedTurn : takeTurn)(run, plan)
      if (outcome.kind === 'failed') {
        const { failure: why } = outcome
        if (isTooLong(why) && canBeShortened(agent)) {
          await goOnFromSummary(run, agent, 'length')
          continue
        }
        return why.kind === 'agent-limit' ? endedEarly(run, agent, why) : ended('failed', why)
      }
      stopReason = outcome.turn.stopReason
      keepTurn(run, agent, outcome)
      noteServed(run, agent, outcome.turn.content)
      // Only here: an agent taken up again was paused for it before, and the cap may have been raised since.
      if (outcome.clampedBy !== null && stopReason === 'max_tokens') {
        const limited = await run.pauses.reachCap(outcome.clampedBy)
        // The script is told that the cap was met: half an answer would hide it.
        if (limited !== null) return ended('failed', limited)
      }
    }
    if (hasSummarised(agent) || wasCutByWindow(agent, stopReason)) {
      await goOnFromSummary(run, agent, 'length', stopReason)
      stopReason = null
      continue
    }
    if (stopReason === 'refusal' && fallbackOf(run, agent) !== null) throw new Declined()
    const step = stepOf(run, agent, stopReason)
    const last = agent.messages.length - 1
    const said = agent.messages[last]
    if (said !== undefined) agent.messages[last] = sendable(said, stopReason)
    switch (step.do) {
      case 'end':
        // What was said to it while it gave this answer is still to be told: it answers once more.
        if (await hasMoreSteering(run, agent)) break
        return answered(run, agent, step.value, step.flags)
      case 'fail':
        return ended('failed', step.failure)
      case 'continue':
        break
      case 'say':
        await say(run, agent, [], { role: 'user', content: [{ type: 'text', text: step.text }] })
        break
      case 'tools': {
        const ending = await useTools(run, agent, step, signal)
        if (ending !== null) return ending
        break
      }
    }
    stopReason = null
  }
}

/** Whether a provider refused a conversation for its length, whatever had been guessed of that. */
function isTooLong({ kind }: Failure): boolean {
  return kind === 'context-window' || kind === 'too-large'
}

/** What follows a response; one that a cap of the run cut is asked for again once there is room. */
function stepOf(run: Needs<'journal' | 'ports'>, agent: LiveAgent, stopReason: string): NextStep {
  const isCutByCap = agent.marks.at(-1)?.isClamped === true && stopReason === 'max_tokens'
  if (isCutByCap) return { do: 'say', text: cutShortByCap }
  const cuts = cutsOf(agent.marks, outputLimit(agent.model, agent.spec.options.delivery))
  const declined = declinedWords(run, agent)
  return nextStep(agent.messages, { stopReason, hasSchema: agent.spec.schema !== null, cuts, declined })
}

/** A committed response becomes part of the conversation, and says what the next one needs. */
function keepTurn(
  run: Needs<'outputRooms'>,
  agent: LiveAgent,
  { turn, maxTokens, clampedBy }: Extract<TurnOutcome, { kind: 'committed' }>,
): void {
  const { stopReason, usage } = turn
  const [isCut, isClamped] = [stopReason === 'max_tokens', clampedBy !== null]
  agent.turn += 1
  agent.messages.push({ role: 'assistant', content: turn.content })
  agent.marks.push({ stopReason, maxTokens, isClamped, refusal: turn.refusal })
  agent.known = knownAfter(usage, agent.messages.length)
  if (isCut && !isClamped) run.outputRooms.note(agent.phase, agent.model, 2 * maxTokens)
  else if (!isCut && usage.isMetered) run.outputRooms.note(agent.phase, agent.model, usage.outputTokens)
}

/** What the provider looked up while it answered stands in the log, as what tools here do. */
function noteServed(run: Needs<'journal' | 'ports'>, agent: LiveAgent, content: readonly JsonObject[]): void {
  const ref = { agentId: agent.spec.agentId, turn: agent.turn - 1, attempt: agent.attempt }
  const events = content.flatMap((block): RunEvent[] => {
    const action = block.type === 'server_tool_use' ? servedAction(block) : null
    const toolUseId = typeof block.id === 'string' ? block.id : ''
    return action === null ? [] : [{ type: 'tool.acted', ...ref, toolUseId, action }]
  })
  if (events.length > 0) run.journal.record(events).catch(run.ports.report)
}

function servedAction({ name, input }: JsonObject): ToolAction | null {
  const { url, query } = isJsonObject(input ?? null) ? jsonObjectSchema.parse(input) : {}
  if (name === 'web_fetch' && typeof url === 'string') return { kind: 'address', url: cutText(url, 2_000) }
  if (name === 'web_search' && typeof query === 'string')
    return { kind: 'search', query: cutText(query, 500) }
  return null
}

/** The answer of an agent that ended by itself, with what is to be said of it. */
function answered(run: Needs<'journal'>, agent: LiveAgent, value: Json, flags: readonly Flag[]): Ending {
  const all = [...flags, ...shortenedFlags(agent.messages)]
  return ended(endedAs(run, agent, all), null, value, all)
}

function endedAs(run: Needs<'journal'>, agent: LiveAgent, flags: readonly Flag[]): AgentOutcome {
  return flags.length > 0 || run.journal.agent(agent.spec.agentId).flags.length > 0 ? 'flagged' : 'succeeded'
}

type Reply = {
  call: ToolUse
  text: string
  isError: boolean
  flag: Flag | null
  answer: { value: Json } | null
  turnedDown: boolean
  shown?: readonly ShownByTool[]
  /** The agent's files after it, where it changed some, and what it did outside the conversation. */
  tree?: string
  base?: string
  actions?: readonly ToolAction[]
}

/**
 * Runs all tool calls of a response at once and answers them in one message. A good answer ends the agent.
 */
async function useTools(
  run: ScriptedRun,
  agent: LiveAgent,
  { calls: called, flags }: { calls: ToolUse[]; flags: Flag[] },
  signal: AbortSignal,
): Promise<Ending | null> {
  const calls = called.map((call) => ({
    ...call,
    name: toolMeant(call.name, agent.spec.tools)?.name ?? call.name,
  }))
  const ref = { agentId: agent.spec.agentId, turn: agent.turn - 1, attempt: agent.attempt }
  const refused = await refusedCalls(run, agent, calls, signal)
  const works = calls.some(({ name }) => name !== answerTool && name !== flagTool)
  const resumed: RunEvent[] =
    works && (await passGate(run, ref.agentId, signal)).hadToWait
      ? [{ type: 'agent.recovered', agentId: ref.agentId }]
      : []
  const begun = run.journal.record([
    ...resumed,
    ...calls
      .filter(({ id }) => !agent.cutCalls.has(id))
      .map(({ id, name }): RunEvent => ({ type: 'tool.started', ...ref, toolUseId: id, name })),
  ])
  // What acts is never begun before it is on record: after a crash nobody could tell that it was.
  if (calls.some((call) => isActing(agent, call))) await begun
  else begun.catch(run.ports.report)
  const replies = await replyToAll(run, agent, calls, refused, signal)
  const events: RunEvent[] = replies.flatMap(({ call, isError, flag, tree, base, actions = [] }) => [
    ...actions.map((action) => ({ type: 'tool.acted' as const, ...ref, toolUseId: call.id, action })),
    {
      type: 'tool.ended' as const,
      ...ref,
      toolUseId: call.id,
      name: call.name,
      isError,
      ...(tree === undefined ? {} : { tree }),
      ...(base === undefined ? {} : { base }),
    },
    ...(flag === null ? [] : [{ type: 'flag.raised' as const, agentId: ref.agentId, flag }]),
  ])
  const given = replies.find((one) => one.answer !== null)?.answer
  const { message, kept } = resultsOf(run, agent, replies)
  const lastWord = { events, writes: [...kept, addMessage(agent, message)] }
  if (given !== undefined && given !== null && !(await hasMoreSteering(run, agent))) {
    const ending = answered(run, agent, given.value, flags)
    const isFlagged = replies.some(({ flag }) => flag !== null)
    return { ...ending, outcome: isFlagged ? 'flagged' : ending.outcome, lastWord }
  }
  const turnedDown = replies.some((one) => one.turnedDown) ? correctionsIn([...agent.messages, message]) : 0
  if (turnedDown >= SCHEMA_ATTEMPTS) return { ...ended('failed', schemaExhausted()), lastWord }
  await say(run, agent, events, message, kept)
  return null
}

/** What tools gave as one message, within what a turn may give, and what is kept of what they show. */
function resultsOf(
  run: Needs<'ports'>,
  agent: LiveAgent,
  replies: readonly Reply[],
): { message: Message; kept: Write[] } {
  const all = keepShown(
    replies.map(({ shown = [] }) => shown),
    agent,
    run.ports.digest,
  )
  const tokens = all.flatMap(({ shown }) => shown).reduce((sum, one) => sum + one.tokens, 0)
  const given = replies.map(({ call, text }, at) => ({
    text: [text, ...(all[at]?.notes ?? [])].join('\n'),
    isWhole: isReadAgain(call.name),
  }))
  const texts = boundedResults(given, tokens)
  const content: JsonObject[] = replies.map(({ call, isError }, at) => {
    const text = texts[at] ?? ''
    const shown = all[at]?.shown ?? []
    return {
      type: 'tool_result',
      tool_use_id: call.id,
      content: shown.length === 0 ? text : [...shown, { type: 'text', text }],
      ...(isError ? { is_error: true } : {}),
    }
  })
  return { message: { role: 'user', content }, kept: all.flatMap(({ writes }) => writes) }
}

/**
 * Tools run side by side, except those that lead agents and those that act: a wait may be about what the call
 * before it has started, and an edit about what the one before it wrote. Where one acts, the others see the
 * files as they are at their place in the response.
 */
async function replyToAll(
  run: ScriptedRun,
  agent: LiveAgent,
  calls: ToolUse[],
  refused: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Reply[]> {
  let led: Promise<unknown> = Promise.resolve()
  const acts = calls.some((call) => isActing(agent, call))
  return Promise.all(
    calls.map((call) => {
      const why = refused.get(call.id)
      if (why !== undefined)
        return { call, flag: null, answer: null, turnedDown: false, text: why, isError: true }
      if (!acts && !isSpawnTool(call.name)) return reply(run, agent, call, signal)
      const mine = led.then(() => reply(run, agent, call, signal))
      led = mine
      return mine
    }),
  )
}

/** Whether a call does something outside the conversation. */
function isActing(agent: LiveAgent, call: ToolUse): boolean {
  return agent.spec.tools.some(({ name, acts }) => name === call.name && acts === true)
}

/** Said of a call that acts and that a crash cut off: it is not made again by itself. */
const interrupted =
  'Interrupted: the server stopped while this was at work, and it was not repeated. Your files are as they were before ' +
  'this message. Look at what is there, and do it again if it is still to be done.'

const notRun = 'Not run: the limit of this work is reached. Give your final answer now.'

const flagInput = z.object({ kind: z.enum(['uncertain', 'incomplete']), reason: z.string().min(1) })

async function reply(run: ScriptedRun, agent: LiveAgent, call: ToolUse, signal: AbortSignal): Promise<Reply> {
  const plain = { call, flag: null, answer: null, turnedDown: false }
  const unusable = unusableInput(call.input)
  if (unusable !== null) {
    const isAnswer = call.name === answerTool && agent.spec.schema !== null
    return { ...plain, text: noObject(call.name, unusable, isAnswer), isError: true, turnedDown: isAnswer }
  }
  if (call.name === answerTool && agent.spec.schema !== null) {
    const tool = agent.spec.tools.find(({ name }) => name === answerTool)?.inputSchema ?? null
    const { value, isWrapped } = givenAnswer(tool, agent.spec.schema, call.input)
    const complaints = await complaintsAbout(run, agent, agent.spec.schema, value, signal)
    if (complaints.length === 0) return { ...plain, text: 'Thank you.', isError: false, answer: { value } }
    const placed = isWrapped
      ? complaints.map((one) => ({ ...one, path: `/${wrappedKey}${one.path}` }))
      : complaints
    return { ...plain, text: correction(placed), isError: true, turnedDown: true }
  }
  if (call.name === flagTool) {
    const flag = flagInput.safeParse(call.input)
    if (flag.success) return { ...plain, text: 'Noted.', isError: false, flag: flag.data }
    return {
      ...plain,
      text: '`flag` takes `kind` (uncertain or incomplete) and `reason` (a sentence).',
      isError: true,
    }
  }
  if (wasTold(agent.messages, 'last')) return { ...plain, text: notRun, isError: true }
  const offered = agent.spec.tools.some((tool) => tool.name === call.name)
  if (offered && isSpawnTool(call.name)) {
    await run.gate.pass(signal)
    const led = await lead(run, agent, call, signal, (child) => run.loops.follow(runAgent(run, child)))
    return { ...plain, ...led, ...(await takenOver(run, agent)) }
  }
  if (run.tools === null || !offered) {
    return {
      ...plain,
      text: unknownTool(call.name, agent.spec.tools),
      isError: true,
    }
  }
  if (agent.cutCalls.has(call.id) && isActing(agent, call))
    return { ...plain, text: interrupted, isError: true }
  await run.gate.pass(signal)
  const hasOwnQueue = agent.spec.tools.some((tool) => tool.name === call.name && tool.hasOwnQueue === true)
  const release = hasOwnQueue
    ? () => {}
    : await run.providerContext.dispatcher.localSlot(run.id, agent.position, signal)
  const result = await used(run.tools, agent, call, signal).finally(release)
  const { wantedHosts: hosts = [], ...given } = result
  if (hosts.length === 0) return { ...plain, ...given }
  const command = isJsonObject(call.input) ? textOfJson(call.input.command ?? '') : ''
  return { ...plain, ...given, text: given.text + (await hostsAsked(run, agent, { command, hosts }, signal)) }
}

/** Calls a tool of the run's on the agent's files, which are from then on as it left them. */
async function used(
  tools: ToolBox,
  agent: LiveAgent,
  call: ToolUse,
  signal: AbortSignal,
): Promise<ToolResult> {
  const worktree = agent.files === null ? undefined : { agentId: agent.spec.agentId, ...agent.files }
  const result = await tools.call(call.name, call.input, signal, worktree)
  signal.throwIfAborted()
  if (result.tree !== undefined && agent.files !== null) agent.files = { ...agent.files, tree: result.tree }
  return result
}

/**
 * An agent that leads others has their changes in its own files once they are merged, as the next wave does. Where
 * they conflict with its own it goes on with its own: that is settled when it ends.
 */
async function takenOver(run: ScriptedRun, agent: LiveAgent): Promise<Pick<Reply, 'tree' | 'base'>> {
  const { files } = run
  if (files === null || agent.files === null || agent.files.base === files.now) return {}
  const { now } = files
  const { base, tree } = agent.files
  const merged = await files.trees.merge(base, now, tree, run.stops.signal)
  if (merged.conflicts.length > 0) return {}
  agent.files = { base: now, tree: merged.tree }
  return { base: now, tree: merged.tree }
}

/** What is wrong with an answer: its shape, and where it is a workflow, whatever keeps that from running. */
async function complaintsAbout(
  run: Needs<'id' | 'journal' | 'ports'>,
  agent: LiveAgent,
  schema: Json,
  answer: Json,
  signal: AbortSignal,
): Promise<SchemaComplaint[]> {
  const complaints = await run.ports.schemas.check(schema, answer, run.id)
  if (complaints.length > 0 || agent.spec.options.check !== 'workflow' || !isJsonObject(answer))
    return complaints
  if (typeof answer.script !== 'string') return complaints
  const root = run.journal.state.run.workspace?.root ?? null
  const problems = await run.ports.checkWorkflow(
    answer.script,
    root,
    signal,
    offeredPermissions(run.journal.state.run),
  )
  return problems.map((message) => ({ path: '/script', message }))
}

/**
 * Ends an agent that was cut off: at its time limit with what it has so far, otherwise with the outcome of
 * the cut.
 */
async function endCut(run: ScriptedRun, agent: LiveAgent, cut: AgentCut): Promise<void> {
  const isTimeUp = cut.outcome === 'failed' && cut.failure?.kind === 'timeout'
  const ending =
    isTimeUp && cut.failure !== null
      ? await endedEarly(run, agent, cut.failure)
      : { ...ended(cut.outcome, cut.failure), actor: cut.actor }
  await end(run, agent, ending)
}

/**
 * What an agent that has reached a limit ends with: what it said so far, if that can be its answer, with a flag
 * that says so; else the failure.
 */
async function endedEarly(run: ScriptedRun, agent: LiveAgent, why: Failure): Promise<Ending> {
  const text = textSoFar(agent.messages)
  const value = agent.spec.schema === null ? text : await fitting(run, agent, text)
  if (value === undefined || text.trim() === '') return ended('failed', why)
  const flags: Flag[] = [{ kind: 'incomplete', reason: `${why.message} The answer is what it had by then.` }]
  return ended('flagged', null, value, flags)
}

/** A text that is JSON and fits the agent's schema, as an answer; undefined where it is not. */
async function fitting(run: ScriptedRun, agent: LiveAgent, text: string): Promise<Json | undefined> {
  const { schema } = agent.spec
  const fenced = /```(?:json)?\s*\n([\s\S]*?)```/.exec(text)?.[1]
  const value = parseJson((fenced ?? text).trim())
  if (schema === null || value === undefined) return undefined
  const complaints = await complaintsAbout(run, agent, schema, value, new AbortController().signal)
  return complaints.length === 0 ? value : undefined
}

/** Longest preview kept beside an agent; the whole answer is one click away. */
const PREVIEW_CHARACTERS = 240

async function end(run: ScriptedRun, agent: LiveAgent, ending: Ending): Promise<void> {
  const patch = hasAnswered(ending) ? await patchOf(run, agent) : null
  if (patch === null || agent.spec.options.isIsolated === true)
    return recordEnd(run, agent, ending, patch, [])
  const begin = (child: LiveAgent) => run.loops.follow(runAgent(run, child))
  await mergePatch(run, changerOf(agent), patch, begin, (merged, refused) => {
    if (refused === null) return recordEnd(run, agent, ending, patch, [merged])
    const flag: Flag = { kind: 'incomplete', reason: `Its changes were not merged: ${refused}` }
    const flagged: Ending = { ...ending, outcome: 'flagged', flags: [...ending.flags, flag] }
    return recordEnd(run, agent, flagged, patch, [merged])
  })
}

function hasAnswered({ outcome }: Ending): boolean {
  return outcome === 'succeeded' || outcome === 'flagged'
}

/** The end in one commit: the last word, the answer, what it changed, and what became of that (`merged`). */
async function recordEnd(
  run: Needs<'answers' | 'journal'>,
  agent: LiveAgent,
  ending: Ending,
  patch: Patch | null,
  merged: readonly RunEvent[],
): Promise<void> {
  const { agentId } = agent.spec
  const { outcome, failure: why, value, flags, actor, lastWord } = ending
  const hasAnswer = hasAnswered(ending)
  if (hasAnswer) run.answers.set(agentId, value)
  const preview = cutText(hasAnswer ? textOfJson(value) : (why?.message ?? ''), PREVIEW_CHARACTERS)
  const writes: Write[] = hasAnswer ? [{ do: 'save-answer', agentId, fence: agent.fence, result: value }] : []
  await run.journal.record(
    [
      ...lastWord.events,
      ...flags.map((flag): RunEvent => ({ type: 'flag.raised', agentId, flag })),
      ...merged,
      {
        type: 'agent.ended',
        agentId,
        outcome,
        failure: why,
        preview,
        reusedFrom: null,
        ...(patch === null ? {} : { patch }),
        actor,
      },
    ],
    [...lastWord.writes, ...writes],
  )
}
