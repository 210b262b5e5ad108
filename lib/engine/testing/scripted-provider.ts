import { type FailureKind, failure } from '@/lib/core/agent/failure'
import type { Refusal } from '@/lib/core/agent/refusal'
import type { JsonObject } from '@/lib/core/base/json'
import { englishCharacters, noUsage, type Usage } from '@/lib/core/money/usage'
import type { Clock } from '@/lib/core/ports/clock'
import type {
  BatchProvider,
  CompletedTurn,
  Message,
  Provider,
  TurnRequest,
  TurnResult,
} from '@/lib/core/ports/ports'

/** What a provider says to one request. */
export type Reply =
  | { kind: 'answer'; text: string; afterMs: number }
  /** A response in full; tool calls without an id get one. */
  | {
      kind: 'turn'
      content: JsonObject[]
      stopReason: string
      usage: Partial<Usage>
      afterMs: number
      refusal?: Refusal
    }
  | {
      kind: 'failure'
      failure: FailureKind
      retryAfterMs: number | null
      afterMs: number
      message?: string
    }
  /** It breaks off in the middle of its answer. */
  | { kind: 'partial'; text: string; afterMs: number }
  /** It answers, and lets go of a request that was cut only after a while. */
  | { kind: 'clinging'; text: string; afterMs: number; clingMs: number }
  /** It begins and then falls silent, until nobody waits any longer. */
  | { kind: 'silence' }

/** One request as it was sent. */
export type Sent = {
  /** The question it began with. */
  prompt: string
  /** The answers that stood in it already. */
  answers: number
  /** Its last message: what was said to the agent, or what its tools gave. */
  heard: string
  request: TurnRequest
  /** Whether it travelled in a batch. */
  inBatch: boolean
}

/** What a plain answer uses. */
export const usualUsage: Usage = { ...noUsage, inputTokens: 100, outputTokens: 20 }

let ids = 0

/** A provider that says what a test decides, on the test's clock. */
export function scriptedProvider(
  clock: Clock,
  decide: (sent: Sent) => Reply,
  batches: BatchProvider,
): Provider {
  const gone: FailureKind = 'interrupted'
  return {
    name: 'simulator',
    simulated: true,
    credentialId: 'scripted',
    hasServerTools: true,
    async turn(request, observer, { signal, idleLimitMs }): Promise<TurnResult> {
      const reply = decide(sentOf(request, false))
      const usage = reply.kind === 'turn' ? { ...usualUsage, ...reply.usage } : usualUsage
      const started = { model: request.model, usage: { ...usage, outputTokens: 0 }, outputCharacters: 0 }
      try {
        await clock.sleep(1, signal)
        observer.onStart(started.model, started.usage)
        observer.onByte()
        if (reply.kind === 'silence') await clock.awake.sleep(idleLimitMs, signal)
        else await clock.sleep(reply.afterMs, signal)
      } catch {
        if (reply.kind === 'clinging') await clock.sleep(reply.clingMs, new AbortController().signal)
        return { ok: false, failure: failure(gone, 'The request was cut.'), started }
      }
      if (reply.kind === 'partial') {
        observer.onText(reply.text)
        started.outputCharacters = englishCharacters(reply.text)
        return { ok: false, failure: failure('connection', 'The stream broke off.'), started }
      }
      if (reply.kind === 'failure' || reply.kind === 'silence')
        return { ok: false, failure: failureOf(reply), started: null }
      const turn = turnOf(reply, request.model)
      observer.onText(textOf(turn.content))
      return { ok: true, turn: { ...turn, usage: { ...turn.usage, speed: request.speed } } }
    },
    batches,
    countTokens: async () => null,
    models: async () => [],
  }
}

/** The failure that a reply stands for. */
export function failureOf(reply: Extract<Reply, { kind: 'failure' | 'silence' }>) {
  if (reply.kind === 'silence') return failure('stalled', 'The provider said no.')
  const { retryAfterMs, message = 'The provider said no.' } = reply
  return failure(reply.failure, message, { retryAfterMs })
}

/** The response that a reply stands for. */
export function turnOf(
  reply: Extract<Reply, { kind: 'answer' | 'clinging' | 'turn' }>,
  model: string,
): CompletedTurn {
  if (reply.kind !== 'turn') {
    const content = [{ type: 'text', text: reply.text }]
    return { model, content, stopReason: 'end_turn', refusal: null, usage: usualUsage, requestId: null }
  }
  const content = reply.content.map((block) =>
    block.type === 'tool_use' && block.id === undefined ? { ...block, id: `call${++ids}` } : block,
  )
  const usage = { ...usualUsage, ...reply.usage }
  const refusal = reply.stopReason === 'refusal' ? (reply.refusal ?? { category: null }) : null
  return { model, content, stopReason: reply.stopReason, refusal, usage, requestId: null }
}

/** A request as tests read it. */
export function sentOf(request: TurnRequest, inBatch: boolean): Sent {
  const { messages } = request
  const last = messages.at(-1)
  return {
    prompt: textOf(messages[0]?.content.slice(0, 1) ?? []),
    answers: messages.filter(({ role }) => role === 'assistant').length,
    heard: last === undefined ? '' : toldBy(last, messages.length === 1),
    request: { ...request, messages: [...messages] },
    inBatch,
  }
}

/**
 * The words of a message: its text, or what the tools gave. Of the first only the question: what stands below
 * it is the agent's budget.
 */
export function toldBy({ content }: Message, isFirst: boolean): string {
  return (isFirst ? content.slice(0, 1) : content)
    .map((block) => String(block.text ?? block.content ?? ''))
    .join('\n')
}

function textOf(content: readonly JsonObject[]): string {
  return content
    .flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : []))
    .join('')
}
