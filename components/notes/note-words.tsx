import { noteParts } from '@/lib/view/runs/note-text'

/** The text of a note as it was written; only addresses of the web can be followed. */
export function NoteWords({ text }: { text: string }) {
  return (
    <p dir="auto" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {noteParts(text).map((part, at) =>
        part.kind === 'words' ? (
          part.text
        ) : (
          <a
            key={at}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="text-accent underline underline-offset-2"
          >
            {part.text}
          </a>
        ),
      )}
    </p>
  )
}
