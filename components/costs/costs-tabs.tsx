import { usePathname } from 'next/navigation'
import { cx } from '@/components/ui/class-names'
import { PageLink } from '@/components/ui/page-link'
import { pages } from '@/lib/client/http/pages'

const tabs = [
  { href: pages.costs, label: 'Report' },
  { href: pages.budgets, label: 'Budgets' },
  { href: pages.prices, label: 'Prices' },
]

/** The three pages about money. */
export function CostsTabs() {
  const path = usePathname()
  return (
    <nav aria-label="Costs" className="flex gap-1 border-b">
      {tabs.map(({ href, label }) => (
        <PageLink
          key={href}
          href={href}
          aria-current={path === href ? 'page' : undefined}
          className={cx(
            '-mb-px border-b-2 px-3 py-1.5 text-sm transition-colors hover:text-ink',
            path === href ? 'border-accent font-medium text-ink' : 'border-transparent text-ink-2',
          )}
        >
          {label}
        </PageLink>
      ))}
    </nav>
  )
}
