import type { Json, JsonObject } from '@/lib/core/base/json'
import { dependantsOf, propertiesOf, requiredOf } from '@/lib/core/schema/schema-keywords'
import { resolved } from '@/lib/core/schema/schema-references'
import { pick, type Random } from '../../random'
import { isObject, objectOf } from '../../wire/json'
import type { Material } from '../material'
import { type Role, roleOf } from '../words'
import { fillArray } from './fill-array'
import type { FillContext, FillPlace } from './fill-context'
import { chooseEnum, fillBoolean, fillNumber, fillString } from './fill-scalar'
import { flatten, mergeSchemas } from './flatten'
import { typesOf } from './shape'
import { isValid, matches } from './valid'

const MOST_ATTEMPTS = 60
const DEEP = 5

/** An answer that obeys the schema, made of the material; the same seed gives the same answer. */
export function answerFor(schema: JsonObject, material: Material, random: Random): Json {
  const place: FillPlace = { name: '', role: null, subject: { kind: 'whole' }, depth: 0, turn: 0 }
  let value: Json = null
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    value = fill(schema, place, { root: schema, material, random, attempt, fill })
    if (isValid(value, schema, schema)) return value
  }
  return value
}

/** Fills one schema. Each composed keyword is tried by what validates, not by order alone. */
function fill(given: Json | undefined, place: FillPlace, context: FillContext): Json {
  const schema = flatten(given, context.root)
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum)) {
    const allowed = schema.enum.filter((value) => isValid(value, schema, context.root))
    return chooseEnum(allowed.length > 0 ? allowed : schema.enum, place, context)
  }
  const options = Array.isArray(schema.anyOf) ? schema.anyOf : schema.oneOf
  if (Array.isArray(options) && options.length > 0) return fillOption(schema, options, place, context)
  if (schema.if !== undefined) return fillConditional(schema, place, context)
  const [dependant] = dependantsOf(schema).filter(({ on }) => requiredOf(schema).includes(on))
  if (dependant !== undefined) {
    const { dependentRequired: _names, dependentSchemas: _rules, dependencies: _both, ...base } = schema
    const demanded = dependantsOf(schema).map(({ demand }) => flatten(demand, context.root))
    return fill(demanded.reduce(mergeSchemas, base), place, context)
  }
  return fillTyped(schema, place, context)
}

function fillOption(schema: JsonObject, options: Json[], place: FillPlace, context: FillContext): Json {
  const { anyOf: _any, oneOf: _one, ...base } = schema
  const merged = options.map((option) => mergeSchemas(base, flatten(option, context.root)))
  const isNull = (option: JsonObject) => typesOf(option).join() === 'null' || option.const === null
  const nulls = merged.filter(isNull)
  const others = merged.filter((option) => !isNull(option))
  const prefersNull = (hasNothingFor(place, context) || place.depth > DEEP) && nulls.length > 0
  const simple = [...others].sort((a, b) => weightOf(a) - weightOf(b))
  const answersFirst = place.depth > DEEP ? [...simple, ...nulls] : [...others, ...nulls]
  const ordered = prefersNull ? [...nulls, ...simple] : answersFirst
  if (context.attempt > 2) ordered.push(...ordered.splice(0, Math.floor(context.random() * ordered.length)))
  let last: Json = null
  for (const option of ordered) {
    last = fill(option, { ...place, depth: place.depth + 1 }, context)
    if (isValid(last, schema, context.root)) return last
  }
  return last
}

function weightOf(option: JsonObject): number {
  const types = typesOf(option)
  if (types.includes('object') || option.properties !== undefined) return 2
  return types.includes('array') ? 1 : 0
}

function fillConditional(schema: JsonObject, place: FillPlace, context: FillContext): Json {
  const { if: condition, then: yes, else: no, ...base } = schema
  const first = context.attempt % 2 === 0 ? [[condition, yes], [no]] : [[no], [condition, yes]]
  let last: Json = fill(base, place, context)
  if (isValid(last, schema, context.root)) return last
  for (const parts of first) {
    const whole = parts.reduce<JsonObject>(
      (merged, part) => mergeSchemas(merged, flatten(part, context.root)),
      base,
    )
    last = fill(whole, place, context)
    if (isValid(last, schema, context.root)) return last
  }
  return last
}

function fillTyped(schema: JsonObject, place: FillPlace, context: FillContext): Json {
  const types = typesOf(schema)
  const wanted = types.length > 0 ? types : [impliedType(schema)]
  const concrete = wanted.filter((type) => type !== 'null')
  if (wanted.includes('null') && (concrete.length === 0 || hasNothingFor(place, context))) return null
  const type = (context.attempt > 3 ? pick(context.random, concrete) : concrete[0]) ?? 'string'
  switch (type) {
    case 'object':
      return fillObject(schema, place, context)
    case 'array':
      return fillArray(schema, place, context)
    case 'integer':
    case 'number':
      return fillNumber(schema, type === 'integer', place, context)
    case 'boolean':
      return fillBoolean(place, context)
    default:
      return fillString(schema, place, context)
  }
}

function impliedType(schema: JsonObject): string {
  const has = (...keys: string[]) => keys.some((key) => schema[key] !== undefined)
  if (has('properties', 'required', 'additionalProperties', 'minProperties', 'patternProperties'))
    return 'object'
  if (has('items', 'prefixItems', 'minItems', 'contains', 'uniqueItems')) return 'array'
  if (has('minimum', 'maximum', 'multipleOf', 'exclusiveMinimum', 'exclusiveMaximum')) return 'number'
  return 'string'
}

/** A nullable field is null when the material says nothing about it. */
function hasNothingFor(place: FillPlace, context: FillContext): boolean {
  if (place.subject.kind === 'finding') {
    const { finding } = place.subject
    if (place.role === 'suggestion') return finding.suggestion === ''
    if (place.role === 'verdict') return finding.holds === null
    return place.role === 'endLine' && finding.endLine === finding.line
  }
  if (place.role === 'verdict') return context.material.verdict === null
  if (place.role === 'gaps') return context.material.gaps.length === 0
  const needsFinding: readonly (Role | null)[] = ['path', 'line', 'endLine', 'location', 'evidence']
  return needsFinding.includes(place.role) && context.material.findings.length === 0
}

function fillObject(schema: JsonObject, place: FillPlace, context: FillContext): JsonObject {
  const required = requiredOf(schema)
  const properties = propertiesOf(schema)
  const wantsAll = context.attempt === 0 && place.depth < DEEP
  const value: JsonObject = {}
  let unnamed = 0
  const most = Number(schema.maxProperties ?? Number.POSITIVE_INFINITY)
  const add = (key: string, rule: Json | undefined) => {
    const role = roleOf(key)
    value[key] = fill(
      rule,
      { name: key, role, subject: place.subject, depth: place.depth + 1, turn: unnamed },
      context,
    )
    const isString = typesOf(resolved(rule, context.root)).includes('string')
    if (role === null && isString) unnamed += 1
  }
  for (const [key, rule] of Object.entries(properties)) {
    const isNeeded = required.includes(key)
    const wouldFit =
      Object.keys(value).length + required.filter((name) => value[name] === undefined).length < most
    if (rule !== false && (isNeeded || (wantsAll && wouldFit))) add(key, rule)
  }
  const extra = (key: string) => {
    const pattern = Object.entries(objectOf(schema.patternProperties)).find(([expression]) =>
      matches(expression, key),
    )
    add(
      key,
      pattern?.[1] ??
        (isObject(schema.additionalProperties) ? schema.additionalProperties : { type: 'string' }),
    )
  }
  for (const key of required) if (value[key] === undefined && !Object.hasOwn(value, key)) extra(key)
  const least = Number(schema.minProperties ?? 0)
  for (let count = 1; Object.keys(value).length < least && count < 50; count += 1) {
    const optional = Object.entries(properties).find(
      ([key, rule]) => value[key] === undefined && rule !== false,
    )
    if (optional !== undefined) add(optional[0], optional[1])
    else extra(nextKey(schema, count, context))
  }
  return value
}

function nextKey(schema: JsonObject, count: number, context: FillContext): string {
  const patterns = Object.keys(objectOf(schema.patternProperties))
  const isClosed = schema.additionalProperties === false
  const ofPattern = isClosed && patterns[0] !== undefined ? { pattern: patterns[0] } : null
  const names = isObject(schema.propertyNames) ? schema.propertyNames : ofPattern
  if (names === null) return `note${count}`
  const place: FillPlace = {
    name: '',
    role: null,
    subject: { kind: 'text', text: `note${count}` },
    depth: 9,
    turn: count,
  }
  const key = fillString({ ...names }, place, { ...context, attempt: context.attempt + count + 3 })
  if (typeof key !== 'string') return `note${count}`
  const numbered = `${key}${count}`
  return typeof names.pattern === 'string' && !matches(names.pattern, numbered) ? key : numbered
}
