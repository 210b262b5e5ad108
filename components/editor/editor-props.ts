import type { SourceProblem } from '@/lib/api/workflows'

/** What the owner of the editor may do to it. */
export type EditorHandle = { goTo(line: number, column: number): void }

/** A word in the margin of a line, and the colour token of its status. */
export type MarginNote = { text: string; status: string }

export type EditorProps = {
  id: string
  value: string
  onChange?: (value: string) => void
  /** Shown where they are. The array must stay the same while the problems do. */
  problems: readonly SourceProblem[]
  labelledBy: string
  describedBy?: string | undefined
  isInvalid?: boolean
  isReadOnly?: boolean
  placeholder?: string
  onSave?: () => void
  /** Notes beside lines, by line number; the map must stay the same while they do. */
  margin?: ReadonlyMap<number, MarginNote>
  /** A note beside a line was pressed. */
  onMargin?: (line: number) => void
  onReady?: (handle: EditorHandle | null) => void
}
