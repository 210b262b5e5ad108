import type { CostAnswers, CostQuestions } from '@/lib/core/money/cost-store'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'

/** Asks for costs, beside the work. What cannot be answered now is a refusal that says so. */
export async function queryCosts<K extends keyof CostQuestions>(
  app: App,
  kind: K,
  question: CostQuestions[K],
  signal?: AbortSignal,
): Promise<CostAnswers[K]> {
  try {
    return await app.costReader.ask(kind, question, signal)
  } catch (cause) {
    if (signal?.aborted) throw cause
    // By name: the class is the database's, and Next loads modules more than once.
    if (cause instanceof Error && cause.name === 'ReaderError') throw new Refusal('busy', cause.message)
    throw cause
  }
}

/** Whether simulated money is meant: as asked, else the kind that this installation spends. */
export function moneyOf(app: App, simulated: boolean | undefined): boolean {
  return simulated ?? app.provider.simulated
}
