'use client'

import { useId, useRef, useState } from 'react'
import { cx } from '@/components/ui/class-names'
import { Input } from '@/components/ui/form/field'
import { useRunFilters } from '@/lib/client/queries/run-queries'
import { type Completion, complete, runCompletions } from '@/lib/view/runs/run-completion'

type Props = { q: string; onSearch: (text: string) => void; noteId: string }

const noNames = { tags: [], users: [], workflows: [] }

/** The field of the list's query language; what can come next is offered below it while one types. */
export function SearchBox({ q, onSearch, noteId }: Props) {
  const listId = useId()
  const field = useRef<HTMLInputElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [caret, setCaret] = useState(0)
  const [active, setActive] = useState(-1)
  const [wasUsed, setUsed] = useState(false)
  const { data: names = noNames } = useRunFilters(wasUsed)
  const found = runCompletions(q, Math.min(caret, q.length), names)
  const options = isOpen ? found.options : []
  const show = (input: HTMLInputElement) => {
    setUsed(true)
    setOpen(true)
    setActive(-1)
    setCaret(input.selectionStart ?? input.value.length)
  }
  const choose = (option: Completion) => {
    const next = complete(q, found, option)
    onSearch(next.typed)
    setCaret(next.caret)
    setActive(-1)
    // After the new text is in the field: it moves the caret to its end.
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(next.caret, next.caret)
    })
  }
  const onKey = (event: React.KeyboardEvent<HTMLInputElement>) => {
    // The keys of somebody who composes a character are the input method's.
    if (event.nativeEvent.isComposing || options.length === 0) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setActive((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length)
      return
    }
    const option = options[active]
    if (event.key === 'Enter' && option !== undefined) {
      event.preventDefault()
      choose(option)
    }
    if (event.key === 'Escape') {
      event.preventDefault()
      setOpen(false)
    }
  }
  return (
    <div className="relative min-w-0 max-w-xl flex-1 basis-60">
      <Input
        ref={field}
        type="search"
        role="combobox"
        aria-label="Search runs"
        aria-describedby={noteId}
        aria-autocomplete="list"
        aria-expanded={options.length > 0}
        aria-controls={listId}
        aria-activedescendant={options[active] === undefined ? undefined : `${listId}-${active}`}
        autoComplete="off"
        dir="auto"
        placeholder="Title or note, or user:ada tag:nightly cost>5 agents>100"
        value={q}
        onChange={(event) => {
          onSearch(event.target.value)
          show(event.target)
        }}
        onFocus={(event) => show(event.currentTarget)}
        onClick={(event) => show(event.currentTarget)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKey}
      />
      <div
        id={listId}
        role="listbox"
        aria-label="Filters"
        className={cx(
          'absolute inset-x-0 top-9 z-30 flex-col rounded-md border border-line-strong bg-raised p-1 shadow-pop',
          options.length === 0 ? 'hidden' : 'flex',
        )}
      >
        {options.map((option, index) => (
          <div
            key={option.text}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // The field keeps the focus.
            onPointerDown={(event) => {
              event.preventDefault()
              choose(option)
            }}
            className={cx(
              'flex min-w-0 items-baseline gap-3 rounded-sm px-2 py-1 text-sm hover:bg-hover',
              index === active && 'bg-hover',
            )}
          >
            <span className="truncate font-mono text-xs" dir="auto">
              {option.text}
            </span>
            <span className="ml-auto shrink-0 text-xs text-ink-3">{option.hint}</span>
          </div>
        ))}
      </div>
    </div>
  )
}
