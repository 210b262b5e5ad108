import type { z } from 'zod'
import type { AgentState } from '@/lib/core/agent/agent'
import { OccurrenceCounter } from '@/lib/core/agent/call-key'
import { charactersWithin, MOST_WAIT_TOKENS, roughTokens, sharesOf } from '@/lib/core/agent/context-size'
import { namesTool } from '@/lib/core/agent/mcp-tools'
import { toolMeant } from '@/lib/core/agent/tool-names'
import { assertNever } from '@/lib/core/base/assert-never'
import { cutText, isInsideCharacter, shortenText } from '@/lib/core/base/cut-text'
import { type Json, textOfJson } from '@/lib/core/base/json'
import { noRoomForWave, tightAgentCap } from '@/lib/core/caps/agent-cap'
import type { Write } from '@/lib/core/ports/journal-store'
import type { Message, ToolResult } from '@/lib/core/ports/ports'
import type { RunEvent } from '@/lib/core/run/events'
import type { Needs, ScriptedRun } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import { toldOf } from '../conversation/told-ends'
import { AgentCut } from '../parts/stops'
import { resolveCall } from './agent-call'
import { createAgent } from './create-agent'
import { type Counted, countToday } from './day-agents'
import {
  cancelInput,
  isSpawnTool,
  MAX_DEPTH,
  readInput,
  type SpawnInput,
  spawnInput,
  type WaitInput,
  waitInput,
} from './spawn-tools'

/** Characters of an answer shown when a wait ends; the rest is read on request. */
const SHOWN_CHARACTERS = 4_000

/** Tokens of one page of `read_answers`, over all agents asked for. */
const PAGE_TOKENS = 20_000

/** Share of what a wait may tell that names, ends and flags may take: the rest is for answers. */
const NAMES_SHARE = 0.5

/** Characters of a flag or a failure beside an answer, and how many flags are told. */
const MOST_REASON = 400
const MOST_FLAGS = 4

/**
 * Carries out a call of one of the tools that lead other agents. Never throws for bad input: the result tells
 * the model what is wrong. A call that was carried out before a crash is recognised by its keys and not
 * carried out twice.
 */
export async function lead(
  run: ScriptedRun,
  parent: LiveAgent,
  call: { id: string; name: string; input: Json },
  signal: AbortSignal,
  begin: (child: LiveAgent) => void,
): Promise<ToolResult> {
  switch (call.name) {
    case 'spawn_agents':
      return await withInput(spawnInput, call.input, (input) =>
        spawn(run, parent, call.id, input, signal, begin),
      )
    case 'wait_for_agents':
      return await withInput(waitInput, call.input, (input) => wait(run, parent, input, signal))
    case 'read_answers':
      return await withInput(readInput, call.input, ({ agents, from }) =>
        read(run, parent, agents, from ?? 0),
      )
    case 'cancel_agents':
      return await withInput(cancelInput, call.input, ({ agents }) => cancel(run, parent, agents))
    default:
      return wrong(`There is no tool \`${call.name}\`.`)
  }
}

/**
 * Ends the agents that this one started and no longer waits for: nobody would read what they go on to cost.
 */
export async function dismiss(
  run: Needs<'agentEnds' | 'journal' | 'stops'>,
  parent: LiveAgent,
): Promise<void> {
  if (!parent.spec.tools.some(({ name }) => isSpawnTool(name))) return
  const left = childrenOf(run, parent).filter(({ endedAt }) => endedAt === null)
  for (const child of left) run.stops.cut(child.id, new AgentCut('cancelled', null, null))
  await Promise.all(left.map(({ id }) => run.agentEnds.whenEnded(id)))
  if (left.length === 0) return
  const message = `${parent.spec.agentId} ended without waiting for ${left.length} of its agents; they were cancelled.`
  await run.journal.record([{ type: 'run.noted', message, agentId: parent.spec.agentId, callSite: null }])
}

async function withInput<T>(
  schema: z.ZodType<T>,
  input: Json,
  act: (input: T) => Promise<ToolResult>,
): Promise<ToolResult> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return act(parsed.data)
  const lines = parsed.error.issues
    .slice(0, 10)
    .map(({ path, message }) => `- ${path.join('.') || 'input'}: ${message}`)
  return wrong(`The input does not fit.\n${lines.join('\n')}`)
}

async function spawn(
  run: ScriptedRun,
  parent: LiveAgent,
  toolUseId: string,
  input: SpawnInput,
  signal: AbortSignal,
  begin: (child: LiveAgent) => void,
): Promise<ToolResult> {
  const { agentId } = parent.spec
  const key = (at: number) => `spawn:${agentId}:${toolUseId}:${at}`
  if (run.agentByKey.has(key(0))) {
    const ids = input.agents.map((_, at) => run.agentByKey.get(key(at)) ?? '')
    return right({ agents: ids.map((id, at) => ({ id, label: input.agents[at]?.label ?? '' })) })
  }
  const refusal = refuse(run, parent, input)
  if (refusal !== null) return wrong(refusal)
  const schemaComplaint = await firstComplaint(run, input)
  if (schemaComplaint !== null) return wrong(schemaComplaint)
  const siblings = childrenOf(run, parent)
  const wave = new Set(siblings.map(({ phase }) => phase)).size + 1
  const phases = input.agents.map(({ phase }) => phase ?? `Wave ${wave}`)
  const retired = input.agents
    .map((asked) => resolve(run, parent, asked, `Wave ${wave}`).retired)
    .find((why) => why !== null)
  if (retired !== undefined) return wrong(`${retired} Nothing was started.`)
  const admitted = await admit(run, agentId, phases, signal)
  if (admitted.kind === 'refused') return wrong(admitted.why)
  const events: RunEvent[] = []
  const writes: Write[] = []
  const begun: LiveAgent[] = []
  input.agents.forEach((asked, at) => {
    const child = resolve(run, parent, asked, `Wave ${wave}`)
    const id = `${agentId}.${siblings.length + at + 1}`
    for (const message of child.notes)
      events.push({ type: 'run.noted', message, agentId: id, callSite: null })
    const made = createAgent(run, {
      agentId: id,
      position: parent.position,
      parentId: agentId,
      scope: run.journal.agent(agentId).scope,
      callSite: null,
      barrier: null,
      dependsOn: asked.use_answers_of ?? [],
      call: child,
      key: key(at),
      counted: admitted.counted,
      isBought: true,
    })
    events.push(made.event)
    writes.push(made.write)
    begun.push(made.live)
  })
  await run.journal.record(events, writes)
  for (const agent of begun) {
    run.agentByKey.set(agent.spec.key, agent.spec.agentId)
    begin(agent)
  }
  return right({
    agents: begun.map(({ spec }, at) => ({ id: spec.agentId, label: input.agents[at]?.label ?? '' })),
  })
}

type Asked = SpawnInput['agents'][number]

/** What a spawned agent comes to: never more tools than its parent has. */
function resolve(
  run: Needs<'answers' | 'briefing' | 'files' | 'journal' | 'ports' | 'providerContext' | 'tools' | 'types'>,
  parent: LiveAgent,
  asked: Asked,
  wave: string,
) {
  const own = parent.spec.tools.map(({ name }) => name).filter((name) => !isSpawnTool(name))
  const named = asked.tools?.map((name) => toolMeant(name, parent.spec.tools)?.name ?? name)
  const tools = named === undefined ? own : own.filter((name) => named.some((one) => namesTool(one, name)))
  const options: { [key: string]: Json } = { label: asked.label, tools }
  if (asked.model !== undefined) options.model = asked.model
  if (asked.effort !== undefined) options.effort = asked.effort
  if (asked.schema !== undefined) options.schema = asked.schema
  if (asked.may_spawn === true) options.spawn = true
  const handed = handOver(run, asked.use_answers_of ?? [])
  return resolveCall(
    run,
    {
      do: 'agent',
      id: 0,
      scope: run.journal.agent(parent.spec.agentId).scope,
      settled: false,
      overBudget: false,
      prompt:
        handed.text === '' ? asked.prompt : `${asked.prompt}\n\n# Answers handed to you\n${handed.text}`,
      options,
      site: null,
      phase: asked.phase ?? wave,
      barrier: null,
      dependsOn: [],
    },
    new OccurrenceCounter(),
    {
      depth: parent.spec.options.depth + 1,
      readsAnswers: handed.isCut,
      // What agents before it have changed is there for the next wave, whoever starts it.
      tree: run.files?.now ?? null,
    },
  )
}

/** Answers as they are appended to a prompt; only their beginnings where they are too long together. */
function handOver(
  run: Needs<'answers' | 'journal'>,
  agentIds: readonly string[],
): { text: string; isCut: boolean } {
  const answers = agentIds.map((id) => answerText(run, id))
  const shares = sharesOf(answers, MOST_WAIT_TOKENS)
  const parts = agentIds.map((id, at) => {
    const agent = run.journal.agent(id)
    const [answer = '', share = 0] = [answers[at], shares[at]]
    const rest = `\n… ${answer.length - share} characters more: \`read_answers\` gives them, from ${share}`
    const shown = share < answer.length ? `${cutText(answer, share)}${rest}` : answer
    return `\n## ${agent.label} (${id}, ${statusWords(agent)})\n\n${shown}\n`
  })
  return { text: parts.join(''), isCut: answers.some(({ length }, at) => (shares[at] ?? 0) < length) }
}

function refuse(run: Needs<'journal'>, parent: LiveAgent, { agents }: SpawnInput): string | null {
  if (parent.spec.options.depth + 1 >= MAX_DEPTH && agents.some(({ may_spawn }) => may_spawn === true))
    return `Agents may spawn agents only ${MAX_DEPTH} levels deep, and these would be the last. Leave \`may_spawn\` out. Nothing was started.`
  for (const id of agents.flatMap(({ use_answers_of }) => use_answers_of ?? [])) {
    const agent = run.journal.state.agents.get(id)
    if (agent === undefined) return `There is no agent ${id}. Nothing was started.`
    if (!mayRead(run, parent, agent))
      return `${id} is none of your agents, so its answer is not yours to hand over. Nothing was started.`
    if (agent.endedAt === null)
      return `${id} has not ended, so its answer cannot be handed over. Wait for it first.`
  }
  return null
}

/** Room for agents of these phases under all caps of agents, waited for where it is the day's that is met. */
export async function admit(
  run: Needs<
    'agentCounts' | 'approval' | 'gate' | 'id' | 'inLine' | 'journal' | 'pauses' | 'ports' | 'providerContext'
  >,
  by: string,
  phases: readonly string[],
  signal: AbortSignal,
): Promise<{ kind: 'counted'; counted: Counted } | { kind: 'refused'; why: string }> {
  for (;;) {
    const stopped = await run.approval.passAgents(phases.length, signal)
    if (stopped !== null) return { kind: 'refused', why: `${stopped} Nothing was started.` }
    const full = tightAgentCap(run.journal.state, run.agentCounts.phasesInTheMaking(), phases)
    if (full !== null) return { kind: 'refused', why: noRoomForWave(full) }
    const today = await countToday(run, { count: phases.length, by, signal, beforeWait: async () => {} })
    if (today.kind === 'counted') return today
    if (today.kind === 'ended') return { kind: 'refused', why: `${today.why.message} Nothing was started.` }
  }
}

async function firstComplaint(run: Needs<'id' | 'ports'>, { agents }: SpawnInput): Promise<string | null> {
  const checked = new Set<string>()
  for (const { label, schema } of agents) {
    const text = schema === undefined ? '' : JSON.stringify(schema)
    if (schema === undefined || checked.has(text)) continue
    checked.add(text)
    const [first] = await run.ports.schemas.checkSchema(schema, run.id)
    if (first !== undefined)
      return `The schema of "${label}" cannot be used: ${first.path} ${first.message}. Nothing was started.`
  }
  return null
}

async function wait(
  run: Needs<'agentEnds' | 'answers' | 'journal'>,
  parent: LiveAgent,
  input: WaitInput,
  signal: AbortSignal,
): Promise<ToolResult> {
  const children = childrenOf(run, parent)
  const heard = toldOf(parent.messages)
  const asked = input.agents ?? children.map(({ id }) => id).filter((id) => !heard.has(id))
  const unknown = asked.find((id) => !children.some((child) => child.id === id))
  if (unknown !== undefined) return wrong(`${unknown} is none of your agents.`)
  const until = input.until ?? 'all'
  const wanted = wantedOf(until, asked.length)
  const isEnded = (id: string) => run.journal.agent(id).endedAt !== null
  if (asked.filter(isEnded).length < wanted) {
    await run.journal.record([
      { type: 'agent.waiting', agentId: parent.spec.agentId, reason: 'agents', until: null, cap: null },
    ])
    await run.agentEnds.whenEnough(
      asked,
      wanted,
      input.seconds === undefined ? null : input.seconds * 1000,
      signal,
    )
  }
  const ended = asked.filter(isEnded).map((id) => run.journal.agent(id))
  const told = toldTogether(run, MOST_WAIT_TOKENS / Math.max(1, waitsIn(parent.messages.at(-1))), ended)
  const untold = ended.length - told.length
  return right({
    agents: told,
    ...(untold === 0
      ? {}
      : { more: `${untold} more of them have ended: wait again to be told of those, without naming these` }),
    still_running: childrenOf(run, parent)
      .filter(({ endedAt }) => endedAt === null)
      .map(({ id }) => id),
    ...meter(run),
  })
}

/** How many waits one response asks for: they share what may be told. */
function waitsIn(message: Message | undefined): number {
  return (message?.content ?? []).filter(({ name }) => name === 'wait_for_agents').length
}

/**
 * The result of a wait: the beginning of each ended agent's answer, within a bound for all together. As many as
 * there is room to name are told of; the others by the next wait.
 */
function toldTogether(
  run: Needs<'answers'>,
  mostTokens: number,
  ended: readonly AgentState[],
): { [key: string]: Json }[] {
  let left = mostTokens
  const named = ended.filter((agent, at) => {
    left -= sizeOf(told(run, agent, ''))
    return at === 0 || left >= mostTokens * (1 - NAMES_SHARE)
  })
  const frames = sizeOf(named.map((agent) => told(run, agent, '')))
  const beginnings = named.map(({ id }) => cutText(answerText(run, id), SHOWN_CHARACTERS))
  // What stands in quotes may be longer than it is: it is cut until all fits as it is sent.
  for (let room = Math.max(0, mostTokens - frames); ; room *= 0.8) {
    const shares = sharesOf(beginnings, room)
    const all = named.map((agent, at) => told(run, agent, cutText(beginnings[at] ?? '', shares[at] ?? 0)))
    if (sizeOf(all) <= mostTokens || room < named.length) return all
  }
}

/** What it takes of a prompt as it is sent, in tokens. */
function sizeOf(value: Json): number {
  return roughTokens(JSON.stringify(value, null, 1))
}

/** What a wait tells of an ended agent. Flags and failure are said before the answer. */
function told(run: Needs<'answers'>, agent: AgentState, beginning: string): { [key: string]: Json } {
  const { length } = answerText(run, agent.id)
  return {
    id: agent.id,
    label: agent.label,
    status: agent.status,
    ...(agent.flags.length === 0 ? {} : { flags: flagWords(agent, ': ') }),
    ...(agent.status === 'failed' ? { failure: shortenText(agent.failure.message, MOST_REASON) } : {}),
    answer: beginning,
    ...(length > beginning.length
      ? { cut: `${length} characters in all; read_answers gives the rest, from ${beginning.length}` }
      : {}),
  }
}

/** An agent's flags, of which there may be many, and whose reasons models write. */
function flagWords({ flags }: AgentState, mark: string): string[] {
  const words = flags
    .slice(0, MOST_FLAGS)
    .map(({ kind, reason }) => `${kind}${mark}${shortenText(reason, MOST_REASON)}`)
  return flags.length > MOST_FLAGS ? [...words, `and ${flags.length - MOST_FLAGS} more flags`] : words
}

/** What is spent and left, so that the orchestrator can decide with it. */
function meter(run: Needs<'journal'>): { [key: string]: Json } {
  const { totals, run: header } = run.journal.state
  const spent = (totals.spentNanoUsd + totals.unsettledNanoUsd) / 1e9
  const cap = header.limits.nanoUsd === null ? '' : ` of $${(header.limits.nanoUsd / 1e9).toFixed(2)}`
  return {
    spent: `$${spent.toFixed(2)}${cap}`,
    agents_used: `${run.journal.state.agents.size} of ${header.limits.agents}`,
  }
}

async function read(
  run: Needs<'answers' | 'journal'>,
  parent: LiveAgent,
  ids: readonly string[],
  from: number,
): Promise<ToolResult> {
  const parts: string[] = []
  for (const id of ids) {
    const agent = run.journal.state.agents.get(id)
    if (agent === undefined || !mayRead(run, parent, agent)) return wrong(`${id} is none of your agents.`)
    if (agent.endedAt === null) {
      parts.push(`## ${agent.label} (${id}) has not ended yet.`)
      continue
    }
    const page = pageOf(answerText(run, id), from, PAGE_TOKENS / ids.length)
    parts.push(`## ${agent.label} (${id}, ${statusWords(agent)})\n\n${page}`)
  }
  return { text: parts.join('\n\n'), isError: false }
}

/** A page of an answer, and where the next one begins; beyond its end there is none. */
function pageOf(text: string, from: number, tokens: number): string {
  if (from > 0 && from >= text.length)
    return `(The answer has ${text.length} characters: there is nothing from ${from} on.)`
  const start = isInsideCharacter(text, from) ? from - 1 : from
  const rest = text.slice(start)
  const page = cutText(rest, Math.max(2, charactersWithin(rest, tokens)))
  const next = start + page.length
  return next < text.length ? `${page}\n… ${text.length - next} characters more, from ${next}` : page
}

async function cancel(
  run: Needs<'agentEnds' | 'journal' | 'stops'>,
  parent: LiveAgent,
  ids: readonly string[],
): Promise<ToolResult> {
  const children = childrenOf(run, parent)
  const unknown = ids.find((id) => !children.some((child) => child.id === id))
  if (unknown !== undefined) return wrong(`${unknown} is none of your agents. Nothing was cancelled.`)
  const cut = ids.filter((id) => run.stops.cut(id, new AgentCut('cancelled', null, null)))
  await Promise.all(cut.map((id) => run.agentEnds.whenEnded(id)))
  return right({ agents: ids.map((id) => ({ id, status: run.journal.agent(id).status })) })
}

/**
 * Whether an agent may know another's answer: one it has led, at any remove, or one that was handed to it.
 */
function mayRead(run: Needs<'journal'>, reader: LiveAgent, agent: AgentState): boolean {
  const { agentId } = reader.spec
  if (run.journal.agent(agentId).dependsOn.includes(agent.id)) return true
  for (let { parentId } = agent; parentId !== null; { parentId } = run.journal.agent(parentId))
    if (parentId === agentId) return true
  return false
}

function childrenOf(run: Needs<'journal'>, parent: LiveAgent): AgentState[] {
  return [...run.journal.state.agents.values()].filter(({ parentId }) => parentId === parent.spec.agentId)
}

function answerText(run: Needs<'answers'>, agentId: string): string {
  return textOfJson(run.answers.get(agentId))
}

function statusWords(agent: AgentState): string {
  switch (agent.status) {
    case 'flagged':
      return `flagged: ${flagWords(agent, ', ').join('; ')}`
    case 'failed':
      return `failed: ${shortenText(agent.failure.message, MOST_REASON)}`
    case 'queued':
    case 'waiting':
    case 'running':
    case 'stalled':
    case 'succeeded':
    case 'skipped':
    case 'cancelled':
      return agent.status
    default:
      return assertNever(agent)
  }
}

function right(value: Json): ToolResult {
  return { text: JSON.stringify(value, null, 1), isError: false }
}

function wrong(text: string): ToolResult {
  return { text, isError: true }
}

/** How many of `asked` agents have to end before a wait is over. */
function wantedOf(until: NonNullable<WaitInput['until']>, asked: number): number {
  if (until === 'all') return asked
  return Math.min(until === 'any' ? 1 : until, asked)
}
