import { isJsonObject, type Json, type JsonObject } from '../base/json'

/** References followed from one to the next; more are a circle. */
const MOST_HOPS = 20

/** What a JSON pointer names; undefined when there is nothing. */
export function atPointer(root: Json, pointer: string): Json | undefined {
  let at: Json | undefined = root
  for (const part of pointer.split('/').slice(1)) {
    const key = nameOfPart(part)
    if (Array.isArray(at)) at = at[Number(key)]
    else if (isJsonObject(at) && Object.hasOwn(at, key)) at = at[key]
    else return undefined
  }
  return at
}

/** A name as one part of a JSON pointer. */
export function pointerPart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The name that one part of a JSON pointer encodes. */
export function nameOfPart(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** The JSON pointer of a reference within the document; null for one to another document or to a name. */
export function localPointer(reference: string): string | null {
  if (reference === '#') return ''
  if (!reference.startsWith('#/')) return null
  try {
    return decodeURIComponent(reference.slice(1))
  } catch {
    // A bad percent sign: it names nothing.
    return null
  }
}

/**
 * The schema itself, or what its `$ref` leads to within `root`, with the keywords beside the reference laid
 * over it. Undefined where a reference leads nowhere.
 */
export function resolved(schema: Json | undefined, root: Json): Json | undefined {
  let at = schema
  for (let hops = 0; hops < MOST_HOPS && isJsonObject(at) && typeof at.$ref === 'string'; hops += 1) {
    const { $ref, ...beside } = at
    const pointer = localPointer(String($ref))
    const target: Json | undefined = pointer === null ? undefined : atPointer(root, pointer)
    if (Object.keys(beside).length === 0 || !isJsonObject(target)) at = target
    else at = { ...target, ...beside }
  }
  return at
}

/**
 * A schema whose references are followed from `pointer` on, where its document has been moved to; its parts
 * are not.
 */
export function withMovedReference(schema: JsonObject, pointer: string): JsonObject {
  const { $ref } = schema
  return typeof $ref === 'string' && /^#(\/|$)/.test($ref)
    ? { ...schema, $ref: `#${pointer}${$ref.slice(1)}` }
    : schema
}
