import type { CallToolResult, ResourceLink } from '@modelcontextprotocol/server'
import { agentCount, endedCount } from '@/lib/core/agent/agent-status'
import { cutWithCount } from '@/lib/core/base/cut-text'
import type { Json, JsonObject } from '@/lib/core/base/json'
import type { Permissions } from '@/lib/core/spec/permissions'
import { changesFiles } from '@/lib/core/spec/permissions'
import { hasEnded } from '@/lib/core/spec/run-status'
import { formatCap, moneyWords, usdIn } from '@/lib/view/format/money'
import { priceOf, questionsOf, type RunHead, spentOf } from './questions'
import type { Visitor } from './verb'
import type { Verbs } from './verbs'

/** Most characters of one answer: clients cut longer ones themselves, and where they like. */
const LONGEST_ANSWER = 30_000
/** A result up to this length is in the answer; of a longer one its beginning, with a link to the whole. */
const LONGEST_RESULT = 20_000
/** Most characters of a question's text, and of its schema, in a status. */
const LONGEST_DETAIL = 4_000
const MOST_PHASES = 50

/** An answer as text, JSON unless it is text already, within the bound. */
export function told(value: Json, links: readonly ResourceLink[] = []): CallToolResult {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return { content: [{ type: 'text', text: cutWithCount(text, LONGEST_ANSWER) }, ...links] }
}

/** A refusal as an answer, so that the model that asked reads the sentence. */
export function toldRefusal(sentence: string): CallToolResult {
  return { ...told(sentence), isError: true }
}

/** Where a result or the changes of a run are read as a resource. */
export function uriOf(runId: string, part: 'result' | 'changes'): string {
  return `skein://runs/${encodeURIComponent(runId)}/${part}`
}

function linkTo(runId: string, part: 'result' | 'changes', size?: number): ResourceLink {
  return {
    type: 'resource_link',
    uri: uriOf(runId, part),
    name: `${part} of ${runId}`,
    mimeType: part === 'result' ? 'application/json' : 'text/x-patch',
    ...(size === undefined ? {} : { size }),
  }
}

/** One run as a client is told of it: how far it is, what it spent, what it waits for, where its result is. */
export function statusOf(head: RunHead, from: Visitor): JsonObject {
  const { run, totals, phases } = head
  const usd = usdIn(run.simulated)
  return {
    runId: run.id,
    title: run.title,
    status: run.status,
    ...(run.reason === null ? {} : { reason: run.reason }),
    page: pageOf(run.id, from),
    agents: { ended: endedCount(totals.agents), of: agentCount(totals.agents), ...nonZero(totals.agents) },
    spent: spentOf(head),
    cap: moneyWords(run.simulated)(formatCap(run.limits.nanoUsd)),
    price: priceOf(head),
    phases: phases.slice(0, MOST_PHASES).map(({ title, counts, spentNanoUsd }) => ({
      title,
      ended: endedCount(counts),
      of: agentCount(counts),
      spent: usd(spentNanoUsd),
    })),
    ...(run.resumesAt === null ? {} : { resumesAt: run.resumesAt }),
    ...(run.error === null ? {} : { error: cutWithCount(run.error.message, LONGEST_DETAIL) }),
    questions: questionsOf(head).map(({ id, title, detail, input }) => ({
      questionId: id,
      title,
      ...(detail === '' ? {} : { detail: cutWithCount(detail, LONGEST_DETAIL) }),
      answer: input === null ? 'true or false' : boundedSchema(input),
    })),
    ...(hasEnded(run.status) ? { result: uriOf(run.id, 'result') } : {}),
    ...(hasChanges(run) ? { changes: uriOf(run.id, 'changes') } : {}),
  }
}

/** How far a run is, in a line. */
export function progressOf(head: RunHead): string {
  const { run, totals } = head
  const done = `${endedCount(totals.agents)} of ${agentCount(totals.agents)} agents have ended`
  const cap = moneyWords(run.simulated)(formatCap(run.limits.nanoUsd))
  const reason = run.reason === null ? '' : ` ${run.reason}`
  return `${run.status}: ${done}; spent ${spentOf(head)}, cap ${cap}.${reason}`
}

/** The page of a run, under the name by which the client reached the server. */
export function pageOf(runId: string, from: Pick<Visitor, 'url' | 'headers'>): string {
  const url = new URL(`/runs/${encodeURIComponent(runId)}`, from.url)
  url.host = from.headers.get('host') ?? url.host
  return url.href
}

function nonZero(counts: Readonly<Record<string, number>>): { [status: string]: number } {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}

function boundedSchema(input: JsonObject): Json {
  const text = JSON.stringify(input)
  return text.length <= LONGEST_DETAIL ? input : cutWithCount(text, LONGEST_DETAIL)
}

function hasChanges({ permissions, files }: { permissions: Permissions; files: unknown }): boolean {
  return changesFiles(permissions) && files !== null
}

/** What came of a run: the result where it is short, else its beginning and a link to the whole. */
export async function resultOf(verbs: Verbs, from: Visitor, runId: string): Promise<CallToolResult> {
  const { result, hasResult, status, outcomeCounts } = await verbs.getRunResult(from, {
    params: { id: runId },
  })
  const about = { runId, status, outcomes: nonZero(outcomeCounts), page: pageOf(runId, from) }
  if (!hasResult) return told({ ...about, result: null, note: 'This run has no result so far.' })
  const text = typeof result === 'string' ? result : JSON.stringify(result)
  if (text.length <= LONGEST_RESULT) return told({ ...about, result })
  const note = 'The result is long: this is its beginning; the resource has all of it.'
  return told({ ...about, note, beginning: cutWithCount(text, LONGEST_RESULT) }, [
    linkTo(runId, 'result', Buffer.byteLength(text)),
  ])
}
