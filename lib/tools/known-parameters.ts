import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'

/** What else the parameters of a tool are called, and what a call may say besides them. */
export type KnownParameters = {
  /** Other names of each parameter, as the tools of other agents have them. */
  aliases: Readonly<Record<string, readonly string[]>>
  /** What is said by custom and changes nothing here. */
  ignored?: readonly string[]
  /** Makes own parameters of what is said in another way; runs after the names were understood. */
  derive?(input: JsonObject): JsonObject
}

/**
 * The input of a call as its tool takes it: parameters by other names under their own, numbers and truth
 * values that came as text as what they are, and what is null left out. What cannot be understood stays, to
 * be complained of. `properties` are those of the tool's schema.
 */
export function understoodInput(input: Json, properties: JsonObject, known: KnownParameters): Json {
  if (!isJsonObject(input)) return input
  const understood: JsonObject = {}
  const entries = Object.entries(input).filter(([, value]) => value !== null)
  // Under its own name a parameter counts before any other name of it.
  for (const [name, value] of entries) if (Object.hasOwn(properties, name)) set(understood, name, value)
  for (const [name, value] of entries) {
    if (Object.hasOwn(properties, name) || known.ignored?.includes(name)) continue
    const own = ownParameter(name, known.aliases)
    if (own === null || !Object.hasOwn(understood, own)) set(understood, own ?? name, value)
  }
  const derived = known.derive?.(understood) ?? understood
  return Object.fromEntries(
    Object.entries(derived).map(([name, value]) => [name, asTyped(value, properties[name])]),
  )
}

/** A name like `__proto__` is a name like any other. */
function set(target: JsonObject, name: string, value: Json): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}

function ownParameter(name: string, aliases: KnownParameters['aliases']): string | null {
  for (const [own, others] of Object.entries(aliases)) if (others.includes(name)) return own
  const wanted = plain(name)
  // One letter says too little to be taken for another.
  if (wanted.length < 2) return null
  for (const [own, others] of Object.entries(aliases))
    if ([own, ...others].some((other) => plain(other) === wanted)) return own
  return null
}

/** Letters and digits alone, whatever their case: `file_path` and `filePath` are one name. */
function plain(name: string): string {
  return name
    .slice(0, 100)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}

function asTyped(value: Json, schema: Json | undefined): Json {
  const type = schema !== undefined && isJsonObject(schema) ? schema.type : null
  if (typeof value === 'string') {
    const text = value.trim()
    if ((type === 'integer' || type === 'number') && /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text))
      return Number(text)
    if (type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  }
  if (typeof value === 'number' && type === 'string') return String(value)
  return value
}

/** A whole number, also where it came as text; null for what is none. */
export function wholeNumber(value: Json | undefined): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}
