/** A line of a script as it is shown round an error; lines count from 1. */
export type FrameLine = { line: number; text: string; isMarked: boolean }

/** Lines shown before and after the one that is meant. */
const AROUND = 3
/** A longer line says no more here. */
const MOST_CHARACTERS = 400

/** The lines of a source around one; none where the source has no such line. */
export function codeFrame(source: string, line: number): FrameLine[] {
  const lines = source.split(/\r\n|\n|\r/)
  if (line < 1 || line > lines.length) return []
  const from = Math.max(1, line - AROUND)
  return lines.slice(from - 1, line + AROUND).map((text, at) => ({
    line: from + at,
    text: text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text,
    isMarked: from + at === line,
  }))
}
