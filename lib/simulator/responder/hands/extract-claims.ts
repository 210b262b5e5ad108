import { wholeFiles } from './acting'
import { contentWords } from './likeness'
import { filesNamed } from './rename'
import { itemNames } from './told-answer'
import type { Worker } from './worker'

const MOST_CLAIMS = 12

/** Takes claims from the sources that are named: sentences as they stand there, each with its line. */
export const extractClaims: Worker = (situation) => {
  if (!itemNames(situation.schema, 'claims').includes('quote')) return null
  const { calls, files, gone } = wholeFiles(situation, sourcesNamed(situation.task))
  if (calls.length > 0) return { kind: 'calls', plan: { thought: 'I will read the source.', calls } }
  const asked = new Set(contentWords(questionIn(situation.task)))
  const claims = [...files].flatMap(([source, lines]) =>
    sentencesOf(lines)
      .filter(({ text }) => contentWords(text).some((word) => asked.has(word)))
      .map(({ text, line }) => ({ claim: text, quote: text, source, line, place: `line ${line}` })),
  )
  const gaps = gone.map(({ path, why }) => `${path}: ${why}`)
  const text = claims.map(({ quote, source, line }) => `- “${quote}” (${source}:${line})`).join('\n')
  return {
    kind: 'done',
    text: text === '' ? 'The source says nothing about it.' : text,
    told: {
      claims: claims.slice(0, MOST_CLAIMS),
      open: gaps,
      summary: `${claims.length} sentences speak of it.`,
    },
    gaps,
  }
}

/** What stands behind `Source:`, else every file that is named. */
function sourcesNamed(task: string): string[] {
  const own = /^#*\s*(?:your )?source:?\s*(.*)$/im.exec(task)?.[1]
  const named = own === undefined ? [] : filesNamed(own)
  return named.length > 0 ? named : filesNamed(task)
}

function questionIn(task: string): string {
  return /^#*\s*question:?\s*\n?(.*)$/im.exec(task)?.[1] ?? task
}

/** Sentences of running text with the line each begins in; headings, lists of links and code are none. */
export function sentencesOf(lines: readonly string[]): { text: string; line: number }[] {
  const found: { text: string; line: number }[] = []
  let open: { text: string; line: number } | null = null
  for (const [at, written] of lines.entries()) {
    const text = written.trim()
    if (text === '' || /^(#|```|<|\||-{3})/.test(text)) {
      open = null
      continue
    }
    for (const part of text.split(/(?<=[.!?])\s+/)) {
      if (open === null) {
        open = { text: part, line: at + 1 }
        found.push(open)
      } else open.text += ` ${part}`
      if (/[.!?]["”»)]?$/.test(part)) open = null
    }
  }
  return found.filter(({ text }) => text.length >= 20)
}
