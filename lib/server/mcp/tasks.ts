import {
  type CallToolResult,
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { assertNever } from '@/lib/core/base/assert-never'
import { cutWithCount } from '@/lib/core/base/cut-text'
import type { JsonObject } from '@/lib/core/base/json'
import { isNamed } from '@/lib/core/base/named-error'
import { hasEnded } from '@/lib/core/spec/run-status'
import { invalid } from '../services/problem'
import { answerOfForm, formOf } from './forms'
import { headFor } from './head-for'
import { answerQuestion, priceOf, questionsOf, type RunHead, type RunQuestion } from './questions'
import { sentenceOf, type Visit } from './tool'
import { progressOf, resultOf } from './tool-results'
import type { EndpointRefusal } from './verb'

/** The extension by which a client follows runs as tasks, in its revision 2026-07-28. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/** How often a client is asked to look. */
const POLL_MS = 500

/** Longest text of a question, whatever a script wrote. */
const LONGEST_MESSAGE = 6_000

/** What every task says of itself. Its id is the run's: a task lives as long as its run is kept. */
function aboutTask({ app }: Visit, head: RunHead) {
  const { id, createdAt, endedAt } = head.run
  return {
    taskId: id,
    statusMessage: cutWithCount(progressOf(head), LONGEST_MESSAGE),
    createdAt,
    lastUpdatedAt: endedAt ?? new Date(app.now()).toISOString(),
    ttlMs: null,
    pollIntervalMs: POLL_MS,
  }
}

/** What a call answers that becomes a task: told only to clients that say they follow tasks. */
export function createdTask(visit: Visit, head: RunHead): CallToolResult {
  const status = hasEnded(head.run.status) ? 'working' : statusOf(head)
  // The protocol's answer to a call that is a task has no content; the library's type knows only the other.
  return { content: [], resultType: 'task', ...aboutTask(visit, head), status }
}

function statusOf(head: RunHead): 'working' | 'input_required' {
  return questionsOf(head).length > 0 ? 'input_required' : 'working'
}

/** A run as a task: at work, waiting for input with its questions, or over with its result. */
async function taskOf(visit: Visit, head: RunHead): Promise<{ [field: string]: unknown }> {
  const about = aboutTask(visit, head)
  const { status, reason, error } = head.run
  switch (status) {
    case 'draft':
    case 'queued':
    case 'running':
    case 'paused': {
      const questions = questionsOf(head)
      if (questions.length === 0) return { ...about, status: 'working' }
      return { ...about, status: 'input_required', inputRequests: requestsOf(head, questions) }
    }
    case 'completed':
    case 'completed-with-failures':
    case 'stopped-at-limit': {
      const result = await resultOf(visit.verbs, visit.from, head.run.id)
      return { ...about, status: 'completed', result: { ...result, resultType: 'complete' } }
    }
    case 'cancelled':
      return { ...about, status: 'cancelled' }
    case 'failed': {
      const message = cutWithCount(error?.message ?? reason ?? 'The run failed.', LONGEST_MESSAGE)
      return { ...about, status: 'failed', error: { code: ProtocolErrorCode.InternalError, message } }
    }
    default:
      return assertNever(status)
  }
}

/**
 * The questions as input requests. A client that sees the same key again must see the same request, so the
 * price in it is that of the launch and the cap, and the key changes with the cap.
 */
function requestsOf(head: RunHead, questions: readonly RunQuestion[]): JsonObject {
  const price = priceOf(head)
  return Object.fromEntries(
    questions.map((question) => [
      keyOf(question, head),
      {
        method: 'elicitation/create',
        params: {
          mode: 'form',
          message: cutWithCount(
            [question.title, question.detail, price].filter(Boolean).join('\n\n'),
            LONGEST_MESSAGE,
          ),
          requestedSchema: formOf(question),
        },
      },
    ]),
  )
}

function keyOf({ id }: RunQuestion, { run }: RunHead): string {
  return `${id}@${run.limits.nanoUsd ?? 'none'}`
}

const taskParams = z.object({ taskId: z.string().min(1).max(200) })
/** Responses as clients give them, by the keys of the requests; what is none was left out by the library. */
const responsesSchema = z.record(
  z.string().max(300),
  z.object({
    action: z.enum(['accept', 'decline', 'cancel']),
    content: z.record(z.string().max(200), z.json()).optional(),
  }),
)

/** Answers the requests of the Tasks extension from the runs themselves; nothing is kept between them. */
export function offerTasks(server: McpServer, visit: Visit): void {
  server.server.setRequestHandler('tasks/get', { params: taskParams }, ({ taskId }) =>
    refusing(async () => ({
      resultType: 'complete',
      ...(await taskOf(visit, await headFor(visit, taskId))),
    })),
  )
  server.server.setRequestHandler('tasks/update', { params: taskParams }, ({ taskId }, { mcpReq }) =>
    refusing(async () => {
      const responses = responsesSchema.safeParse(mcpReq.inputResponses ?? {})
      if (!responses.success) throw invalid(responses.error)
      for (const [key, response] of Object.entries(responses.data))
        await respond(visit, await headFor(visit, taskId), key, response)
      return { resultType: 'complete' }
    }),
  )
  server.server.setRequestHandler('tasks/cancel', { params: taskParams }, ({ taskId }) =>
    refusing(async () => {
      const { run } = await headFor(visit, taskId)
      if (!hasEnded(run.status)) await stopUnlessOver(visit, taskId)
      return { resultType: 'complete' }
    }),
  )
}

/** Cancels a run; one that ended meanwhile, or is ending, has nothing left to cancel. */
async function stopUnlessOver({ verbs, from }: Visit, id: string): Promise<void> {
  try {
    await verbs.cancelRun(from, { params: { id } })
  } catch (error) {
    if (!isNamed<EndpointRefusal>(error, 'EndpointRefusal') || error.status !== 409) throw error
  }
}

type Response = z.infer<typeof responsesSchema>[string]

/**
 * Takes one response. What was asked for yes or no is declined with a no; any other question that somebody
 * declines stays open, for a person at the page of the run.
 */
async function respond(visit: Visit, head: RunHead, key: string, response: Response): Promise<void> {
  const question = questionsOf(head).find((one) => keyOf(one, head) === key)
  // Somebody was first, or the cap has changed meanwhile and it was asked anew.
  if (question === undefined) return
  const isAccepted = response.action === 'accept'
  if (!isAccepted && (response.action === 'cancel' || question.input !== null)) return
  const answer = isAccepted ? answerOfForm(question, response.content ?? {}) : false
  await answerQuestion(visit.verbs, visit.from, head, { questionId: question.id, answer })
}

async function refusing<T>(answer: () => Promise<T>): Promise<T> {
  try {
    return await answer()
  } catch (error) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, sentenceOf(error))
  }
}
