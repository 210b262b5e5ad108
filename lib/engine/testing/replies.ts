import type { FailureKind } from '@/lib/core/agent/failure'
import type { Json, JsonObject } from '@/lib/core/base/json'
import type { Usage } from '@/lib/core/money/usage'
import type { Reply, Sent } from './scripted-provider'

type Turn = Extract<Reply, { kind: 'turn' }>

/** How long a scripted reply takes unless it says otherwise, in virtual milliseconds. */
const USUAL_MS = 10

type Call = readonly [name: string, input: Json]

/** A plain answer; `usage` is what it used, where that matters. */
export function says(text: string, afterMs = USUAL_MS, usage: Partial<Usage> = {}): Turn {
  return { kind: 'turn', content: [{ type: 'text', text }], stopReason: 'end_turn', usage, afterMs }
}

/** Tool calls, side by side in one response. */
export function calls(...made: readonly Call[]): Turn {
  const content = made.map(([name, input]): JsonObject => ({ type: 'tool_use', name, input }))
  return { kind: 'turn', content, stopReason: 'tool_use', usage: {}, afterMs: USUAL_MS }
}

/** The answer tool, called with this input. */
export function answers(input: Json): Turn {
  return calls(['answer', input])
}

/** A response that stopped for another reason than that it was done. */
export function stops(stopReason: string, text: string): Turn {
  const content = text === '' ? [] : [{ type: 'text', text }]
  return { kind: 'turn', content, stopReason, usage: {}, afterMs: USUAL_MS }
}

/** A try that failed before anything was heard. */
export function fails(
  kind: FailureKind,
  { retryAfterMs = null, message }: { retryAfterMs?: number | null; message?: string } = {},
): Reply {
  return { kind: 'failure', failure: kind, retryAfterMs, afterMs: 5, ...(message ? { message } : {}) }
}

/** Nothing, until nobody waits any longer. */
export const silence: Reply = { kind: 'silence' }

/**
 * What is said to each prompt, turn by turn; the last turn stands for all that follow. A prompt is known by its
 * first line; whoever is not in the table gets `re: <prompt>`.
 */
export function conversations(table: Readonly<Record<string, readonly Reply[]>>): (sent: Sent) => Reply {
  return ({ prompt, answers: given }) => {
    const turns = table[prompt.split('\n', 1)[0] ?? ''] ?? []
    return turns[Math.min(given, turns.length - 1)] ?? says(`re: ${prompt}`)
  }
}
