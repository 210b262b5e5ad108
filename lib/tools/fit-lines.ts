/** As many whole lines from the start as fit into `most` characters, line breaks counted; at least one. */
export function fitLines(lines: readonly string[], most: number): { text: string; shown: number } {
  let length = 0
  let shown = 0
  for (const line of lines) {
    length += line.length + 1
    if (shown > 0 && length > most) break
    shown += 1
  }
  return { text: lines.slice(0, shown).join('\n'), shown }
}
