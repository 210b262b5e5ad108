import { Keyboard, Search } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { Button } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import { PageLink } from '@/components/ui/page-link'
import { useModifier } from '@/lib/client/hooks/use-modifier'
import { pages } from '@/lib/client/http/pages'
import { plural } from '@/lib/view/format/numbers'
import { AccountLink } from './account-link'
import { useNeedsPersonCount } from './attention'
import { Logo } from './logo'
import { ProjectSwitch } from './project-switch'
import { ProviderBadge } from './provider-badge'
import { ThemeToggle } from './theme-toggle'

/** `also`: other pages that the link stands for. */
type Link = { href: string; label: string; className?: string; also?: readonly string[] }

const links: readonly Link[] = [
  { href: pages.overview, label: 'Overview' },
  { href: pages.launch, label: 'Launch' },
  { href: pages.runs, label: 'Runs' },
  { href: pages.workflows, label: 'Workflows', also: [pages.schedules, pages.triggers] },
  { href: pages.costs, label: 'Costs' },
  // Six words are too many for a phone: there the palette leads to them.
  { href: pages.docs, label: 'Docs', className: 'max-md:hidden' },
]

export function TopBar({ onPalette, onKeys }: { onPalette: () => void; onKeys: () => void }) {
  const path = usePathname()
  const modifier = useModifier()
  const waiting = useNeedsPersonCount()
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-1 border-b bg-surface px-3 max-[520px]:px-2 sm:gap-2 sm:px-4">
      <PageLink
        href={pages.overview}
        className="mr-1 flex items-center gap-2 rounded-md text-base font-semibold sm:mr-3"
      >
        <Logo />
        <span className="max-[520px]:sr-only">Skein</span>
      </PageLink>
      {/* Whatever font a phone has, what does not fit is scrolled to, and the page is no wider than its screen. */}
      <nav
        aria-label="Pages"
        className="flex min-w-0 items-center gap-0.5 max-[520px]:gap-0 max-[520px]:overflow-x-auto max-[520px]:py-1 max-[520px]:[scrollbar-width:none]"
      >
        {links.map(({ href, label, className, also = [] }) => {
          const isHere = href === '/' ? path === '/' : [href, ...also].some((one) => path.startsWith(one))
          return (
            <PageLink
              key={href}
              href={href}
              aria-current={isHere ? 'page' : undefined}
              className={cx(
                'relative whitespace-nowrap rounded-md px-1.5 py-1 text-sm transition-colors hover:bg-hover hover:text-ink max-[520px]:shrink-0 max-[520px]:px-[3px] max-[520px]:text-xs sm:px-2.5',
                isHere ? 'bg-hover font-medium text-ink' : 'text-ink-2',
                className,
              )}
            >
              {label}
              {href === pages.overview && waiting > 0 && (
                <span
                  title={`${plural(waiting, 'thing')} waiting for you`}
                  className="num ml-1.5 rounded-full bg-accent-fill px-1.5 text-2xs font-semibold text-on-accent max-[520px]:ml-0.5 max-[520px]:px-1"
                >
                  {waiting}
                  <span className="sr-only"> waiting for you</span>
                </span>
              )}
            </PageLink>
          )
        })}
      </nav>
      <div className="ml-auto flex shrink-0 items-center gap-0.5 sm:gap-1.5">
        <ProjectSwitch />
        <ProviderBadge />
        <Button
          variant="quiet"
          size="sm"
          onClick={onPalette}
          aria-label="Open the command palette"
          className="max-[520px]:px-1.5"
        >
          <Search aria-hidden="true" className="size-4" />
          <kbd className="hidden font-sans text-xs text-ink-3 md:inline">{modifier}K</kbd>
        </Button>
        <Button
          variant="quiet"
          size="sm"
          onClick={onKeys}
          aria-label="Show the keys"
          className="max-sm:hidden"
        >
          <Keyboard aria-hidden="true" className="size-4" />
        </Button>
        <AccountLink />
        <ThemeToggle />
      </div>
    </header>
  )
}
