import { cutText } from '@/lib/core/base/cut-text'
import { isJsonObject, type Json } from '@/lib/core/base/json'
import type { SchemaComplaint } from '@/lib/core/ports/ports'
import { itemsOf, propertiesOf, requiredOf } from '@/lib/core/schema/schema-keywords'
import { atPointer, localPointer, pointerPart } from '@/lib/core/schema/schema-references'
import { allSchemas } from '@/lib/core/schema/schema-walk'
import { boundsComplaint } from './schema-bounds'
import { hasType, type Part, type Place, partsOf, strictest, typesOf, valuesOf } from './schema-parts'

/** Places looked at in one schema; beyond them the rest is taken to be fine. */
const MOST_PLACES = 20_000

/**
 * What makes a schema impossible to meet, or is a plain contradiction in it; null when nothing was found.
 * Sound for what it says: a schema some value fits, written without contradictions, is never refused.
 */
export function findContradiction(root: Json): SchemaComplaint | null {
  return (
    badPattern(root) ?? lostReference(root) ?? new Reader(root).complaint([{ schema: root, path: '' }], true)
  )
}

function badPattern(root: Json): SchemaComplaint | null {
  for (const { schema, path } of allSchemas(root)) {
    if (typeof schema.pattern !== 'string') continue
    try {
      new RegExp(schema.pattern)
    } catch (error) {
      const why = error instanceof Error ? error.message : 'it cannot be read'
      return complain(`${path}/pattern`, `is not a regular expression: ${why}`)
    }
  }
  return null
}

/** A reference into the document that leads nowhere. */
function lostReference(root: Json): SchemaComplaint | null {
  const all = allSchemas(root)
  // With names of their own, parts of a document may be referred to by those; that is left to the validator.
  if (all.some(({ schema }) => schema.$id !== undefined || schema.$anchor !== undefined)) return null
  for (const { schema, path } of all) {
    if (typeof schema.$ref !== 'string') continue
    const pointer = localPointer(schema.$ref)
    if (pointer === null)
      return complain(
        `${path}/$ref`,
        `${show(schema.$ref)} is outside this schema; put what it names under $defs`,
      )
    if (atPointer(root, pointer) === undefined)
      return complain(`${path}/$ref`, `${show(schema.$ref)} does not exist`)
  }
  return null
}

class Reader {
  /** Sets of places being read, and those found to be fine. A place that needs itself can never be met. */
  readonly #open = new Set<string>()
  readonly #fine = new Set<string>()
  #places = 0

  constructor(private readonly root: Json) {}

  /** `isNeeded`: whether a value is required here, so a schema that allows nothing is a contradiction. */
  complaint(places: readonly Place[], isNeeded: boolean): SchemaComplaint | null {
    const id = `${isNeeded} ${places.map(({ path }) => path).join(' ')}`
    if (this.#fine.has(id) || ++this.#places > MOST_PLACES) return null
    const { parts, refused } = partsOf(places, this.root)
    const key = `${isNeeded} ${parts.map(({ path }) => path).join(' ')}`
    const at = places[0]?.path ?? ''
    if (refused !== null)
      return isNeeded ? complain(refused.path, 'allows nothing, where a value is needed') : null
    if (parts.length === 0) return null
    if (this.#open.has(key)) return isNeeded ? complain(at, 'contains itself without end') : null
    this.#open.add(key)
    const found = this.#inParts(parts, at, isNeeded)
    this.#open.delete(key)
    if (found === null) this.#fine.add(id)
    return found
  }

  #inParts(parts: readonly Part[], at: string, isNeeded: boolean): SchemaComplaint | null {
    const types = typesOf(parts)
    return (
      typeComplaint(parts, types, at) ??
      valueComplaint(parts, types, at) ??
      boundsComplaint(parts, types, at) ??
      notComplaint(parts, types, isNeeded) ??
      this.#inProperties(parts, types, at, isNeeded) ??
      this.#inItems(parts, types, isNeeded) ??
      this.#inAlternatives(parts, isNeeded)
    )
  }

  #inProperties(
    parts: readonly Part[],
    types: string[],
    at: string,
    isNeeded: boolean,
  ): SchemaComplaint | null {
    if (!types.includes('object')) return null
    const required = new Set(parts.flatMap(({ schema }) => requiredOf(schema)))
    const most = strictest(parts, 'maxProperties', 'least')
    if (most !== null && required.size > most)
      return complain(at, `requires ${required.size} properties, but maxProperties is ${most}`)
    const names = new Set([...required, ...parts.flatMap(({ schema }) => Object.keys(propertiesOf(schema)))])
    for (const name of names) {
      const places = parts.flatMap((part) => propertyPlaces(part, name))
      const excluded = places.find(
        ({ path, schema }) => schema === false && path.endsWith('/additionalProperties'),
      )
      const isRequired = required.has(name)
      if (excluded !== undefined && isRequired && types.length === 1)
        return complain(at, `requires ${show(name)}, but additionalProperties: false leaves no room for it`)
      const found = this.complaint(places, isNeeded && isRequired && types.length === 1)
      if (found !== null) return found
    }
    return null
  }

  #inItems(parts: readonly Part[], types: string[], isNeeded: boolean): SchemaComplaint | null {
    if (!types.includes('array')) return null
    const least = strictest(parts, 'minItems', 'most') ?? 0
    for (const { schema, path } of parts) {
      const { first, firstKeyword, rest, restKeyword } = itemsOf(schema)
      const isOnlyList = isNeeded && types.length === 1
      for (const [index, one] of first.entries()) {
        const place = { schema: one, path: `${path}/${firstKeyword}/${index}` }
        const found = this.complaint([place], isOnlyList && index < least)
        if (found !== null) return found
      }
      if (rest === false && least > first.length && types.length === 1)
        return complain(path, `minItems is ${least}, but no more than ${first.length} items are allowed`)
      const others = { schema: rest ?? true, path: `${path}/${restKeyword}` }
      const found = this.complaint([others], isOnlyList && least > first.length)
      if (found !== null) return found
    }
    return null
  }

  /** Of alternatives one is enough, so each is read together with the keywords beside it. */
  #inAlternatives(parts: readonly Part[], isNeeded: boolean): SchemaComplaint | null {
    for (const part of parts) {
      for (const word of ['anyOf', 'oneOf'] as const) {
        const options = part.schema[word]
        if (!Array.isArray(options) || options.length === 0) continue
        const beside = parts.map(({ schema, path }) => withoutAlternatives(schema, path))
        let first: SchemaComplaint | null = null
        const isOpen = options.some((option, index) => {
          const found = this.complaint(
            [{ schema: option, path: `${part.path}/${word}/${index}` }, ...beside],
            isNeeded,
          )
          first ??= found
          return found === null && (option !== false || !isNeeded)
        })
        if (!isOpen && first !== null) return none(part.path, word, first)
      }
    }
    return null
  }
}

function none(path: string, word: string, first: SchemaComplaint): SchemaComplaint {
  return complain(
    `${path}/${word}`,
    `has no alternative that can be met; the first fails because ${first.path} ${first.message}`,
  )
}

/** Marked, so what was read with its alternatives is not taken for what is read without. */
function withoutAlternatives({ anyOf, oneOf, allOf, $ref, ...rest }: Part['schema'], path: string): Place {
  return { schema: rest, path: `${path}#` }
}

/** The schemas a part has for one property. */
function propertyPlaces({ schema, path }: Part, name: string): Place[] {
  const properties = propertiesOf(schema)
  const own = Object.hasOwn(properties, name) ? properties[name] : undefined
  const clean = path.replace(/#$/, '')
  const places: Place[] =
    own === undefined ? [] : [{ schema: own, path: `${clean}/properties/${pointerPart(name)}` }]
  const patterns = isJsonObject(schema.patternProperties) ? Object.entries(schema.patternProperties) : []
  for (const [pattern, one] of patterns)
    if (matches(pattern, name))
      places.push({ schema: one, path: `${clean}/patternProperties/${pointerPart(pattern)}` })
  if (places.length === 0 && schema.additionalProperties !== undefined)
    places.push({ schema: schema.additionalProperties, path: `${clean}/additionalProperties` })
  return places
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text)
  } catch {
    return true
  }
}

function typeComplaint(parts: readonly Part[], types: string[], at: string): SchemaComplaint | null {
  if (types.length > 0) return null
  const stated = parts.flatMap(({ schema }) => (schema.type === undefined ? [] : [show(schema.type)]))
  return complain(at, `asks for types that exclude each other: ${stated.join(' and ')}`)
}

function valueComplaint(parts: readonly Part[], types: string[], at: string): SchemaComplaint | null {
  const empty = parts.find(({ schema }) => Array.isArray(schema.enum) && schema.enum.length === 0)
  if (empty !== undefined)
    return complain(`${empty.path.replace(/#$/, '')}/enum`, 'is empty, so that nothing is allowed')
  const values = valuesOf(parts)
  if (values === null) return null
  const constant = parts.find(({ schema }) => schema.const !== undefined)?.schema.const
  if (values.length === 0)
    return complain(
      at,
      constant === undefined
        ? 'has lists of values with none in common'
        : `const ${show(constant)} is not among the other values that are allowed`,
    )
  const stated = parts.some(({ schema }) => schema.type !== undefined)
  const typed = stated ? values.filter((value) => hasType(value, types)) : values
  if (typed.length === 0)
    return complain(
      at,
      `${constant === undefined ? `none of its values ${show(values)}` : `const ${show(constant)}`} is ${constant === undefined ? '' : 'not '}of type ${types.join(' or ')}`,
    )
  const fits = typed.some((value) => parts.every((part) => fitsBounds(value, part)))
  return fits ? null : complain(at, `none of its values ${show(typed)} fits the other rules beside them`)
}

function fitsBounds(value: Json, { schema }: Part): boolean {
  const number = (key: string) => (typeof schema[key] === 'number' ? schema[key] : null)
  if (typeof value === 'number')
    return (
      value >= (number('minimum') ?? value) &&
      value <= (number('maximum') ?? value) &&
      value > (number('exclusiveMinimum') ?? Number.NEGATIVE_INFINITY) &&
      value < (number('exclusiveMaximum') ?? Number.POSITIVE_INFINITY)
    )
  if (typeof value !== 'string') return true
  const length = [...value].length
  if (length < (number('minLength') ?? 0) || length > (number('maxLength') ?? length)) return false
  return typeof schema.pattern !== 'string' || matches(schema.pattern, value)
}

function notComplaint(parts: readonly Part[], types: string[], isNeeded: boolean): SchemaComplaint | null {
  for (const { schema, path } of parts) {
    const { not } = schema
    const isAll = not === true || (isJsonObject(not) && Object.keys(not).length === 0)
    if (isAll && isNeeded)
      return complain(`${path.replace(/#$/, '')}/not`, 'excludes everything, where a value is needed')
    if (!isJsonObject(not) || Object.keys(not).join() !== 'type' || not.type === undefined) continue
    const excluded = [not.type].flat()
    const isGone = (type: string) =>
      excluded.includes(type) || (type === 'integer' && excluded.includes('number'))
    if (types.every(isGone))
      return complain(
        `${path.replace(/#$/, '')}/not`,
        `excludes every type that is allowed: ${types.join(', ')}`,
      )
  }
  return null
}

function complain(path: string, message: string): SchemaComplaint {
  return { path: path.replaceAll('#', ''), message }
}

function show(value: Json): string {
  return cutText(JSON.stringify(value), 120)
}
