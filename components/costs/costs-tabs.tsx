import { PageTabs } from '@/components/ui/page-tabs'
import { pages } from '@/lib/client/http/pages'

const tabs = [
  { href: pages.costs, label: 'Report' },
  { href: pages.budgets, label: 'Budgets' },
  { href: pages.prices, label: 'Prices' },
]

/** The three pages about money. */
export function CostsTabs() {
  return <PageTabs label="Costs" tabs={tabs} />
}
