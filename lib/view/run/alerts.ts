import type { Alert } from '@/lib/core/money/alerts'
import type { Budget } from '@/lib/core/money/budgets'
import { formatCap, formatUsd } from '../format/money'

/** What a budget is about, in words that go on after "the budget". */
export function budgetName({ scope, name, period }: Pick<Budget, 'scope' | 'name' | 'period'>): string {
  const whole = period === 'day' ? 'a day' : 'a month'
  switch (scope) {
    case 'all':
      return `of ${whole} over all runs`
    case 'workflow':
      return `of ${whole} for the workflow ${name}`
    case 'user':
      return `of ${whole} for ${name}`
    case 'tag':
      return `of ${whole} for the tag ${name}`
  }
}

/** An alert in one sentence, for the overview and for a notice. */
export function alertSentence(alert: Alert): string {
  switch (alert.kind) {
    case 'budget': {
      const { budget, threshold, spentNanoUsd, period } = alert
      const reached = threshold === 100 ? 'is used up' : `is at least ${threshold}% used`
      return `The budget ${budgetName(budget)} ${reached}: ${formatUsd(spentNanoUsd)} of ${formatCap(budget.nanoUsd)} in ${period} (UTC).`
    }
    case 'outlier': {
      const times = (alert.spentNanoUsd / alert.medianNanoUsd).toFixed(1)
      return `${alert.title} came to ${formatUsd(alert.spentNanoUsd)}, ${times}× the median of ${alert.workflow} (${formatUsd(alert.medianNanoUsd)}).`
    }
    case 'unknown-price':
      return `${alert.model} was used by ${alert.title} without a known price: what it spent there was in no sum and under no cap.`
  }
}

/** What an alert is called where there is room for two words. */
export function alertTitle(alert: Alert): string {
  switch (alert.kind) {
    case 'budget':
      return alert.threshold === 100 ? 'Budget used up' : `Budget at ${alert.threshold}%`
    case 'outlier':
      return 'Dear run'
    case 'unknown-price':
      return 'Unknown price'
  }
}
