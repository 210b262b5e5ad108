import type { ReactNode } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Input } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { problemOf } from '@/lib/client/http/api'

type Props = {
  note: string
  onNote: (note: string) => void
  verb: string
  canSave: boolean
  onSave: () => void
  error: Error | null
  /** What else can be done about an error. */
  errorAction?: ReactNode
  children?: ReactNode
}

/** A note for those who read the versions later, and the button. */
export function SaveBar({ note, onNote, verb, canSave, onSave, error, errorAction, children }: Props) {
  return (
    <div className="flex flex-col gap-2">
      {error !== null && (
        <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} action={errorAction} />
      )}
      <form
        className="flex flex-wrap items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          onSave()
        }}
      >
        <Input
          aria-label="Note on this version"
          placeholder="What changed? (optional)"
          maxLength={500}
          value={note}
          onChange={(event) => onNote(event.target.value)}
          className="max-w-md min-w-48 flex-1"
        />
        <Button type="submit" variant="primary" disabled={!canSave}>
          {verb}
        </Button>
        {children}
      </form>
    </div>
  )
}
