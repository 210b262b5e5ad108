import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import { propertiesOf } from '@/lib/core/schema/schema-keywords'
import { allSchemas } from '@/lib/core/schema/schema-walk'
import { readLabel, renameKeys, renameProperties } from '@/lib/providers/property-names'
import { isObject, objectOf, stringOf } from './json'
import type { Reply } from './reply'
import { blocksOf, type MessageRequest } from './request'

/**
 * A request as whoever reads descriptions understands it, and an answer to it in the words the request used.
 */
export type Understood = { request: MessageRequest; inWireNames(reply: Reply): Reply }

/** Reads what the author calls properties that go by another name on the wire, as a model would. */
export function understandNames(request: MessageRequest): Understood {
  const named = new Map<string, Names>()
  for (const tool of request.tools ?? []) {
    const names = isObject(tool.input_schema) ? namesIn(tool.input_schema) : null
    if (names !== null) named.set(stringOf(tool.name), names)
  }
  if (named.size === 0) return { request, inWireNames: (reply) => reply }
  const tools = (request.tools ?? []).map((tool) => {
    const names = named.get(stringOf(tool.name))
    return names === undefined ? tool : { ...tool, input_schema: names.schema }
  })
  const messages = request.messages.map((message) => ({
    ...message,
    content: blocksOf(message).map((block) => ({
      ...block,
      ...renamedInput(block, (names, key) => names.ofAuthor.get(key)),
    })),
  }))
  return {
    request: { ...request, tools, messages },
    inWireNames: (reply) => ({
      ...reply,
      blocks: reply.blocks.map((block) => ({
        ...block,
        ...renamedInput(block, (names, key) => names.onWire.get(key)),
      })),
    }),
  }

  function renamedInput(
    block: { type: string; name?: unknown; input?: unknown },
    other: (names: Names, key: string) => string | undefined,
  ): { input?: JsonObject } {
    const names = typeof block.name === 'string' ? named.get(block.name) : undefined
    if (block.type !== 'tool_use' || names === undefined || !isObject(block.input)) return {}
    return { input: objectOf(renameKeys(block.input, (key) => other(names, key) ?? key)) }
  }
}

type Names = { schema: JsonObject; ofAuthor: Map<string, string>; onWire: Map<string, string> }

function namesIn(schema: JsonObject): Names | null {
  const ofAuthor = new Map<string, string>()
  for (const { schema: inner } of allSchemas(schema)) {
    for (const [key, property] of Object.entries(propertiesOf(inner))) {
      const label = isJsonObject(property) ? readLabel(property.description) : null
      if (label !== null) ofAuthor.set(key, label.name)
    }
  }
  if (ofAuthor.size === 0) return null
  const restored = renameProperties(schema, (key) => ofAuthor.get(key) ?? key, withoutLabel)
  return {
    schema: objectOf(restored),
    ofAuthor,
    onWire: new Map([...ofAuthor].map(([key, name]) => [name, key])),
  }
}

function withoutLabel(schema: Json): Json {
  if (!isJsonObject(schema)) return schema
  const { description, ...others } = schema
  const rest = readLabel(description)?.rest ?? ''
  return rest === '' ? others : { ...others, description: rest }
}
