import { type Shown, shownIn, shownOf } from '@/lib/core/agent/shown'
import { isJsonObject, type JsonObject } from '@/lib/core/base/json'
import type { Message, TurnRequest } from '@/lib/core/ports/ports'
import type { Needs } from '../context/active-run'

/** A request with what its conversation shows in place; the very same where it shows nothing. */
export async function withShown(run: Needs<'id' | 'ports'>, request: TurnRequest): Promise<TurnRequest> {
  const { store } = run.ports
  const messages = await Promise.all(
    request.messages.map(async (message): Promise<Message> => {
      if (shownIn(message.content).length === 0) return message
      const content = await Promise.all(
        message.content.map(async (block): Promise<JsonObject> => {
          if (!Array.isArray(block.content)) return block
          const parts = await Promise.all(
            block.content.filter(isJsonObject).map(async (part) => {
              const shown = shownOf(part)
              return shown === null ? part : onWire(shown, await store.loadSource(run.id, shown.digest))
            }),
          )
          return { ...block, content: parts }
        }),
      )
      return { ...message, content }
    }),
  )
  return { ...request, messages }
}

/** Whether a request has to be put together first. */
export function showsAnything({ messages }: TurnRequest): boolean {
  return messages.some(({ content }) => shownIn(content).length > 0)
}

/** Characters of base64 that a request carries besides its own text. */
export function shownCharacters(messages: readonly Message[]): number {
  const shown = messages.flatMap(({ content }) => shownIn(content))
  return shown.reduce((sum, { characters }) => sum + characters, 0)
}

function onWire({ kind, mediaType, title }: Shown, data: string | null): JsonObject {
  if (data === null) return { type: 'text', text: `[${title} is not kept any more.]` }
  const source = { type: 'base64', media_type: mediaType, data }
  return kind === 'image' ? { type: 'image', source } : { type: 'document', source, title }
}
