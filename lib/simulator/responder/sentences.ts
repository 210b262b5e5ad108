import { cutText } from '@/lib/core/base/cut-text'
import type { Effort } from '../rules/models'

/** The sentences of a text that carry most of its recurring words, in their order. */
export function keySentences(text: string, most: number): string[] {
  const cleaned = text.replace(/```[\s\S]*?```/g, ' ').replace(/\[\[sim:.*?\]\]/g, ' ')
  const sentences = cleaned
    // A dot with no space behind it ends no sentence: it stands in an address, a path or a number.
    .split(/(?<=[.!?])\s+|(?<=[。！？])\s*|\n+/u)
    .map((sentence) => sentence.replace(/^(?:[\s#>*-]+|\d+[.)]\s+)+/, '').trim())
    .filter((sentence) => sentence.length > 3 && !/^[{}[\]",:]/.test(sentence))
  const counts = new Map<string, number>()
  for (const word of wordsIn(cleaned)) counts.set(word, (counts.get(word) ?? 0) + 1)
  const weigh = (sentence: string) => {
    const words = wordsIn(sentence)
    return words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0) / Math.sqrt(words.length + 4)
  }
  return [...new Set(sentences)]
    .map((sentence, index) => ({ sentence, index, weight: weigh(sentence) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, most)
    .sort((a, b) => a.index - b.index)
    .map(({ sentence }) => cutText(sentence, 400))
}

const SENTENCES_BY_EFFORT: Readonly<Record<Effort, number>> = {
  low: 3,
  medium: 6,
  high: 9,
  xhigh: 12,
  max: 16,
}

/** A plain answer drawn from the prompt's own words. */
export function writeExtract(task: string, effort: Effort, maxTokens: number): string {
  const room = Math.max(1, Math.floor(maxTokens / 40))
  const sentences = keySentences(task, Math.min(SENTENCES_BY_EFFORT[effort], room))
  const [first, ...rest] = sentences
  if (first === undefined) return 'There is nothing in the request to answer.'
  const points = rest.map((sentence) => `- ${sentence}`)
  const recurring = topWords(task, 6)
  const close = recurring.length < 3 || room < 4 ? '' : `\n\nWhat recurs: ${recurring.join(', ')}.`
  return `**${first}**${points.length === 0 ? '' : `\n\n${points.join('\n')}`}${close}`
}

function topWords(text: string, most: number): string[] {
  const counts = new Map<string, number>()
  for (const word of wordsIn(text)) if (word.length > 4) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > 1)
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([word]) => word)
}

function wordsIn(text: string): string[] {
  return text.toLowerCase().match(/[\p{Script=Han}\p{Script=Katakana}ー]{2,}|[\p{L}\p{N}]{4,}/gu) ?? []
}
