import type { RunNote } from '@/lib/core/ports/run-note-store'
import { noteParts } from '../runs/note-text'
import { escapeHtml as e } from './escape'
import { timeHtml } from './local-times'

/** Notes on a run as HTML: plain text, links by http(s) alone. */
export function notesHtml(notes: readonly RunNote[]): string {
  return notes
    .map(
      ({ by, at, edited, text }) =>
        `<div class="run-note"><p class="soft"><bdi>${e(by.name)}</bdi>, ${timeHtml(at)}${edited === null ? '' : `, edited ${timeHtml(edited.at)}`}</p><p dir="auto" class="lines">${noteParts(text).map(partHtml).join('')}</p></div>`,
    )
    .join('')
}

function partHtml(part: ReturnType<typeof noteParts>[number]): string {
  if (part.kind === 'words') return e(part.text)
  return `<a href="${e(part.href)}" rel="noopener noreferrer nofollow">${e(part.text)}</a>`
}
