import type { Json, JsonObject } from '@/lib/core/base/json'
import { alternativesOf, propertiesOf, statedTypes } from '@/lib/core/schema/schema-keywords'
import { resolved } from '@/lib/core/schema/schema-references'
import { arrayOf, isObject } from '../../wire/json'
import { roleOf, verdictOf } from '../words'

/** What kind of answer a schema asks for. */
export interface AnswerShape {
  /** A list of things with a file and a line. */
  wantsFindings: boolean
  /** A list of files or folders. */
  wantsPlaces: boolean
  /** A yes or no, or a word for it, about something claimed. */
  wantsVerdict: boolean
}

/** Looks through a schema for the shapes that say what to do. */
export function readShape(schema: JsonObject | null): AnswerShape {
  const shape: AnswerShape = { wantsFindings: false, wantsPlaces: false, wantsVerdict: false }
  if (schema !== null) walk(schema, '', schema, shape, 0)
  return shape
}

/**
 * True when the properties of an object are those of a place in a file: a line, and something to name the
 * file.
 */
export function isFindingShape(properties: JsonObject, root: JsonObject): boolean {
  const entries = Object.entries(properties).map(([key, rule]) => ({
    role: roleOf(key),
    type: typesOf(resolved(rule, root)),
  }))
  if (entries.some(({ role }) => role === 'location')) return entries.length > 1
  const hasLine = entries.some(
    ({ role, type }) =>
      role === 'line' && (type.includes('integer') || type.includes('number') || type.includes('string')),
  )
  const hasPath = entries.some(
    ({ role, type }) => (role === 'path' || role === 'folder') && type.includes('string'),
  )
  const strings = entries.filter(({ type }) => type.includes('string')).length
  const unnamedLine = entries.some(({ role, type }) => role === null && type.includes('integer'))
  return (hasLine && (hasPath || strings >= 2)) || (unnamedLine && (hasPath || strings >= 3))
}

/** The types a schema allows. */
export function typesOf(schema: Json | undefined): string[] {
  const types = statedTypes(schema)
  return types.length > 0 ? types : alternativesOf(schema).flatMap(typesOf)
}

function walk(
  value: Json | undefined,
  name: string,
  root: JsonObject,
  shape: AnswerShape,
  depth: number,
): void {
  const schema = resolved(value, root)
  if (!isObject(schema) || depth > 6) return
  const role = roleOf(name)
  const values = arrayOf(schema.enum).filter((entry) => typeof entry === 'string')
  const verdicts = values.map((entry) => verdictOf(entry))
  if ((verdicts.includes(true) && verdicts.includes(false)) || (role === 'verdict' && values.length > 1))
    shape.wantsVerdict = true
  if (typesOf(schema).includes('boolean') && role === 'verdict') shape.wantsVerdict = true
  const items = resolved(schema.items, root)
  if (isObject(items)) {
    const properties = propertiesOf(items)
    if (isFindingShape(properties, root)) shape.wantsFindings = true
    const hasPlace = Object.keys(properties).some((key) => ['path', 'folder'].includes(roleOf(key) ?? ''))
    const isPlaceList = typesOf(items).includes('string') && (role === 'path' || role === 'folder')
    if (((hasPlace || role === 'folder') && !isFindingShape(properties, root)) || isPlaceList)
      shape.wantsPlaces = true
    walk(items, name, root, shape, depth + 1)
  }
  for (const [key, rule] of Object.entries(propertiesOf(schema))) walk(rule, key, root, shape, depth + 1)
  for (const option of [...alternativesOf(schema), ...arrayOf(schema.allOf)])
    walk(option, name, root, shape, depth + 1)
}
