import { createHash } from 'node:crypto'
import type { AgentState } from '@/lib/core/agent/agent'
import type { Envelope, EventOf } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { readTraceParent } from '@/lib/core/wire/trace-parent'
import { attribute, operation, providerName } from './names'

export type Attributes = Record<string, string | number | boolean | string[]>

/** A span that is over. Ids are hexadecimal, as W3C Trace Context has them; times are in milliseconds. */
export type EndedSpan = {
  traceId: string
  spanId: string
  /** Null where it begins a trace. */
  parentId: string | null
  /** Whether its trace is kept, as whoever launched the run says. */
  isSampled: boolean
  name: string
  kind: 'client' | 'internal'
  operation: string
  startMs: number
  endMs: number
  attributes: Attributes
  /** The kind of what went wrong, of few different values; null where nothing did. */
  errorType: string | null
}

/**
 * Makes spans of what a run records. A span is made when what it is about has ended, and its id follows from the run
 * and what it is about: a run that goes on in another process has the same trace, and nothing is sent twice.
 */
export class RunSpans {
  /** When turns, tools and attempts began that are under way, by run. A process that began since knows none. */
  readonly #begun = new Map<string, Map<string, number>>()

  /** `showsContent`: whether labels and the beginnings of prompts and answers may be told. */
  constructor(private readonly showsContent: boolean) {}

  /** The spans that end with a commit, whose state is the one after it. */
  take(runId: string, envelopes: readonly Envelope[], state: RunState): EndedSpan[] {
    const spans = envelopes.flatMap((envelope) => this.#ofEvent(runId, envelope, state) ?? [])
    if (state.run.endedAt !== null) this.#begun.delete(runId)
    return spans
  }

  #ofEvent(runId: string, { event, at, seq }: Envelope, state: RunState): EndedSpan | EndedSpan[] | null {
    const atMs = Date.parse(at)
    const of = { runId, state, atMs, seq }
    switch (event.type) {
      case 'run.retried':
        this.#begin(runId, 'run', atMs)
        return null
      case 'run.ended':
        return [...this.#phases(of), this.#run(of, event)]
      case 'agent.created':
        if (event.phase !== null) this.#beginOnce(runId, phasePart(event.phase), atMs)
        return null
      case 'agent.started':
        this.#begin(runId, agentPart(event.agentId, event.attempt), atMs)
        return null
      case 'agent.retried':
      case 'agent.fell-back':
        return this.#cutAttempt(of, event)
      case 'agent.ended':
        return this.#agent(of, event)
      case 'turn.started':
      case 'tool.started':
        this.#begin(runId, partOf(event), atMs)
        return null
      case 'turn.committed':
        return this.#turn(of, event)
      case 'turn.failed':
        return this.#failedTurn(of, event)
      case 'tool.ended':
        return this.#tool(of, event)
      default:
        return null
    }
  }

  #run({ runId, state, atMs, seq }: Of, event: EventOf<'run.ended'>): EndedSpan {
    const { run } = state
    // What a retry did is a span of its own below the first: that one was sent when the run first ended.
    const again = run.paidBy !== null
    const beganMs = this.#took(runId, 'run') ?? Date.parse(run.startedAt ?? run.createdAt)
    const root = traceOf(runId, run.traceParent)
    return {
      ...root,
      ...(again
        ? { spanId: idOf(runId, `run/${seq}`, 16), parentId: runSpanId(runId) }
        : { spanId: runSpanId(runId), parentId: root.parentId }),
      name: `${operation.workflow} ${run.workflow?.name ?? 'script'}`,
      kind: 'internal',
      operation: operation.workflow,
      startMs: beganMs,
      endMs: atMs,
      attributes: {
        ...common(runId, state),
        [attribute.agentName]: run.workflow?.name ?? 'script',
        [attribute.outcome]: event.outcome,
        [attribute.agents]: state.totals.agents.succeeded + state.totals.agents.failed,
        [attribute.costUsd]: state.totals.spentNanoUsd / 1e9,
      },
      errorType: event.outcome === 'failed' ? 'failed' : null,
    }
  }

  /**
   * The phases that agents of the run hang on. Each is sent once, when the run first ends after it had an agent: those
   * that a retry brings along hang on the same ones.
   */
  #phases(of: Of): EndedSpan[] {
    const { runId, state, atMs } = of
    const agents = [...state.agents.values()]
    const sent = new Set(agents.slice(0, state.run.agentsBeforeRetry ?? 0).map(phaseAbove))
    const titles = new Set(
      agents.flatMap((agent) => phaseAbove(agent) ?? []).filter((title) => !sent.has(title)),
    )
    return [...titles].map((title) => {
      const own = agents.filter((agent) => phaseAbove(agent) === title)
      const queued = own.map(({ queuedAt }) => Date.parse(queuedAt))
      const ended = own.map(({ endedAt }) => (endedAt === null ? atMs : Date.parse(endedAt)))
      const spentNanoUsd = state.phases.find((one) => one.title === title)?.spentNanoUsd ?? 0
      return {
        ...traceOf(runId, state.run.traceParent),
        spanId: phaseSpanId(runId, title),
        parentId: runSpanId(runId),
        name: `${operation.phase} ${title}`,
        kind: 'internal',
        operation: operation.phase,
        startMs: this.#took(runId, phasePart(title)) ?? Math.min(...queued),
        endMs: Math.max(...ended),
        attributes: {
          ...common(runId, state),
          [attribute.phase]: title,
          [attribute.agents]: own.length,
          [attribute.costUsd]: spentNanoUsd / 1e9,
        },
        errorType: null,
      }
    })
  }

  #agent(of: Of, event: EventOf<'agent.ended'>): EndedSpan | null {
    const agent = of.state.agents.get(event.agentId)
    // What it says was said in another run, and is in the trace of that one.
    if (agent === undefined || event.reusedFrom !== null) return null
    const begun = this.#took(of.runId, agentPart(agent.id, agent.attempt))
    const startMs = begun ?? Date.parse(agent.startedAt ?? agent.queuedAt)
    const failed = event.outcome === 'failed' ? (event.failure?.kind ?? 'failed') : null
    const span = agentSpan(of, agent, agent.attempt, { startMs, outcome: event.outcome, errorType: failed })
    if (this.showsContent) span.attributes[attribute.outputMessages] = message('assistant', event.preview)
    return this.#shown(span, agent)
  }

  /** An attempt that was given up for the next one. */
  #cutAttempt(of: Of, { type, agentId }: EventOf<'agent.retried' | 'agent.fell-back'>): EndedSpan | null {
    const agent = of.state.agents.get(agentId)
    if (agent === undefined) return null
    const attempt = agent.attempt - 1
    const startMs = this.#took(of.runId, agentPart(agentId, attempt)) ?? of.atMs
    const why = type === 'agent.retried' ? 'retried' : 'refusal'
    return this.#shown(agentSpan(of, agent, attempt, { startMs, outcome: why, errorType: why }), agent)
  }

  #shown(span: EndedSpan, { label }: AgentState): EndedSpan {
    return this.showsContent
      ? { ...span, attributes: { ...span.attributes, [attribute.label]: label } }
      : span
  }

  #turn(of: Of, event: EventOf<'turn.committed'>): EndedSpan {
    const { usage, cost, stopReason, requestId, firstTokenAt } = event
    const span = this.#chat(of, event)
    const cacheWrite = usage.cacheWrite5mTokens + usage.cacheWrite1hTokens
    const used: Attributes = {
      // Of all that the prompt holds, as the conventions count it: what the API calls input leaves out the cache.
      [attribute.inputTokens]: usage.inputTokens + usage.cacheReadTokens + cacheWrite,
      [attribute.outputTokens]: usage.outputTokens,
    }
    if (usage.cacheReadTokens > 0) used[attribute.cacheReadTokens] = usage.cacheReadTokens
    if (cacheWrite > 0) used[attribute.cacheWriteTokens] = cacheWrite
    if (usage.thinkingTokens > 0) used[attribute.reasoningTokens] = usage.thinkingTokens
    if (cost !== null) used[attribute.costUsd] = cost.totalNanoUsd / 1e9
    if (requestId !== null) used[attribute.requestId] = requestId
    if (firstTokenAt !== null)
      used[attribute.firstChunkSeconds] = Math.max(0, Date.parse(firstTokenAt) - span.startMs) / 1000
    return {
      ...span,
      attributes: {
        ...span.attributes,
        ...(usage.isMetered ? used : {}),
        [attribute.responseModel]: event.model,
        [attribute.finishReasons]: [stopReason],
      },
    }
  }

  #failedTurn(of: Of, event: EventOf<'turn.failed'>): EndedSpan {
    return { ...this.#chat(of, event), errorType: event.failure.kind }
  }

  #chat(of: Of, event: TurnRef): EndedSpan {
    const model = of.state.agents.get(event.agentId)?.model ?? of.state.run.model
    return {
      ...this.#below(of, event, 'turn'),
      name: `${operation.chat} ${model}`,
      kind: 'client',
      operation: operation.chat,
      attributes: {
        ...common(of.runId, of.state),
        ...refs(of.runId, event),
        [attribute.requestModel]: model,
      },
      errorType: null,
    }
  }

  #tool(of: Of, event: EventOf<'tool.ended'>): EndedSpan {
    return {
      ...this.#below(of, event, 'tool'),
      name: `${operation.tool} ${event.name}`,
      kind: 'internal',
      operation: operation.tool,
      attributes: {
        ...common(of.runId, of.state),
        ...refs(of.runId, event),
        [attribute.toolName]: event.name,
        [attribute.toolCall]: event.toolUseId,
        [attribute.toolType]: 'function',
      },
      errorType: event.isError ? 'tool_error' : null,
    }
  }

  /** Where something of an agent's attempt stands, and how long it took. */
  #below({ runId, state, atMs, seq }: Of, event: TurnRef & Partial<ToolRef>, what: 'turn' | 'tool') {
    const startMs = this.#took(runId, partOf(event)) ?? atMs
    return {
      ...traceOf(runId, state.run.traceParent),
      spanId: idOf(runId, `${what}/${seq}`, 16),
      parentId: agentSpanId(runId, event.agentId, event.attempt),
      startMs,
      endMs: atMs,
    }
  }

  #begin(runId: string, part: string, atMs: number): void {
    const begun = this.#begun.get(runId) ?? new Map<string, number>()
    begun.set(part, atMs)
    this.#begun.set(runId, begun)
  }

  #beginOnce(runId: string, part: string, atMs: number): void {
    if (this.#begun.get(runId)?.has(part) !== true) this.#begin(runId, part, atMs)
  }

  #took(runId: string, part: string): number | null {
    const begun = this.#begun.get(runId)
    const atMs = begun?.get(part) ?? null
    begun?.delete(part)
    return atMs
  }
}

type Of = { runId: string; state: RunState; atMs: number; seq: number }
type TurnRef = { agentId: string; turn: number; attempt: number }
type ToolRef = { toolUseId: string }

function agentSpan(
  { runId, state, atMs }: Of,
  agent: AgentState,
  attempt: number,
  { startMs, outcome, errorType }: { startMs: number; outcome: string; errorType: string | null },
): EndedSpan {
  const parent = agent.parentId === null ? undefined : state.agents.get(agent.parentId)
  const name = agent.phase ?? 'agent'
  return {
    ...traceOf(runId, state.run.traceParent),
    spanId: agentSpanId(runId, agent.id, attempt),
    parentId:
      parent === undefined ? aboveAgents(runId, agent) : agentSpanId(runId, parent.id, parent.attempt),
    name: `${operation.agent} ${name}`,
    kind: 'internal',
    operation: operation.agent,
    startMs,
    endMs: atMs,
    attributes: {
      ...common(runId, state),
      ...refs(runId, { agentId: agent.id, attempt }),
      [attribute.agentName]: name,
      [attribute.requestModel]: agent.model,
      [attribute.outcome]: outcome,
      ...(agent.phase === null ? {} : { [attribute.phase]: agent.phase }),
    },
    errorType,
  }
}

function common(runId: string, { run }: RunState): Attributes {
  return {
    [attribute.provider]: providerName(run.simulated),
    [attribute.run]: runId,
    [attribute.project]: run.project,
    [attribute.simulated]: run.simulated,
  }
}

function refs(runId: string, { agentId, attempt }: { agentId: string; attempt: number }): Attributes {
  return {
    [attribute.conversation]: `${runId}/${agentId}`,
    [attribute.agent]: agentId,
    [attribute.attempt]: attempt,
  }
}

/** A message in the shape of the conventions, as JSON. */
function message(role: 'assistant' | 'user', content: string): string {
  return JSON.stringify([{ role, parts: [{ type: 'text', content }] }])
}

/** Finds when something began: a turn or a tool of an attempt. */
function partOf({ agentId, turn, attempt, toolUseId }: TurnRef & Partial<ToolRef>): string {
  return [agentId, attempt, turn, toolUseId ?? ''].join('/')
}

function agentPart(agentId: string, attempt: number): string {
  return `agent/${agentId}/${attempt}`
}

function phasePart(title: string): string {
  return `phase/${title}`
}

/** What an agent that no other has started hangs on: its phase, or without one the run. */
function aboveAgents(runId: string, { phase }: AgentState): string {
  return phase === null ? runSpanId(runId) : phaseSpanId(runId, phase)
}

/** The phase that an agent hangs on: none where another agent started it, or its answer is of another run. */
function phaseAbove({ phase, parentId, reusedFrom }: AgentState): string | null {
  return parentId === null && reusedFrom === null ? phase : null
}

const phaseSpanId = (runId: string, title: string) => idOf(runId, phasePart(title), 16)
const agentSpanId = (runId: string, agentId: string, attempt: number) =>
  idOf(runId, agentPart(agentId, attempt), 16)
const runSpanId = (runId: string) => idOf(runId, 'run', 16)

/** The trace of a run: the one it was launched in, or one of its own. */
function traceOf(runId: string, traceParent: string | undefined) {
  const given = traceParent === undefined ? null : readTraceParent(traceParent)
  return given ?? { traceId: idOf(runId, 'trace', 32), parentId: null, isSampled: true }
}

function idOf(runId: string, part: string, digits: number): string {
  return createHash('sha256').update(`${runId}\n${part}`).digest('hex').slice(0, digits)
}
