import type { Alert } from '@/lib/core/money/alerts'
import type { Budget } from '@/lib/core/money/budgets'
import { modelName } from '../format/model-name'
import { formatCap, formatUsd } from '../format/money'

/** The name of a budget, in words that follow "the". */
export function budgetName({ scope, name, period }: Pick<Budget, 'scope' | 'name' | 'period'>): string {
  const whole = period === 'day' ? 'daily' : 'monthly'
  switch (scope) {
    case 'all':
      return `${whole} budget for all runs`
    case 'workflow':
      return `${whole} budget for workflow ${name}`
    case 'user':
      return `${whole} budget for ${name}`
    case 'tag':
      return `${whole} budget for tag ${name}`
  }
}

/** An alert in one sentence, for the overview and for a notice. */
export function alertSentence(alert: Alert): string {
  switch (alert.kind) {
    case 'budget': {
      const { budget, threshold, spentNanoUsd, period } = alert
      const reached = threshold === 100 ? 'is used up' : `is at least ${threshold}% used`
      return `The ${budgetName(budget)} ${reached}: ${formatUsd(spentNanoUsd)} of ${formatCap(budget.nanoUsd)} in ${period} (UTC).`
    }
    case 'outlier': {
      const times = (alert.spentNanoUsd / alert.medianNanoUsd).toFixed(1)
      return `${alert.title} cost ${formatUsd(alert.spentNanoUsd)}, ${times}× the median of ${alert.workflow} (${formatUsd(alert.medianNanoUsd)}).`
    }
    case 'unknown-price':
      return `${modelName(alert.model)} has no known price, but ${alert.title} used it: what that cost is missing from totals.`
    case 'backup':
      return `The backup failed. ${alert.why}`
  }
}

/** What an alert is called where there is room for two words. */
export function alertTitle(alert: Alert): string {
  switch (alert.kind) {
    case 'budget':
      return alert.threshold === 100 ? 'Budget used up' : `Budget at ${alert.threshold}%`
    case 'outlier':
      return 'Expensive run'
    case 'unknown-price':
      return 'Unknown price'
    case 'backup':
      return 'No backup'
  }
}
