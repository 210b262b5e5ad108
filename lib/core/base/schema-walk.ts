import { isJsonObject, type Json, type JsonObject } from './json'

const single = [
  ...['additionalItems', 'additionalProperties', 'contains', 'else', 'if', 'items', 'not', 'propertyNames', 'then'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
] as const
const lists = ['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems'] as const
const maps = ['$defs', 'definitions', 'dependencies', 'dependentSchemas', 'patternProperties', 'properties'] as const

/** A schema with `change` applied to every schema directly inside it; everything else stays as it is. */
export function mapSubschemas(schema: JsonObject, change: (inner: Json) => Json): JsonObject {
  const changed: JsonObject = { ...schema }
  for (const key of single) {
    const inner = changed[key]
    if (inner !== undefined && !Array.isArray(inner)) changed[key] = change(inner)
  }
  for (const key of lists) {
    const inner = changed[key]
    if (Array.isArray(inner)) changed[key] = inner.map(change)
  }
  for (const key of maps) {
    const inner = changed[key]
    if (isJsonObject(inner))
      changed[key] = Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, change(one)]))
  }
  return changed
}

/** Every schema of a document with its JSON pointer, the document itself first. */
export function allSchemas(root: Json): { schema: JsonObject; path: string }[] {
  const found: { schema: JsonObject; path: string }[] = []
  const visit = (schema: Json, path: string) => {
    if (!isJsonObject(schema)) return
    found.push({ schema, path })
    for (const key of single) {
      const inner = schema[key]
      if (inner !== undefined && !Array.isArray(inner)) visit(inner, `${path}/${key}`)
    }
    for (const key of lists) {
      const inner = schema[key]
      if (!Array.isArray(inner)) continue
      for (const [index, one] of inner.entries()) visit(one, `${path}/${key}/${index}`)
    }
    for (const key of maps) {
      const inner = schema[key]
      if (isJsonObject(inner))
        for (const [name, one] of Object.entries(inner)) visit(one, `${path}/${key}/${pointerPart(name)}`)
    }
  }
  visit(root, '')
  return found
}

/** What a JSON pointer names; undefined when there is nothing. */
export function atPointer(root: Json, pointer: string): Json | undefined {
  let at: Json | undefined = root
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
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

/** The pointer a reference within its own document makes; null for one that leads elsewhere or goes by a name. */
export function localPointer(reference: string): string | null {
  if (reference === '#') return ''
  if (!reference.startsWith('#/')) return null
  try {
    return decodeURIComponent(reference.slice(1))
  } catch {
    return null
  }
}
