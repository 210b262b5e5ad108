/** Stands before each line of what is quoted: no text can leave its own mark, whatever it says. */
const MARK = '| '

/** Text of others, each line behind `| `; whatever ends a line anywhere ends one here. */
export function quotedLines(text: string): string {
  const lines = text.split(/\r\n?|[\n\v\f\u0085\u2028\u2029]/)
  return lines.map((line) => `${MARK}${line}`).join('\n')
}
