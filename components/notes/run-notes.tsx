'use client'

import { type FormEvent, useId, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { TextArea } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { useAddNote, useRunNotes } from '@/lib/client/queries/people-queries'
import { LONGEST_NOTE } from '@/lib/core/ports/run-note-store'
import { NoteItem } from './note-item'

/** What people wrote about a run, oldest first, and a field for more where one may write. */
export function RunNotes({ runId }: { runId: string }) {
  const { data, error } = useRunNotes(runId)
  return (
    <section aria-label="Notes" className="flex flex-col gap-2 border-y py-2 text-sm *:max-w-3xl">
      {data === undefined && error === null && <Loading label="Loading notes…" />}
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {data !== undefined && data.notes.length === 0 && (
        <p className="text-xs text-ink-3">
          {data.mayWrite
            ? 'No notes yet. What you write here is read by everybody who can see this run.'
            : 'No notes yet.'}
        </p>
      )}
      {data !== undefined && data.notes.length > 0 && (
        <ul
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
          tabIndex={0}
          aria-label="Notes, oldest first"
          className="flex max-h-[32dvh] flex-col gap-2.5 overflow-y-auto pr-1"
        >
          {data.notes.map((note) => (
            <NoteItem key={note.id} runId={runId} note={note} />
          ))}
        </ul>
      )}
      {data?.mayWrite === true && <NewNote runId={runId} />}
    </section>
  )
}

function NewNote({ runId }: { runId: string }) {
  const add = useAddNote(runId)
  const [text, setText] = useState('')
  const id = useId()
  const send = (event: FormEvent) => {
    event.preventDefault()
    // What was written stays in the field until it is kept.
    if (text.trim() !== '') add.mutate(text, { onSuccess: () => setText('') })
  }
  return (
    <form className="flex flex-col gap-1.5" onSubmit={send}>
      <div className="flex items-end gap-2">
        <TextArea
          id={id}
          holds="words"
          rows={1}
          dir="auto"
          aria-label="New note"
          placeholder="Write a note…"
          maxLength={LONGEST_NOTE}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) send(event)
          }}
          className="field-sizing-content max-h-40 min-h-9 flex-1 py-1!"
        />
        <Button type="submit" disabled={add.isPending || text.trim() === ''}>
          Add note
        </Button>
      </div>
      {add.error !== null && (
        <ErrorNote title={problemOf(add.error).title} detail={problemOf(add.error).detail} />
      )}
    </form>
  )
}
