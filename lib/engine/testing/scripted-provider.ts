import { type FailureKind, failure } from '@/lib/core/agent/failure'
import { noUsage } from '@/lib/core/money/usage'
import type { Clock } from '@/lib/core/ports/clock'
import type { Provider, TurnRequest, TurnResult } from '@/lib/core/ports/ports'

/** What a provider says to one request. */
export type Reply =
  | { kind: 'answer'; text: string; afterMs: number }
  | { kind: 'failure'; failure: FailureKind; retryAfterMs: number | null; afterMs: number }
  /** It breaks off in the middle of its answer. */
  | { kind: 'partial'; text: string; afterMs: number }
  /** It answers, and lets go of a request that was cut only after a while. */
  | { kind: 'clinging'; text: string; afterMs: number; clingMs: number }
  /** It begins and then falls silent, until nobody waits any longer. */
  | { kind: 'silence' }

/** One request as it was sent: the question it began with, and the answers that stood in it already. */
export type Sent = { prompt: string; answers: number }

/** A provider that says what a test decides, on the test's clock. */
export function scriptedProvider(clock: Clock, decide: (sent: Sent) => Reply): Provider {
  const gone: FailureKind = 'interrupted'
  return {
    name: 'simulator',
    simulated: true,
    credentialId: 'scripted',
    async turn(request, observer, { signal, idleLimitMs }): Promise<TurnResult> {
      const reply = decide({ prompt: promptOf(request), answers: request.messages.filter(isAnswer).length })
      const started = { model: request.model, usage: { ...noUsage, inputTokens: 100 }, outputCharacters: 0 }
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
        started.outputCharacters = reply.text.length
        return { ok: false, failure: failure('connection', 'The stream broke off.'), started }
      }
      if (reply.kind === 'failure' || reply.kind === 'silence') {
        const { kind, retryAfterMs } =
          reply.kind === 'failure' ? { kind: reply.failure, retryAfterMs: reply.retryAfterMs } : stalled
        return { ok: false, failure: failure(kind, 'The provider said no.', { retryAfterMs }), started: null }
      }
      observer.onText(reply.text)
      const usage = { ...noUsage, inputTokens: 100, outputTokens: 20 }
      const content = [{ type: 'text', text: reply.text }]
      return {
        ok: true,
        turn: { model: request.model, content, stopReason: 'end_turn', usage, requestId: null },
      }
    },
    batches: {
      create: () => noBatches(),
      look: () => noBatches(),
      recent: () => noBatches(),
      results: () => noBatches(),
      withdraw: () => noBatches(),
    },
    countTokens: async () => null,
    models: async () => [],
  }
}

const stalled = { kind: 'stalled', retryAfterMs: null } as const

async function noBatches() {
  const refused = failure('invalid-request', 'There are no batches here.')
  return { ok: false as const, failure: refused, mayExist: false, isUnknown: true }
}

function promptOf({ messages }: TurnRequest): string {
  const text = messages[0]?.content.find(({ type }) => type === 'text')?.text
  return typeof text === 'string' ? text : ''
}

function isAnswer({ role }: { role: string }): boolean {
  return role === 'assistant'
}
