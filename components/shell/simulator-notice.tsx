'use client'

import { FlaskConical, X } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { Button } from '@/components/ui/actions/button'
import { useKeptChoice } from '@/lib/client/hooks/use-kept-choice'
import { pages } from '@/lib/client/http/pages'
import { useHealth } from '@/lib/client/queries/first/health'

const states = ['shown', 'closed'] as const

const isPlaceOfNotice = (path: string) => path === pages.overview || path.startsWith(pages.launch)

/** Whether it is known if the notice stands over the page of this path: shown later, it would push the page down. */
export function useIsNoticeKnown(path: string): boolean {
  const { isPending } = useHealth()
  return !isPending || !isPlaceOfNotice(path)
}

/**
 * Where runs are begun and overseen, while the built-in simulator answers: nothing was written by a model.
 * Can be closed; the badge at the top says the same on every page.
 */
export function SimulatorNotice() {
  const { data } = useHealth()
  const isPlace = isPlaceOfNotice(usePathname())
  const [state, setState] = useKeptChoice('simulator-notice', states)
  if (!data?.simulated || !isPlace || state === 'closed') return null
  return (
    <aside
      aria-label="Simulator"
      className="flex items-center gap-2 border-b bg-accent-soft px-4 py-0.5 text-xs text-ink"
    >
      <FlaskConical aria-hidden="true" className="size-3.5 shrink-0 text-accent" />
      <p>
        <strong className="font-semibold">Simulator:</strong> answers are made up, no model is called, nothing
        is spent.
      </p>
      <Button
        variant="quiet"
        size="sm"
        className="ml-auto"
        aria-label="Close the note on the simulator"
        onClick={() => setState('closed')}
      >
        <X aria-hidden="true" className="size-3.5" />
      </Button>
    </aside>
  )
}
