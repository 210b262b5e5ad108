import { isJsonObject, type Json, type JsonObject, parseJson } from '@/lib/core/base/json'
import { propertiesOf, requiredOf } from '@/lib/core/schema/schema-keywords'

/** One argument of a workflow, as a form asks for it. */
export type ArgField = {
  name: string
  label: string
  hint: string | null
  kind: 'text' | 'whole' | 'number' | 'switch' | 'choice' | 'list' | 'script'
  options: readonly string[]
  isRequired: boolean
  minimum: number | null
  maximum: number | null
  placeholder: string
}

/** The format of a string that is a workflow's source. */
export const scriptFormat = 'workflow-script'

/** The fields of an argument schema; null when a flat form cannot ask for all of it. */
export function argFields(schema: Json | null): ArgField[] | null {
  const required = requiredOf(schema)
  const fields = Object.entries(propertiesOf(schema)).map(([name, value]) =>
    argField(name, value, required.includes(name)),
  )
  return fields.length > 0 && fields.every((field) => field !== null) ? fields : null
}

/** What each field shows for arguments written as JSON; null when a form cannot show them. */
export function argValues(text: string): JsonObject | null {
  if (text.trim() === '') return {}
  try {
    const value: Json = JSON.parse(text)
    return isJsonObject(value) ? value : null
  } catch {
    // Text that is not JSON stays in the JSON field, which marks the mistake.
    return null
  }
}

/**
 * The arguments with one field as just typed; an empty field is left out, so the script's own default
 * holds.
 */
export function withArg(text: string, field: ArgField, typed: string | boolean): string {
  const { [field.name]: _before, ...others } = argValues(text) ?? {}
  const value = readArg(field, typed)
  const next = value === null ? others : { ...others, [field.name]: value }
  return Object.keys(next).length === 0 ? '' : JSON.stringify(next, null, 2)
}

/** Why these arguments do not fit the form; null when they do. */
export function argError(
  fields: readonly ArgField[],
  text: string,
): { name: string; message: string } | null {
  const values = argValues(text) ?? {}
  for (const field of fields) {
    const message = wrongWith(field, values[field.name])
    if (message !== null) return { name: field.name, message }
  }
  return null
}

/** A value as a field shows it: text as it is, all else as JSON. */
export function shownValue(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function wrongWith(field: ArgField, value: Json | undefined): string | null {
  if (value === undefined || value === '') return field.isRequired ? `${field.label}: required.` : null
  if (field.kind === 'list')
    return Array.isArray(value) ? null : `${field.label}: enter a list as JSON, such as ["a", "b"].`
  if (field.kind !== 'whole' && field.kind !== 'number') return null
  if (typeof value !== 'number') return `${field.label}: enter a number.`
  if (field.kind === 'whole' && !Number.isInteger(value)) return `${field.label}: enter a whole number.`
  if (field.minimum !== null && value < field.minimum)
    return `${field.label}: enter ${field.minimum} or more.`
  if (field.maximum !== null && value > field.maximum)
    return `${field.label}: enter ${field.maximum} or less.`
  return null
}

/** Text that is no number stays text, so nothing typed is lost; the form says what is wrong. */
function readArg(field: ArgField, typed: string | boolean): Json {
  if (typeof typed === 'boolean') return typed
  if (typed.trim() === '') return null
  if (field.kind === 'list') return parseJson(typed) ?? typed
  const isNumber = field.kind === 'whole' || field.kind === 'number'
  return isNumber && /^-?\d+(\.\d+)?$/.test(typed.trim()) ? Number(typed) : typed
}

function argField(name: string, schema: Json, isRequired: boolean): ArgField | null {
  if (!isJsonObject(schema)) return null
  const options = Array.isArray(schema.enum) ? schema.enum.filter((option) => typeof option === 'string') : []
  const isScript = schema.type === 'string' && schema.format === scriptFormat
  const kindOfText = isScript ? 'script' : kinds[String(schema.type)]
  const kind = options.length > 0 ? 'choice' : kindOfText
  if (kind === undefined) return null
  const number = (value: Json | undefined) => (typeof value === 'number' ? value : null)
  const words = (value: Json | undefined) => (typeof value === 'string' ? value : null)
  return {
    name,
    label: words(schema.title) ?? name,
    hint: words(schema.description),
    kind,
    options,
    isRequired,
    minimum: number(schema.minimum),
    maximum: number(schema.maximum),
    placeholder: schema.default === undefined ? '' : shownValue(schema.default),
  }
}

const kinds: Readonly<Record<string, ArgField['kind']>> = {
  string: 'text',
  integer: 'whole',
  number: 'number',
  boolean: 'switch',
  array: 'list',
}
