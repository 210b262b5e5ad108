import { z } from 'zod'
import type { Receiver } from './deliveries'

/** What a program is told: a sentence, and fields that say the same. */
export type Notice = { text: string; [field: string]: unknown }

/** A notice as its receiver reads it: Slack takes a text and nothing else. */
export function noticeBody({ format }: Pick<Receiver, 'format'>, notice: Notice): string {
  if (format !== 'slack') return JSON.stringify(notice)
  return JSON.stringify({ text: escapedForSlack(notice.text) })
}

/** Slack reads these three as marks of its own; https://docs.slack.dev/messaging/formatting-message-text. */
function escapedForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const textSchema = z.object({ text: z.string() })

/** What a notice says, whatever its format; '' for one that cannot be read. */
export function textOfNotice(body: unknown): string {
  const parsed = textSchema.safeParse(body)
  return parsed.success ? parsed.data.text : ''
}
