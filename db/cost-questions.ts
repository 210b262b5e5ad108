import type { CostAnswers, CostQuestions } from '@/lib/core/money/cost-store'
import type { Connection } from './open'
import { agentModels } from './store/agent-costs'
import { budgets, peers, runTotals, unpriced, unsettled, usage } from './store/cost-lists'
import { costReport } from './store/costs'
import { repricedTurns, scanRepricing } from './store/repricing-scan'

const answers: {
  [K in keyof CostQuestions]: (connection: Connection, question: CostQuestions[K]) => CostAnswers[K]
} = {
  costReport,
  runTotals,
  unsettled,
  usage,
  agentModels,
  repricing: scanRepricing,
  repricedTurns,
  budgets,
  peers,
  unpriced,
}

/** Answers one question as of one moment, whatever is committed meanwhile. */
export function answerCosts<K extends keyof CostQuestions>(
  connection: Connection,
  kind: K,
  question: CostQuestions[K],
): CostAnswers[K] {
  return connection.transaction(() => answers[kind](connection, question))()
}
