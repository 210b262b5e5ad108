import type { CostAnswers, CostQuestions, CostReader } from '@/lib/core/money/cost-store'
import type { Clock } from '@/lib/core/ports/clock'
import { createPool, type PoolSentences } from '@/lib/threads/pool'

/** A question to a thread, which takes one at a time. */
export type ReaderCall<K extends keyof CostQuestions = keyof CostQuestions> = {
  [Kind in K]: { kind: Kind; question: CostQuestions[Kind]; project: string | null }
}[K]
export type ReaderAnswer = CostAnswers[keyof CostAnswers]

/** Two threads, so one long question does not hold up every short one. */
const THREADS = 2
/** Questions that may wait; more would be answered after their askers are gone. */
const MOST_WAITING = 64
/**
 * A report takes milliseconds and repricing a year some seconds; a question that exceeds this processor or
 * awake time is stuck.
 */
const LONGEST_MS = 60_000

const sentences: PoolSentences = {
  failed: (why) => `The costs could not be read: ${why}`,
  ended: (why) =>
    why === null
      ? 'The thread that reads the cost rollups has ended.'
      : `The costs could not be read: ${why}`,
  notStarted: 'The thread that reads the cost rollups did not start.',
  tooLong: 'The question took too long and was given up. Ask for a shorter period.',
}

/** A question that was not answered, in words a person can act on. */
export class ReaderError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ReaderError'
  }
}

/**
 * Reads the database at `path` on threads of its own, with a connection that cannot write. A question that is
 * given up ends its thread: SQLite cannot be told to stop in the middle, and nobody should wait behind it.
 */
export function createCostReader({
  entry,
  path,
  clock,
}: {
  entry: string
  path: string
  clock: Clock
}): CostReader {
  const pool = createPool<ReaderCall, ReaderAnswer>({
    ...{ entry, awake: clock.awake, threads: THREADS, workerData: path, sentences },
    ...{ mostMs: LONGEST_MS, mostAwakeMs: LONGEST_MS },
  })
  let open = 0

  async function ask(call: ReaderCall, signal?: AbortSignal): Promise<ReaderAnswer> {
    if (open >= THREADS + MOST_WAITING)
      throw new ReaderError('Too many questions about costs at once. Ask again in a moment.')
    open += 1
    try {
      // All questions have one owner: they are answered in their order, and none is ended for another.
      const asked = await pool.ask(call, { owner: 'costs', ...(signal === undefined ? {} : { signal }) })
      if (asked.ok) return asked.answer
      throw signal?.aborted ? signal.reason : new ReaderError(asked.reason)
    } finally {
      open -= 1
    }
  }

  const within = (project: string | null): CostReader => ({
    ask: async (kind, question, signal) => answerOf(kind, await ask(callOf(kind, question, project), signal)),
    within,
    close: () => pool.close(),
  })
  return within(null)
}

/**
 * TypeScript loses sight of which question belongs to which kind; the signature of `ask` has just checked it.
 */
function callOf<K extends keyof CostQuestions>(
  kind: K,
  question: CostQuestions[K],
  project: string | null,
): ReaderCall {
  return { kind, question, project } as unknown as ReaderCall
}

/** The thread answers a question with the answer of its kind: `answerCosts` says so in its type. */
function answerOf<K extends keyof CostAnswers>(_kind: K, answer: ReaderAnswer): CostAnswers[K] {
  return answer as CostAnswers[K]
}
