import type { Transcript } from '@/lib/api/runs'
import type { MoneyWords } from '../format/money'
import { transcriptParts } from './transcript'

/** The attempts of an agent that left anything, first one first. */
export function attemptsOf(transcript: Transcript): number[] {
  const found = [...transcript.turns, ...transcript.failedTurns].map(({ attempt }) => attempt)
  return [...new Set([...found, transcript.agent.attempt])].sort((a, b) => a - b)
}

/** The transcript of one attempt alone. */
export function ofAttempt(transcript: Transcript, attempt: number): Transcript {
  return {
    ...transcript,
    turns: transcript.turns.filter((turn) => turn.attempt === attempt),
    failedTurns: transcript.failedTurns.filter((turn) => turn.attempt === attempt),
  }
}

/** What was said and done in one attempt as plain text, so two can be compared. */
export function attemptText(transcript: Transcript, attempt: number, money: MoneyWords): string {
  return transcriptParts(ofAttempt(transcript, attempt))
    .flatMap((part) => {
      if (part.kind === 'text' || part.kind === 'thinking') return [part.text]
      if (part.kind === 'said') return [`told: ${part.text}`]
      if (part.kind === 'failed') return [`failed: ${part.failed.kind}: ${money(part.failed.message)}`]
      if (part.kind === 'tool') return [`${part.call.name} ${JSON.stringify(part.call.input)}`]
      return []
    })
    .join('\n')
}

/**
 * Everything the model was asked, to be pasted somewhere else: system prompt, prompt, and the answer's
 * schema.
 */
export function asPrompt({ system, prompt, schema }: Transcript): string {
  return [
    system === '' ? null : `<system>\n${system}\n</system>`,
    prompt,
    schema === null ? null : `Answer with JSON of this schema:\n${JSON.stringify(schema, null, 2)}`,
  ]
    .filter((part) => part !== null)
    .join('\n\n')
}
