'use client'

import { usePathname, useRouter } from 'next/navigation'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useHasCome } from '@/components/ui/arriving'
import { cx } from '@/components/ui/class-names'
import { useCommandKey, useHotkeys } from '@/lib/client/hooks/use-hotkeys'
import { pages } from '@/lib/client/http/pages'
import { patiently } from '@/lib/client/http/patiently'
import { Attention } from './attention'
import { PageOfProject } from './no-project'
import { Notices } from './notices'
import { SimulatorNotice, useIsNoticeKnown } from './simulator-notice'
import { TopBar } from './top-bar'

// Neither is on the first paint of any page.
const CommandPalette = lazy(
  patiently(async () => ({ default: (await import('./command-palette')).CommandPalette })),
)
const KeysSheet = lazy(patiently(async () => ({ default: (await import('./keys-sheet')).KeysSheet })))

/** Around every page: where one is, what is connected, and every key. */
export function Shell({ children }: { children: ReactNode }) {
  const [panel, setPanel] = useState<'palette' | 'keys' | null>(null)
  const router = useRouter()
  const path = usePathname()
  const isInPlace = useHasCome(useIsNoticeKnown(path))
  useCommandKey('k', () => setPanel((open) => (open === 'palette' ? null : 'palette')))
  useHotkeys({ '?': () => setPanel('keys'), n: () => router.push(pages.launch) })
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:left-3 focus:top-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2 focus:shadow-pop"
      >
        Skip to content
      </a>
      <TopBar onPalette={() => setPanel('palette')} onKeys={() => setPanel('keys')} />
      <SimulatorNotice />
      <Attention />
      <main
        id="main"
        tabIndex={-1}
        className={cx('flex min-h-0 min-w-0 flex-1 flex-col outline-none', !isInPlace && 'invisible')}
      >
        <PageOfProject path={path}>{children}</PageOfProject>
      </main>
      <Notices />
      <Suspense fallback={null}>
        {panel === 'palette' && (
          <CommandPalette
            isOpen
            onOpenChange={(isOpen) => setPanel(isOpen ? 'palette' : null)}
            onKeys={() => setPanel('keys')}
          />
        )}
        {panel === 'keys' && <KeysSheet isOpen onOpenChange={(isOpen) => setPanel(isOpen ? 'keys' : null)} />}
      </Suspense>
    </div>
  )
}
