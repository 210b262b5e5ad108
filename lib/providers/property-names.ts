import { createHash } from 'node:crypto'
import { cutText } from '@/lib/core/base/cut-text'
import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import type { ToolDefinition } from '@/lib/core/ports/ports'
import { propertiesOf } from '@/lib/core/schema/schema-keywords'
import { localPointer, nameOfPart } from '@/lib/core/schema/schema-references'
import { allSchemas, mapSchemas } from '@/lib/core/schema/schema-walk'

/** Names of properties that the API takes in the input schema of a tool. */
const ACCEPTED = /^[a-zA-Z0-9_.-]{1,64}$/

/** The two names of every property of a tool whose own name the API refuses. */
export type PropertyNames = { onWire: ReadonlyMap<string, string>; ofAuthor: ReadonlyMap<string, string> }

/**
 * What a tool's properties are called on the wire; null when the author's names will do, as they nearly
 * always do.
 */
export function propertyNames(schema: JsonObject): PropertyNames | null {
  const known = cache.get(schema)
  if (known !== undefined) return known
  const all = new Set(allSchemas(schema).flatMap(({ schema: one }) => Object.keys(propertiesOf(one))))
  const refused = [...all].filter((name) => !ACCEPTED.test(name))
  const onWire = new Map<string, string>()
  for (const name of refused) {
    const wire = wireName(name, all)
    all.add(wire)
    onWire.set(name, wire)
  }
  const names =
    refused.length === 0 ? null : { onWire, ofAuthor: new Map([...onWire].map(([a, b]) => [b, a])) }
  cache.set(schema, names)
  return names
}

/** Schemas are the same objects from turn to turn, and never changed. */
const cache = new WeakMap<JsonObject, PropertyNames | null>()

/**
 * Depends on the name alone wherever it can, so the same property is called the same in every request.
 */
function wireName(name: string, taken: ReadonlySet<string>): string {
  const readable = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-zA-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  // As JSON, since UTF-8 makes the same bytes of every half of a surrogate pair.
  const digest = createHash('sha256').update(JSON.stringify(name)).digest('hex')
  for (let digits = 8; ; digits += 1) {
    const wire = `${readable.slice(0, 24) || 'key'}_${digest.slice(0, digits)}`
    if (!taken.has(wire)) return wire
  }
}

/** A tool as the wire takes it; the author's name of a property is in its description. */
export function toolOnWire(tool: ToolDefinition): ToolDefinition {
  const names = propertyNames(tool.inputSchema)
  if (names === null) return tool
  const inputSchema = renameProperties(tool.inputSchema, (name) => names.onWire.get(name) ?? name, labelled)
  return { ...tool, inputSchema: isJsonObject(inputSchema) ? inputSchema : tool.inputSchema }
}

/**
 * The blocks of a message with the inputs of its tool calls under other names: as the wire has them, or the
 * author.
 */
export function renameInputs(
  content: readonly JsonObject[],
  tools: readonly ToolDefinition[],
  direction: 'onWire' | 'ofAuthor',
): JsonObject[] {
  return content.map((block) => {
    if (block.type !== 'tool_use' || block.input === undefined) return block
    const tool = tools.find(({ name }) => name === block.name)
    const names = tool === undefined ? null : propertyNames(tool.inputSchema)
    if (names === null) return block
    return { ...block, input: renameKeys(block.input, (key) => names[direction].get(key) ?? key) }
  })
}

const LABEL = 'The author calls this property '
/** Longer names are distinguished by their first characters only. */
const LONGEST_LABEL = 200

function labelled(schema: Json, name: string): Json {
  const label = `${LABEL}${JSON.stringify(cutText(name, LONGEST_LABEL))}.`
  if (schema === true) return { description: label }
  if (!isJsonObject(schema)) return schema
  const { description } = schema
  return { ...schema, description: typeof description === 'string' ? `${label} ${description}` : label }
}

/**
 * The author's name of a property, read from the description it was given for the wire, and the rest of that.
 */
export function readLabel(description: Json | undefined): { name: string; rest: string } | null {
  if (typeof description !== 'string' || !description.startsWith(LABEL)) return null
  const [, quoted = '', rest = ''] =
    /^("(?:[^"\\]|\\.)*")\. ?([\s\S]*)$/.exec(description.slice(LABEL.length)) ?? []
  return quoted === '' ? null : { name: String(JSON.parse(quoted)), rest }
}

/** A schema whose properties are called otherwise, wherever the schema speaks of them. */
export function renameProperties(
  schema: Json,
  rename: (name: string) => string,
  describe: (schema: Json, name: string) => Json,
): Json {
  return mapSchemas(schema, (one) => withRenamed(one, rename, describe))
}

/** One schema; those inside it have their properties renamed already. */
function withRenamed(
  schema: JsonObject,
  rename: (name: string) => string,
  describe: (schema: Json, name: string) => Json,
): JsonObject {
  const changed = { ...schema }
  const isOther = (name: string) => rename(name) !== name
  const { properties } = changed
  if (isJsonObject(properties)) {
    changed.properties = Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [
        rename(name),
        isOther(name) ? describe(one, name) : one,
      ]),
    )
    // What it says of names is said of the author's; the check of the answer still holds it.
    if (Object.keys(properties).some(isOther)) delete changed.propertyNames
  }
  if (Array.isArray(changed.required)) changed.required = changed.required.map(renamed)
  for (const key of ['dependentRequired', 'dependentSchemas', 'dependencies']) {
    const dependent = changed[key]
    if (!isJsonObject(dependent)) continue
    changed[key] = Object.fromEntries(
      Object.entries(dependent).map(([name, on]) => [rename(name), Array.isArray(on) ? on.map(renamed) : on]),
    )
  }
  for (const key of ['const', 'default', 'enum', 'examples']) {
    const value = changed[key]
    if (value !== undefined) changed[key] = renameKeys(value, rename)
  }
  for (const key of ['$ref', '$dynamicRef']) {
    const reference = changed[key]
    if (typeof reference === 'string') changed[key] = renameReference(reference, rename)
  }
  return changed

  function renamed(name: Json): Json {
    return typeof name === 'string' ? rename(name) : name
  }
}

/** A reference within its own document leads through names of properties. */
function renameReference(reference: string, rename: (name: string) => string): string {
  if (!reference.startsWith('#/')) return reference
  const parts = reference.slice(2).split('/')
  const changed = parts.map((part, index) => {
    if (parts[index - 1] !== 'properties') return part
    const pointer = localPointer(`#/${part}`)
    const name = pointer === null ? null : nameOfPart(pointer.slice(1))
    return name === null || rename(name) === name ? part : rename(name)
  })
  return `#/${changed.join('/')}`
}

/** A value with the keys of its objects called otherwise, at any depth. */
export function renameKeys(value: Json, rename: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((one) => renameKeys(one, rename))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [rename(key), renameKeys(one, rename)]))
}
