import type { CostAnswers, CostQuestions } from '@/lib/core/money/cost-store'
import type { Connection } from './open'
import { agentModels } from './store/agent-costs'
import { budgets, peers, runTotals, unpriced, unsettled, usage } from './store/cost-lists'
import { costReport } from './store/costs'
import { repricedTurns, scanRepricing } from './store/repricing-scan'

const answers: {
  [K in keyof CostQuestions]: (
    connection: Connection,
    question: CostQuestions[K],
    project: string | null,
  ) => CostAnswers[K]
} = {
  costReport,
  runTotals,
  unsettled,
  usage,
  agentModels,
  repricing: ofAll(scanRepricing),
  repricedTurns: ofAll(repricedTurns),
  budgets,
  peers,
  unpriced,
}

/** A repricing is of everything there is. */
function ofAll<Q, A>(answer: (connection: Connection, question: Q) => A) {
  return (connection: Connection, question: Q, project: string | null): A => {
    if (project !== null) throw new Error('A repricing is not asked within one project')
    return answer(connection, question)
  }
}

/** Answers one question, of one project or (null) of all, as of one moment, whatever is committed meanwhile. */
export function answerCosts<K extends keyof CostQuestions>(
  connection: Connection,
  kind: K,
  question: CostQuestions[K],
  project: string | null,
): CostAnswers[K] {
  return connection.transaction(() => answers[kind](connection, question, project))()
}
