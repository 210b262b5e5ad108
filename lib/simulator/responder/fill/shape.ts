import { arrayOf, isObject, type Json, type JsonObject, objectOf } from '../../wire/json'
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

/** Follows `$ref` inside one schema document. */
export function resolveRef(schema: Json | undefined, root: JsonObject): Json | undefined {
  let at = schema
  for (let hops = 0; hops < 20 && isObject(at) && typeof at.$ref === 'string'; hops += 1) {
    const { $ref, ...beside } = at
    const target = lookUp($ref, root)
    if (Object.keys(beside).length === 0 || !isObject(target)) at = target
    else at = { ...target, ...beside }
  }
  return at
}

/** True when the properties of an object are those of a place in a file: a line, and something to name the file. */
export function isFindingShape(properties: JsonObject, root: JsonObject): boolean {
  const entries = Object.entries(properties).map(([key, rule]) => ({
    role: roleOf(key),
    type: typesOf(resolveRef(rule, root)),
  }))
  if (entries.some(({ role }) => role === 'location')) return entries.length > 1
  const hasLine = entries.some(
    ({ role, type }) =>
      role === 'line' && (type.includes('integer') || type.includes('number') || type.includes('string')),
  )
  const hasPath = entries.some(({ role, type }) => (role === 'path' || role === 'folder') && type.includes('string'))
  const strings = entries.filter(({ type }) => type.includes('string')).length
  const unnamedLine = entries.some(({ role, type }) => role === null && type.includes('integer'))
  return (hasLine && (hasPath || strings >= 2)) || (unnamedLine && (hasPath || strings >= 3))
}

/** The types a schema allows. */
export function typesOf(schema: Json | undefined): string[] {
  if (!isObject(schema)) return []
  const types = [schema.type ?? []].flat().flatMap((type) => (typeof type === 'string' ? [type] : []))
  if (types.length > 0) return types
  return [...arrayOf(schema.anyOf), ...arrayOf(schema.oneOf)].flatMap((option) => typesOf(option))
}

function lookUp(pointer: string, root: JsonObject): Json | undefined {
  if (!pointer.startsWith('#')) return undefined
  const keys = pointer
    .slice(1)
    .split('/')
    .filter((key) => key !== '')
  let at: Json | undefined = root
  for (const key of keys) {
    const name = decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')
    at = Array.isArray(at) ? at[Number(name)] : objectOf(at)[name]
  }
  return at
}

function walk(value: Json | undefined, name: string, root: JsonObject, shape: AnswerShape, depth: number): void {
  const schema = resolveRef(value, root)
  if (!isObject(schema) || depth > 6) return
  const role = roleOf(name)
  const values = arrayOf(schema.enum).filter((entry) => typeof entry === 'string')
  const verdicts = values.map((entry) => verdictOf(entry))
  if ((verdicts.includes(true) && verdicts.includes(false)) || (role === 'verdict' && values.length > 1))
    shape.wantsVerdict = true
  if (typesOf(schema).includes('boolean') && role === 'verdict') shape.wantsVerdict = true
  const items = resolveRef(schema.items, root)
  if (isObject(items)) {
    const properties = objectOf(items.properties)
    if (isFindingShape(properties, root)) shape.wantsFindings = true
    const hasPlace = Object.keys(properties).some((key) => ['path', 'folder'].includes(roleOf(key) ?? ''))
    const isPlaceList = typesOf(items).includes('string') && (role === 'path' || role === 'folder')
    if (((hasPlace || role === 'folder') && !isFindingShape(properties, root)) || isPlaceList) shape.wantsPlaces = true
    walk(items, name, root, shape, depth + 1)
  }
  for (const [key, rule] of Object.entries(objectOf(schema.properties))) walk(rule, key, root, shape, depth + 1)
  for (const option of [...arrayOf(schema.anyOf), ...arrayOf(schema.oneOf), ...arrayOf(schema.allOf)])
    walk(option, name, root, shape, depth + 1)
}
