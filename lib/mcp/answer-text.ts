import { z } from 'zod'
import { cutText } from '@/lib/core/base/cut-text'
import { sizeWords } from '@/lib/core/base/size-words'
import type { Answered } from './connection'
import { withoutSecrets } from './server-access'

/** Most characters of one answer, as of every other tool. */
const LONGEST_ANSWER = 30_000

/** Parts that are looked at; what follows is counted. */
const MOST_PARTS = 1_000

const partSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.enum(['image', 'audio']), mimeType: z.string().catch('?'), data: z.string() }),
  z.object({ type: z.literal('resource'), resource: z.object({ uri: z.string().catch('?') }) }),
  z.object({ type: z.literal('resource_link'), uri: z.string() }),
])

/**
 * What a server answered, as text for an agent: texts whole up to the bound, all else by its name. Secrets are
 * taken out before it is cut, which could leave half of one.
 */
export function answerText({ content, structured }: Answered, secrets: readonly string[]): string {
  const texts = content.slice(0, MOST_PARTS).map(partText)
  if (content.length > MOST_PARTS) texts.push(`[${content.length - MOST_PARTS} more parts, not shown]`)
  const said = texts.join('\n')
  const all = said === '' && structured !== undefined ? JSON.stringify(structured) : said
  const whole = withoutSecrets(all, secrets)
  if (whole === '') return 'It answered, with nothing in it.'
  if (whole.length <= LONGEST_ANSWER) return whole
  const head = cutText(whole, LONGEST_ANSWER)
  const rest = (whole.length - head.length).toLocaleString('en')
  return `${head}\n[cut here: ${rest} more characters are not shown; ask for less]`
}

function partText(part: unknown): string {
  const read = partSchema.safeParse(part)
  if (!read.success) return '[a part of a kind that is not known here, not shown]'
  const { data } = read
  switch (data.type) {
    case 'text':
      return data.text
    case 'image':
    case 'audio':
      // Base64 takes four characters for three bytes.
      return `[${data.type} ${cutText(data.mimeType, 100)}, ${sizeWords(Math.floor(data.data.length * 0.75))}, not shown]`
    case 'resource':
      return `[resource ${cutText(data.resource.uri, 500)}, not shown]`
    case 'resource_link':
      return `[link to the resource ${cutText(data.uri, 500)}, not followed]`
  }
}
