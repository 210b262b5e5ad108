import { usePathname } from 'next/navigation'
import { cx } from './class-names'
import { PageLink } from './page-link'

/** Pages that belong together, as tabs; one of them is open. */
export function PageTabs({
  label,
  tabs,
}: {
  label: string
  tabs: readonly { href: string; label: string }[]
}) {
  const path = usePathname()
  return (
    <nav aria-label={label} className="flex flex-wrap gap-1 border-b">
      {tabs.map(({ href, label: name }) => (
        <PageLink
          key={href}
          href={href}
          aria-current={path === href ? 'page' : undefined}
          className={cx(
            '-mb-px border-b-2 px-3 py-1.5 text-sm transition-colors hover:text-ink',
            path === href ? 'border-accent font-medium text-ink' : 'border-transparent text-ink-2',
          )}
        >
          {name}
        </PageLink>
      ))}
    </nav>
  )
}
