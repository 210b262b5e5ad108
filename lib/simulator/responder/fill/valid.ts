import { arrayOf, canonicalJson, isObject, type Json, type JsonObject, objectOf } from '../../wire/json'
import { resolveRef } from './shape'

/** Whether a value obeys a JSON Schema: the keywords that answers meet, draft-07 and 2020-12. Formats are not judged. */
export function isValid(value: Json, schema: Json | undefined, root: JsonObject, depth = 0): boolean {
  if (schema === false) return false
  const rule = resolveRef(schema, root)
  if (!isObject(rule)) return rule !== false
  if (depth > 60) return true
  const check = (inner: Json, innerSchema: Json | undefined) => isValid(inner, innerSchema, root, depth + 1)
  if (rule.type !== undefined && ![rule.type].flat().some((type) => isOfType(value, type))) return false
  if (rule.const !== undefined && canonicalJson(rule.const) !== canonicalJson(value)) return false
  if (Array.isArray(rule.enum) && !rule.enum.some((entry) => canonicalJson(entry) === canonicalJson(value)))
    return false
  if (!arrayOf(rule.allOf).every((option) => check(value, option))) return false
  if (Array.isArray(rule.anyOf) && !rule.anyOf.some((option) => check(value, option))) return false
  if (Array.isArray(rule.oneOf) && rule.oneOf.filter((option) => check(value, option)).length !== 1) return false
  if (rule.not !== undefined && check(value, rule.not)) return false
  if (rule.if !== undefined) {
    const branch = check(value, rule.if) ? rule.then : rule.else
    if (branch !== undefined && !check(value, branch)) return false
  }
  if (typeof value === 'string') return isValidString(value, rule)
  if (typeof value === 'number') return isValidNumber(value, rule)
  if (Array.isArray(value)) return isValidArray(value, rule, check)
  return isObject(value) ? isValidObject(value, rule, check) : true
}

type Check = (value: Json, schema: Json | undefined) => boolean

function isOfType(value: Json, type: Json): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

function isValidString(value: string, rule: JsonObject): boolean {
  const length = [...value].length
  if (typeof rule.minLength === 'number' && length < rule.minLength) return false
  if (typeof rule.maxLength === 'number' && length > rule.maxLength) return false
  return typeof rule.pattern !== 'string' || matches(rule.pattern, value)
}

/** Tests a schema's pattern; one that is no expression at all matches everything. */
export function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value)
  } catch {
    return isLooseMatch(pattern, value)
  }
}

function isLooseMatch(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern).test(value)
  } catch {
    return true
  }
}

function isValidNumber(value: number, rule: JsonObject): boolean {
  if (typeof rule.minimum === 'number' && value < rule.minimum) return false
  if (typeof rule.maximum === 'number' && value > rule.maximum) return false
  if (typeof rule.exclusiveMinimum === 'number' && value <= rule.exclusiveMinimum) return false
  if (typeof rule.exclusiveMaximum === 'number' && value >= rule.exclusiveMaximum) return false
  if (typeof rule.multipleOf !== 'number') return true
  const times = value / rule.multipleOf
  return Math.abs(times - Math.round(times)) < 1e-9
}

function isValidArray(value: Json[], rule: JsonObject, check: Check): boolean {
  if (typeof rule.minItems === 'number' && value.length < rule.minItems) return false
  if (typeof rule.maxItems === 'number' && value.length > rule.maxItems) return false
  if (rule.uniqueItems === true && new Set(value.map(canonicalJson)).size < value.length) return false
  const tuple = Array.isArray(rule.items) ? rule.items : arrayOf(rule.prefixItems)
  const rest = Array.isArray(rule.items) ? rule.additionalItems : rule.items
  if (!value.every((entry, index) => check(entry, index < tuple.length ? tuple[index] : rest))) return false
  if (rule.contains === undefined) return true
  return value.filter((entry) => check(entry, rule.contains)).length >= Number(rule.minContains ?? 1)
}

function isValidObject(value: JsonObject, rule: JsonObject, check: Check): boolean {
  const keys = Object.keys(value)
  if (!arrayOf(rule.required).every((key) => typeof key === 'string' && value[key] !== undefined)) return false
  if (typeof rule.minProperties === 'number' && keys.length < rule.minProperties) return false
  if (typeof rule.maxProperties === 'number' && keys.length > rule.maxProperties) return false
  const properties = objectOf(rule.properties)
  const patterns = Object.entries(objectOf(rule.patternProperties))
  if (!dependants(rule).every(({ on, demand }) => !Object.hasOwn(value, on) || check(value, demand))) return false
  return keys.every((key) => {
    const inner = value[key] ?? null
    if (rule.propertyNames !== undefined && !check(key, rule.propertyNames)) return false
    if (Object.hasOwn(properties, key) && !check(inner, properties[key])) return false
    const applying = patterns.filter(([pattern]) => matches(pattern, key))
    if (!applying.every(([, schema]) => check(inner, schema))) return false
    return Object.hasOwn(properties, key) || applying.length > 0 || check(inner, rule.additionalProperties)
  })
}

/** What one property demands of the object that has it, in the words of every draft. */
export function dependants(rule: JsonObject): { on: string; demand: JsonObject }[] {
  const words = [rule.dependentRequired, rule.dependentSchemas, rule.dependencies]
  return words.flatMap((word) =>
    Object.entries(objectOf(word)).map(([on, demand]) => ({
      on,
      demand: Array.isArray(demand) ? { required: demand } : objectOf(demand),
    })),
  )
}
