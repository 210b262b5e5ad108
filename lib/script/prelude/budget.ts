import { state } from './state'
import { freeze } from './taken-aside'

function left(total: number | null, spent: number): number {
  if (total === null) return Number.POSITIVE_INFINITY
  return total > spent ? total - spent : 0
}

/** The script's own target in output tokens, and the run's cap in dollars, as of the last delivered fact. */
export const budget = freeze({
  get total() {
    return state.settings.budgetTotal
  },
  spent: () => state.spent.outputTokens,
  remaining: () => left(state.settings.budgetTotal, state.spent.outputTokens),
  usd: freeze({
    get total() {
      return state.spent.capNanoUsd === null ? null : state.spent.capNanoUsd / 1e9
    },
    spent: () => state.spent.costNanoUsd / 1e9,
    remaining: () => left(state.spent.capNanoUsd, state.spent.costNanoUsd) / 1e9,
  }),
})
