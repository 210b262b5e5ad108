import type { CostAnswers, CostQuestions } from '@/lib/core/money/cost-store'

/** What the thread is told; one question at a time. */
export type ReaderCall<K extends keyof CostQuestions = keyof CostQuestions> = {
  [Kind in K]: { id: number; kind: Kind; question: CostQuestions[Kind] }
}[K]

export type ReaderAnswer =
  | { kind: 'ready' }
  | { kind: 'answer'; id: number; answer: CostAnswers[keyof CostAnswers] }
  | { kind: 'refused'; id: number; reason: string }
