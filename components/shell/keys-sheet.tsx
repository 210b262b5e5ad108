import { Dialog } from '@/components/ui/actions/dialog'
import { PageLink } from '@/components/ui/page-link'
import { useModifier } from '@/lib/client/hooks/use-modifier'
import { pages } from '@/lib/client/http/pages'

/** Every key, by where it works. The docs list the same ones. */
export const keyGroups = [
  {
    title: 'Everywhere',
    keys: [
      ['mod K', 'Command palette'],
      ['n', 'New launch'],
      ['?', 'This sheet'],
    ],
  },
  {
    title: 'In the editor',
    keys: [
      ['mod S', 'Save'],
      ['mod F', 'Search'],
      ['esc  tab', 'Leave the editor'],
    ],
  },
  {
    title: 'On the changes of a run',
    keys: [
      ['j  k', 'Next, previous file'],
      ['u  s', 'Unified, side by side'],
    ],
  },
  {
    title: 'On a run',
    keys: [
      ['j  k', 'Next, previous agent'],
      ['[  ]', 'Previous, next phase'],
      ['f', 'Next failed or stalled agent'],
      ['⇧F', 'Full screen, and back'],
      ['/', 'Search agents'],
      ['t', 'Map: follow the newest activity'],
      ['1 … 9', 'Views: map, timeline, table, log, script, cost, result, questions, changes'],
      ['space', 'Play or pause the replay'],
      [',  .', 'Replay: previous, next event'],
      ['esc', 'Close the agent, then clear the filter'],
      ['← ↑ → ↓', 'Move between the cells of a focused group'],
      ['enter', 'Open the focused cell or row'],
      ['+  −', 'Zoom the focused timeline'],
    ],
  },
] as const

export function KeysSheet({
  isOpen,
  onOpenChange,
}: {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
}) {
  const modifier = useModifier()
  return (
    <Dialog title="Keys" isOpen={isOpen} onOpenChange={onOpenChange}>
      {keyGroups.map((group) => (
        <section key={group.title} className="mt-3 first:mt-0">
          <h3 className="eyebrow">{group.title}</h3>
          <dl className="mt-1">
            {group.keys.map(([key, what]) => (
              <div
                key={key}
                className="flex items-baseline justify-between gap-4 border-b py-1.5 last:border-0"
              >
                <dd className="text-sm text-ink-2">{what}</dd>
                <dt className="order-last">
                  <kbd className="rounded-sm border border-line-strong bg-sunken px-1.5 py-0.5 font-mono text-xs">
                    {key.replace('mod ', modifier)}
                  </kbd>
                </dt>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p className="mt-4 text-sm">
        <PageLink
          href={pages.doc('shortcuts')}
          onClick={() => onOpenChange(false)}
          className="text-accent underline underline-offset-2"
        >
          Docs: shortcuts, the dialect, the API
        </PageLink>
      </p>
    </Dialog>
  )
}
