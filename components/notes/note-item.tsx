'use client'

import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Ago } from '@/components/ui/elapsed'
import { TextArea } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import type { RunNoteShown } from '@/lib/api/people'
import { problemOf } from '@/lib/client/http/api'
import { useDeleteNote, useEditNote } from '@/lib/client/queries/people-queries'
import { LONGEST_NOTE } from '@/lib/core/ports/run-note-store'
import { launcherName } from '@/lib/view/runs/launcher-name'
import { NoteWords } from './note-words'

/** One note: whose it is, what it says, and its acts for whoever may change it. */
export function NoteItem({ runId, note }: { runId: string; note: RunNoteShown }) {
  const [isEdited, setEdited] = useState(false)
  const remove = useDeleteNote(runId)
  const author = launcherName(note.by)
  return (
    <li className="group/note flex flex-col gap-0.5">
      <div className="flex min-h-6 flex-wrap items-center gap-x-1.5 text-xs text-ink-3">
        {author !== null && (
          <>
            <bdi className="font-medium text-ink-2">{author}</bdi>
            <span aria-hidden="true">·</span>
          </>
        )}
        <Ago at={note.at} />
        {note.edited !== null && <EditedWords note={note} edited={note.edited} />}
        {note.mayChange && !isEdited && (
          <span className="flex gap-0.5">
            <Button
              variant="quiet"
              size="sm"
              className="h-6! px-1!"
              aria-label="Edit the note"
              title="Edit"
              onClick={() => setEdited(true)}
            >
              <Pencil aria-hidden="true" className="size-3" />
            </Button>
            <Confirm
              trigger={
                <Button
                  variant="quiet"
                  size="sm"
                  className="h-6! px-1!"
                  aria-label="Delete the note"
                  title="Delete"
                >
                  <Trash2 aria-hidden="true" className="size-3" />
                </Button>
              }
              title="Delete this note?"
              verb="Delete the note"
              onConfirm={() => remove.mutate(note.id)}
            >
              It is gone for everybody, and cannot be brought back.
            </Confirm>
          </span>
        )}
      </div>
      {isEdited ? (
        <EditNote runId={runId} note={note} onDone={() => setEdited(false)} />
      ) : (
        <NoteWords text={note.text} />
      )}
      {remove.error !== null && (
        <ErrorNote title={problemOf(remove.error).title} detail={problemOf(remove.error).detail} />
      )}
    </li>
  )
}

type EditedProps = { note: RunNoteShown; edited: NonNullable<RunNoteShown['edited']> }

/** Who changed it is told where it was somebody else. */
function EditedWords({ note, edited }: EditedProps) {
  const isByOther = edited.by.kind !== note.by.kind || edited.by.id !== note.by.id
  return (
    <span>
      · edited{isByOther && ' by '}
      {isByOther && <bdi>{edited.by.name}</bdi>} <Ago at={edited.at} />
    </span>
  )
}

function EditNote({ runId, note, onDone }: { runId: string; note: RunNoteShown; onDone: () => void }) {
  const edit = useEditNote(runId)
  const [text, setText] = useState(note.text)
  const isKeepable = text.trim() !== '' && !edit.isPending
  const keep = () => {
    if (isKeepable) edit.mutate({ noteId: note.id, text }, { onSuccess: onDone })
  }
  return (
    <form
      className="flex flex-col items-start gap-1.5"
      onSubmit={(event) => {
        event.preventDefault()
        keep()
      }}
    >
      <TextArea
        holds="words"
        rows={2}
        dir="auto"
        autoFocus
        aria-label="Text of the note"
        maxLength={LONGEST_NOTE}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone()
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) keep()
        }}
        className="field-sizing-content max-h-60 py-1!"
      />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" size="sm" disabled={!isKeepable}>
          Save
        </Button>
        <Button size="sm" onClick={onDone}>
          Discard
        </Button>
      </div>
      {edit.error !== null && (
        <ErrorNote title={problemOf(edit.error).title} detail={problemOf(edit.error).detail} />
      )}
    </form>
  )
}
