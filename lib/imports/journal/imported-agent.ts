import { labelOfPrompt } from '@/lib/core/agent/agent-label'
import { cutText } from '@/lib/core/base/cut-text'
import type { Json } from '@/lib/core/base/json'
import { costOf, type Price } from '@/lib/core/money/pricing'
import type { AgentSpec, TurnRow } from '@/lib/core/ports/agent-store'
import type { ClaudeAgent, ClaudeCourse, ClaudeTurn } from '../claude-run'
import type { TimedEvent } from './merged'
import type { AgentEnding } from './outcome'

/** Characters of a prompt or an answer that lists show. */
const PREVIEW_CHARACTERS = 240

/** How the keys of agents begin whose calls were not found in their script. No call of a script has such a key. */
export const unknownCall = 'imported:'

/** An agent on its way to becoming one of ours. */
export type ImportedAgent = {
  agentId: string
  position: number
  theirs: ClaudeAgent
  course: ClaudeCourse | null
  ending: AgentEnding
}

/** The span of time of the run: nothing of it was before or after. ISO 8601. */
export type Span = { from: string; to: string }

/** The answers of an agent as rows, priced at the prices of their days. */
export function turnRows(
  { agentId, course }: ImportedAgent,
  span: Span,
  prices: readonly Price[],
): TurnRow[] {
  return (course?.turns ?? []).map((turn, index) => {
    const endedAt = within(span, turn.endedAt)
    return {
      agentId,
      turn: index,
      attempt: 1,
      model: turn.model,
      usage: turn.usage,
      cost: costOf(turn.usage, turn.model, prices, endedAt),
      stopReason: turn.stopReason,
      requestId: turn.requestId,
      startedAt: within(span, turn.startedAt),
      firstTokenAt: within(span, turn.firstTokenAt),
      endedAt,
    }
  })
}

/** What the journal says of an agent, in order of time. `rows` are its turns as they are stored. */
export function agentEvents(agent: ImportedAgent, span: Span, rows: readonly TurnRow[]): TimedEvent[] {
  const { agentId, position, theirs, course, ending } = agent
  const beganAt = within(span, course?.startedAt ?? theirs.startedAt ?? span.from)
  const model = modelOf(agent)
  const prompt = promptOf(agent)
  const events: TimedEvent[] = [
    {
      at: beganAt,
      event: {
        type: 'agent.created',
        agentId,
        position,
        parentId: null,
        scope: '',
        callSite: null,
        barrier: null,
        label: labelOf(agent),
        phase: theirs.phase,
        key: `${unknownCall}${agentId}`,
        requestedModel: null,
        model,
        delivery: 'live',
        dependsOn: [],
        preview: cutText(prompt, PREVIEW_CHARACTERS),
      },
    },
    { at: beganAt, event: { type: 'agent.started', agentId, attempt: 1 } },
  ]
  for (const row of rows) {
    const turn = course?.turns[row.turn]
    if (turn !== undefined) events.push(...turnEvents(row, turn, span))
  }
  const lastAt = events.reduce((last, { at }) => (at > last ? at : last), beganAt)
  const endedAt = later(lastAt, within(span, endOf(agent, beganAt)))
  events.push({
    at: endedAt,
    event: {
      type: 'agent.ended',
      agentId,
      outcome: ending.outcome,
      failure: ending.failure,
      preview: cutText(ending.result === null ? prompt : textOf(ending.result.value), PREVIEW_CHARACTERS),
      reusedFrom: null,
      actor: null,
    },
  })
  return inTime(events)
}

function turnEvents(row: TurnRow, { tools }: ClaudeTurn, span: Span): TimedEvent[] {
  const { agentId, turn, attempt, model, usage, cost, stopReason, requestId, firstTokenAt } = row
  const ref = { agentId, turn, attempt }
  const isUnknown = !usage.isMetered
  return [
    {
      at: row.startedAt,
      event: {
        type: 'turn.started',
        ...ref,
        model,
        maxTokens: usage.outputTokens,
        reservedNanoUsd: null,
        account: null,
        batchId: null,
        reservedTokens: 0,
        clampedBy: null,
      },
    },
    {
      at: row.endedAt,
      event: {
        type: 'turn.committed',
        ...ref,
        model,
        usage,
        cost,
        unsettled: isUnknown ? { nanoUsd: 0, tokens: 0, outputTokens: 0 } : null,
        stopReason,
        refusal: null,
        isWasted: false,
        requestId,
        firstTokenAt,
      },
    },
    ...tools.flatMap(({ id, name, isError, startedAt, endedAt }): TimedEvent[] => {
      const tool = { ...ref, toolUseId: id, name }
      // A tool is called once its turn is whole; what it took is told from there.
      const begun = later(row.endedAt, within(span, startedAt))
      const started: TimedEvent = { at: begun, event: { type: 'tool.started', ...tool } }
      if (endedAt === null) return [started]
      const at = later(begun, within(span, endedAt))
      return [started, { at, event: { type: 'tool.ended', ...tool, isError } }]
    }),
  ]
}

/** Events of an agent never go back in time; those of the same time stay as they are. */
function inTime(events: TimedEvent[]): TimedEvent[] {
  return events.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
}

function endOf({ theirs, course }: ImportedAgent, beganAt: string): string {
  if (course?.endedAt != null) return course.endedAt
  return theirs.durationMs === null
    ? beganAt
    : new Date(Date.parse(beganAt) + theirs.durationMs).toISOString()
}

/** A time inside a span; one that nobody wrote down is the beginning. */
export function within({ from, to }: Span, at: string): string {
  if (at < from) return from
  return at > to ? to : at
}

function later(a: string, b: string): string {
  return a > b ? a : b
}

/** What an agent was asked, as a row: as much as its files say. */
export function agentSpec(agent: ImportedAgent): AgentSpec {
  return {
    agentId: agent.agentId,
    key: `${unknownCall}${agent.agentId}`,
    prompt: promptOf(agent),
    system: '',
    tools: [],
    schema: null,
    options: {
      model: modelOf(agent),
      effort: null,
      stallMs: 180_000,
      maxTurns: Math.max(1, agent.course?.turns.length ?? 0),
      maxTokens: 32_000,
      retries: 0,
      depth: 0,
      speed: 'standard',
      delivery: 'live',
      timeoutMs: null,
      nanoUsd: null,
      tokens: null,
      agentType: null,
      check: null,
    },
  }
}

function promptOf({ theirs, course }: ImportedAgent): string {
  return course?.prompt ?? theirs.promptPreview ?? ''
}

function labelOf(agent: ImportedAgent): string {
  return agent.theirs.label?.slice(0, 200) ?? labelOfPrompt(promptOf(agent))
}

/** The model of its first answer, else the one that its run's summary names. */
export function modelOf({ theirs, course }: ImportedAgent): string {
  return course?.turns[0]?.model ?? theirs.model ?? 'unknown'
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
