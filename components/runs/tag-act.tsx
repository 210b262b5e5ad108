'use client'

import { Tag, X } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Input } from '@/components/ui/form/field'
import type { BulkAct } from '@/lib/client/queries/bulk'
import { useRunFilters } from '@/lib/client/queries/run-queries'

type Props = { tags: readonly string[]; isBusy: boolean; onAct: (act: BulkAct) => void }

/** Gives the chosen runs a tag, or takes away one that some of them have. */
export function TagAct({ tags, isBusy, onAct }: Props) {
  const [isOpen, setOpen] = useState(false)
  const [tag, setTag] = useState('')
  const { data } = useRunFilters(isOpen)
  const act = (next: BulkAct) => {
    onAct(next)
    setTag('')
    setOpen(false)
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button size="sm" disabled={isBusy}>
          <Tag aria-hidden="true" className="size-3.5" />
          Tag
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          sideOffset={4}
          collisionPadding={8}
          aria-label="Tags of the chosen runs"
          className="z-50 flex w-[min(92vw,280px)] animate-appear flex-col gap-3 rounded-lg border border-line-strong bg-raised p-3 shadow-pop"
        >
          <form
            className="flex gap-2"
            onSubmit={(event) => {
              event.preventDefault()
              if (tag.trim() !== '') act({ act: 'tag', tag: tag.trim() })
            }}
          >
            <Input
              aria-label="Tag to add"
              list="known-tags"
              maxLength={60}
              dir="auto"
              value={tag}
              onChange={(event) => setTag(event.target.value)}
            />
            <datalist id="known-tags">
              {data?.tags.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
            <Button type="submit" variant="primary" disabled={tag.trim() === ''}>
              Add
            </Button>
          </form>
          {tags.length > 0 && (
            <ul aria-label="Tags they have" className="flex flex-wrap gap-1.5">
              {tags.map((one) => (
                <li key={one}>
                  <Button
                    size="sm"
                    variant="quiet"
                    aria-label={`Remove the tag ${one}`}
                    onClick={() => act({ act: 'untag', tag: one })}
                  >
                    <span dir="auto" className="max-w-48 truncate">
                      {one}
                    </span>
                    <X aria-hidden="true" className="size-3" />
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
