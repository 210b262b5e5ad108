'use client'

import { Bookmark, X } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import { Field, Input } from '@/components/ui/form/field'
import { PageLink } from '@/components/ui/page-link'
import { useKept } from '@/lib/client/hooks/use-kept'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { builtInViews, readViews, type SavedView, withView } from '@/lib/view/runs/run-columns'

/**
 * Views of the list by name: those everybody has, and those this browser keeps. A view is an address, so the
 * address bar shares it. `query` is what is shown now.
 */
export function SavedViews({ query }: { query: string }) {
  const [views, setViews] = useKept('run-views', readViews)
  const isNew = [...builtInViews, ...views].every((view) => view.query !== query)
  const remove = (view: SavedView) => {
    setViews(views.filter(({ name }) => name !== view.name))
    notify(`The view “${view.name}” was removed.`, {
      action: { label: 'Undo', act: () => setViews(views) },
    })
  }
  return (
    <nav aria-label="Views" className="flex flex-wrap items-center gap-1.5">
      {builtInViews.map((view) => (
        <ViewLink key={view.name} view={view} isCurrent={view.query === query} />
      ))}
      {views.map((view) => (
        <span key={view.name} className="inline-flex min-w-0 items-center">
          <ViewLink view={view} isCurrent={view.query === query} />
          <Button
            variant="quiet"
            size="sm"
            aria-label={`Remove the view ${view.name}`}
            className="px-1"
            onClick={() => remove(view)}
          >
            <X aria-hidden="true" className="size-3" />
          </Button>
        </span>
      ))}
      {isNew && <SaveView onSave={(name) => setViews(withView(views, { name, query }))} />}
    </nav>
  )
}

function ViewLink({ view: { name, query }, isCurrent }: { view: SavedView; isCurrent: boolean }) {
  return (
    <PageLink
      href={query === '' ? pages.runs : `${pages.runs}?${query}`}
      aria-current={isCurrent ? 'page' : undefined}
      dir="auto"
      className={cx(
        'max-w-56 truncate rounded-full border px-2.5 py-0.5 text-xs',
        isCurrent
          ? 'border-transparent bg-accent-soft font-medium text-accent'
          : 'border-line-strong text-ink-2 hover:bg-hover hover:text-ink',
      )}
    >
      {name}
    </PageLink>
  )
}

function SaveView({ onSave }: { onSave: (name: string) => void }) {
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState('')
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button variant="quiet" size="sm">
          <Bookmark aria-hidden="true" className="size-3.5" />
          Save view
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Save view"
          className="z-50 w-[min(92vw,280px)] animate-appear rounded-lg border border-line-strong bg-raised p-3 shadow-pop"
        >
          <form
            className="flex flex-col gap-2"
            onSubmit={(event) => {
              event.preventDefault()
              if (name.trim() === '') return
              onSave(name.trim())
              setName('')
              setOpen(false)
            }}
          >
            <Field
              id="view-name"
              label="Name of the view"
              hint="Kept in this browser. The address of this page shares it."
            >
              {(wired) => (
                <Input
                  {...wired}
                  value={name}
                  maxLength={60}
                  dir="auto"
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </Field>
            <Button type="submit" variant="primary" disabled={name.trim() === ''}>
              Save
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
