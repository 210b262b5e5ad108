import type { SourceProblem } from '@/lib/api/workflows'

/** What whoever owns the editor may do to it. */
export type EditorHandle = { goTo(line: number, column: number): void }

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
  onReady?: (handle: EditorHandle | null) => void
}
