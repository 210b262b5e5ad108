import type { Extension } from '@codemirror/state'
import { Decoration, EditorView, GutterMarker, gutter } from '@codemirror/view'
import type { MarginNote } from './editor-props'

class Note extends GutterMarker {
  constructor(private readonly note: MarginNote) {
    super()
  }

  override eq(other: Note): boolean {
    return other.note.text === this.note.text && other.note.status === this.note.status
  }

  override toDOM(): Node {
    const element = document.createElement('span')
    element.textContent = this.note.text
    element.style.color = `var(--color-${this.note.status})`
    return element
  }
}

/** A column of notes beside the lines; a line with a note is one that ran, and is tinted. */
export function marginNotes(
  notes: ReadonlyMap<number, MarginNote>,
  onPress: (line: number) => void,
): Extension {
  return [
    gutter({
      class: 'cm-margin',
      lineMarker: (view, block) => {
        const note = notes.get(view.state.doc.lineAt(block.from).number)
        return note === undefined ? null : new Note(note)
      },
      domEventHandlers: {
        mousedown: (view, block) => {
          const { number } = view.state.doc.lineAt(block.from)
          if (notes.has(number)) onPress(number)
          return notes.has(number)
        },
      },
    }),
    EditorView.decorations.of((view) =>
      Decoration.set(
        [...notes.keys()]
          .filter((line) => line >= 1 && line <= view.state.doc.lines)
          .sort((a, b) => a - b)
          .map((line) => Decoration.line({ class: 'cm-ran' }).range(view.state.doc.line(line).from)),
      ),
    ),
    EditorView.theme({
      '.cm-margin .cm-gutterElement': {
        padding: '0 8px',
        minWidth: '3rem',
        textAlign: 'right',
        cursor: 'pointer',
        fontVariantNumeric: 'tabular-nums',
      },
      '.cm-ran': { backgroundColor: 'color-mix(in oklab, var(--color-accent-soft) 55%, transparent)' },
    }),
  ]
}
