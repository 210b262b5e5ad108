import { z } from 'zod'
import type { RunList, runListQuerySchema } from '@/lib/api/first/run-list'
import type { CallOptions, RunFilters, RunInput, RunResult, Transcript, TranscriptTurn } from '@/lib/api/runs'
import { resultText, shownIn } from '@/lib/core/agent/shown'
import { type JsonObject, parseJson } from '@/lib/core/base/json'
import { tokenCounts } from '@/lib/core/money/usage'
import type { AgentOptions, StoredMessage, TurnRow } from '@/lib/core/ports/agent-store'
import { type RunOrder, type RunPlace, runOrders } from '@/lib/core/ports/run-store'
import { openCheckpoints } from '@/lib/core/run/checkpoints'
import type { Envelope } from '@/lib/core/run/events'
import { type RunState, type Snapshot, toSnapshot } from '@/lib/core/run/state'
import { runStatuses } from '@/lib/core/spec/run-status'
import type { App } from '@/lib/server/app/app'
import { summaryOf } from '@/lib/server/app/overview'
import { noRun, Refusal } from '@/lib/server/services/problem'

/** A page of runs, newest first. */
export async function listRuns(app: App, query: z.infer<typeof runListQuerySchema>): Promise<RunList> {
  const named =
    query.status === undefined
      ? null
      : query.status
          .split(',')
          .map((status) => status.trim())
          .filter(Boolean)
  const unknown = named?.find((name) => !runStatuses.some((status) => status === name))
  if (unknown !== undefined)
    throw new Refusal(
      'bad-request',
      `\`status\`: ${JSON.stringify(unknown)} is not one of ${runStatuses.join(', ')}.`,
    )
  const { offset, limit } = query
  const by = query.sort ?? 'launched'
  const descends = query.order === undefined ? !ascending.has(by) : query.order === 'desc'
  const after = query.after === undefined ? null : readCursor(query.after, by, descends)
  const { runs, total, last } = await app.store.listRuns({
    statuses: named === null ? null : runStatuses.filter((status) => named.includes(status)),
    workflow: query.workflow ?? null,
    text: query.q ?? null,
    traits: {
      user: query.user ?? null,
      tag: query.tag ?? null,
      kind: query.kind ?? null,
      minNanoUsd: nanoUsd(query.minCostUsd),
      maxNanoUsd: nanoUsd(query.maxCostUsd),
      minAgents: query.minAgents ?? null,
      maxAgents: query.maxAgents ?? null,
    },
    sorting: { by, descends, at: new Date(app.clock.now()).toISOString(), after },
    offset,
    limit,
  })
  const notes = await app.store.runNotes.countNotes(runs.map(({ run }) => run.id))
  const next = offset + runs.length
  return {
    // As they were filtered: what has happened since would contradict the filter.
    runs: runs.map((head) => ({
      ...summaryOf(head, isAsking(app, head.run.id)),
      notes: notes.get(head.run.id) ?? 0,
    })),
    total,
    nextOffset: after === null && next < total ? next : null,
    nextCursor: last === null || runs.length < limit ? null : writeCursor({ by, descends, place: last }),
  }
}

function isAsking(app: App, runId: string): boolean {
  const active = app.engine.active(runId)
  return active !== null && openCheckpoints(active.journal.state).length > 0
}

/** Orders in which the smallest is what one looks for. */
const ascending: ReadonlySet<RunOrder> = new Set(['title', 'status'])

const cursorSchema = z.object({
  by: z.enum(runOrders),
  descends: z.boolean(),
  place: z.object({
    value: z.union([z.string(), z.number()]),
    createdAt: z.string(),
    id: z.string(),
    at: z.string(),
  }),
})

function writeCursor(cursor: z.infer<typeof cursorSchema>): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** The place in a cursor. Throws a refusal where it is none of ours, or of a list in another order. */
function readCursor(text: string, by: RunOrder, descends: boolean): RunPlace {
  const read = cursorSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString()))
  if (!read.success || read.data.by !== by || read.data.descends !== descends)
    throw new Refusal('bad-request', '`after`: give the `nextCursor` of a page in the same order.')
  return read.data.place
}

/** Names of each kind that a list of filters offers. */
const MOST_NAMES = 200

/** Names that runs can be filtered by. */
export function listFilters(app: App): Promise<RunFilters> {
  return app.store.runNames(MOST_NAMES)
}

function nanoUsd(usd: number | undefined): number | null {
  return usd === undefined ? null : Math.round(usd * 1e9)
}

/** State of a run as of its last committed event. */
export async function getRun(app: App, runId: string): Promise<Snapshot> {
  const state = app.engine.active(runId)?.journal.state ?? (await app.store.loadState(runId))
  if (state === null) throw noRun(runId)
  return toSnapshot(state)
}

/** What a run is as a whole, as of its last committed event; without its agents, which may be thousands. */
export async function getHead(
  app: Pick<App, 'engine' | 'store'>,
  runId: string,
): Promise<Omit<RunState, 'agents'>> {
  const head = app.engine.active(runId)?.journal.state ?? (await app.store.loadHead(runId))
  if (head === null) throw noRun(runId)
  return head
}

export async function getResult(app: App, runId: string): Promise<RunResult> {
  const [result, { run, outcomeCounts }] = [await app.store.loadResult(runId), await getHead(app, runId)]
  if (result === null) throw noRun(runId)
  const { status, resultInputs, flaggedSources } = run
  return { ...result, status, outcomeCounts, resultInputs, flaggedSources }
}

/** What a run was launched with: the script that runs and its args. */
export async function getInput(app: App, runId: string): Promise<RunInput> {
  const input = await app.store.loadInput(runId)
  if (input === null) throw noRun(runId)
  return input
}

/** Full transcript of an agent. */
export async function getTranscript(app: App, runId: string, agentId: string): Promise<Transcript> {
  const { store } = app
  const stored = await store.loadAgent(runId, agentId)
  if (stored === null) throw new Refusal('not-found', `Run ${runId} has no agent ${agentId}.`)
  const [messages, turns, events] = await Promise.all([
    store.loadMessages(runId, agentId),
    store.loadTurns(runId, agentId),
    store.agentEvents(runId, agentId),
  ])
  return {
    agent: app.engine.active(runId)?.journal.state.agents.get(agentId) ?? stored.state,
    prompt: stored.spec.prompt,
    system: stored.spec.system,
    tools: stored.spec.tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema,
    })),
    schema: stored.spec.schema,
    options: callOptions(stored.spec.options),
    turns: turns.map((turn) => transcriptTurn(turn, messages, events)),
    failedTurns: events.flatMap(({ event, at }) =>
      event.type === 'turn.failed'
        ? [
            {
              turn: event.turn,
              attempt: event.attempt,
              at,
              kind: event.failure.kind,
              message: event.failure.message,
              unsettledNanoUsd: event.unsettledNanoUsd,
            },
          ]
        : [],
    ),
    result: stored.result,
  }
}

function callOptions(options: AgentOptions): CallOptions {
  const { effort, stallMs, timeoutMs, maxTurns, maxTokens, retries, nanoUsd, tokens, agentType, delivery } =
    options
  const bounds = { stallMs, timeoutMs, maxTurns, maxTokens, retries, nanoUsd, tokens }
  return { effort, ...bounds, agentType: agentType?.asked ?? null, delivery }
}

function transcriptTurn(
  turn: TurnRow,
  all: readonly StoredMessage[],
  events: readonly Envelope[],
): TranscriptTurn {
  // A batch may answer for an earlier attempt in the midst of a later one: neither is part of the other.
  const messages = all.filter((message, at) => at === 0 || message.attempt === turn.attempt)
  const index = messages.findIndex(
    ({ message, turn: of }) => message.role === 'assistant' && of === turn.turn,
  )
  const content = messages[index]?.message.content ?? []
  const before = index > 1 ? messages[index - 1]?.message.content : undefined
  const results = messages[index + 1]?.message.content ?? []
  return {
    index: turn.turn,
    attempt: turn.attempt,
    model: turn.model,
    said: before === undefined ? null : textOf(before),
    content,
    toolCalls: content
      .filter((block) => block.type === 'tool_use')
      .map((block) => toolCall(block, results, events)),
    usage: tokenCounts(turn.usage),
    costNanoUsd: turn.cost?.totalNanoUsd ?? null,
    isMetered: turn.usage.isMetered,
    costByKind: turn.cost?.byKind ?? null,
    delivery: turn.usage.serviceTier === 'batch' ? 'batch' : 'live',
    stopReason: turn.stopReason,
    requestId: turn.requestId,
    startedAt: turn.startedAt,
    firstTokenAt: turn.firstTokenAt,
    endedAt: turn.endedAt,
  }
}

function textOf(content: readonly JsonObject[]): string | null {
  const text = content
    .map((block) => (block.type === 'text' && typeof block.text === 'string' ? block.text : ''))
    .join('')
  return text === '' ? null : text
}

function toolCall(
  block: JsonObject,
  results: readonly JsonObject[],
  events: readonly Envelope[],
): TranscriptTurn['toolCalls'][number] {
  const id = String(block.id ?? '')
  const result = results.find((one) => one.type === 'tool_result' && one.tool_use_id === id)
  const time = (type: 'tool.started' | 'tool.ended') =>
    events.find(({ event }) => event.type === type && event.toolUseId === id)?.at ?? null
  return {
    id,
    name: String(block.name ?? ''),
    input: block.input ?? null,
    output: resultText(result?.content),
    shown: (result === undefined ? [] : shownIn([result])).map(({ kind, title, pages }) => ({
      kind,
      title,
      pages,
    })),
    isError: result === undefined ? null : result.is_error === true,
    startedAt: time('tool.started'),
    endedAt: time('tool.ended'),
  }
}
