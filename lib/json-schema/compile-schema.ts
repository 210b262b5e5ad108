import { createHash } from 'node:crypto'
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { cutText } from '@/lib/core/base/cut-text'
import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import type { SchemaComplaint } from '@/lib/core/ports/ports'
import { plainSchema } from '@/lib/core/schema/answer-schema'
import { compareAsJson } from './json-equal'

/** Complaints beyond these would only drown the first ones. */
const MOST_COMPLAINTS = 20
const MOST_COMPILED = 300

/** A schema that values can be checked against, or what is wrong with it. */
export type CompiledSchema = { validate: ValidateFunction } | { complaints: SchemaComplaint[] }

/** Compiled schemas by the digest of their text, the least recently used first. */
const compiled = new Map<string, CompiledSchema>()

/**
 * Compiles a schema in the words of its author: draft-07, 2019-09 or 2020-12, formats included. Blocks its
 * thread for as long as untrusted text makes it: only for one that can be killed. What was compiled lately is
 * remembered.
 */
export function compileSchema(schema: Json): CompiledSchema {
  const key = createHash('sha256').update(JSON.stringify(schema)).digest('hex')
  const known = compiled.get(key)
  const result = known ?? compileAnew(plainSchema(schema))
  compiled.delete(key)
  compiled.set(key, result)
  if (compiled.size > MOST_COMPILED)
    for (const oldest of [...compiled.keys()].slice(0, 1)) compiled.delete(oldest)
  return result
}

function compileAnew(schema: Json): CompiledSchema {
  if (!isJsonObject(schema) && typeof schema !== 'boolean') {
    return { complaints: [{ path: '', message: 'must be an object or a boolean to be a JSON Schema' }] }
  }
  const named = isJsonObject(schema) ? schema.$schema : undefined
  const drafts = draftsFor(named)
  if (drafts.length === 0) {
    const message = `names a draft that is not supported (${JSON.stringify(named)}); use draft-07, 2019-09 or 2020-12`
    return { complaints: [{ path: '/$schema', message }] }
  }
  if (isJsonObject(schema) && schema.$async !== undefined) {
    return { complaints: [{ path: '/$async', message: 'is not supported' }] }
  }
  const tries = drafts.map((draft) => compileWith(engineOf(draft), schema))
  return tries.find((one) => 'validate' in one) ?? tries[0] ?? { complaints: [] }
}

type Draft = '07' | '2019' | '2020'

/** Unnamed schemas are read as 2020-12, and as draft-07 when that fails (tuples were written differently). */
function draftsFor(named: Json | undefined): Draft[] {
  if (named === undefined) return ['2020', '07']
  if (typeof named !== 'string') return []
  if (/json-schema\.org\/draft-0[67]\/schema#?$/.test(named)) return ['07']
  if (named.includes('/draft/2019-09/')) return ['2019']
  return named.includes('/draft/2020-12/') ? ['2020'] : []
}

const engines = new Map<Draft, Ajv>()

function engineOf(draft: Draft): Ajv {
  const known = engines.get(draft)
  if (known !== undefined) return known
  // A logger would write on the server's console whatever an untrusted schema names.
  const options: Options = { strict: false, allErrors: true, logger: false, code: { regExp: lenientRegExp } }
  const Engine = { '07': Ajv, '2019': Ajv2019, '2020': Ajv2020 }[draft]
  const engine = new Engine(options)
  addFormats.default(engine)
  compareAsJson(engine)
  engines.set(draft, engine)
  return engine
}

const lenientRegExp = Object.assign(readPattern, { code: 'new RegExp' })

/**
 * The regular expression a schema names; throws when it is none. Public schemas escape what needs no escape
 * (`\\-`), which a Unicode pattern refuses; then it is read as a plain one.
 */
export function readPattern(pattern: string, flags = 'u'): RegExp {
  try {
    return new RegExp(pattern, flags)
  } catch {
    return new RegExp(pattern)
  }
}

function compileWith(engine: Ajv, schema: JsonObject | boolean): CompiledSchema {
  try {
    const plain = isJsonObject(schema) && isDraft06(schema.$schema) ? unnamed(schema) : schema
    if (engine.validateSchema(plain) !== true) return { complaints: complaintsOf(engine.errors) }
    return { validate: engine.compile(plain) }
  } catch (error) {
    return {
      complaints: [{ path: '', message: error instanceof Error ? error.message : 'cannot be compiled' }],
    }
  } finally {
    // Else two schemas with one `$id` would collide, and every schema would be kept for ever.
    engine.removeSchema()
  }
}

/** Ajv knows the words of draft-06, all of which draft-07 has, but not its name. */
function unnamed({ $schema, ...rest }: JsonObject): JsonObject {
  return rest
}

function isDraft06(named: Json | undefined): boolean {
  return typeof named === 'string' && named.includes('draft-06')
}

/** Complaints of a validation that failed, the first of them. */
export function complaintsOf(errors: ErrorObject[] | null | undefined): SchemaComplaint[] {
  return (errors ?? []).slice(0, MOST_COMPLAINTS).map((error) => ({
    path: error.instancePath,
    message: `${error.message ?? 'is not valid'}${detailOf(error)}`,
  }))
}

/** Names what Ajv's own sentence leaves out. */
function detailOf({ params }: ErrorObject): string {
  const named =
    params.additionalProperty ??
    params.unevaluatedProperty ??
    params.propertyName ??
    params.allowedValues ??
    params.allowedValue
  return named === undefined ? '' : `: ${cutText(JSON.stringify(named), 300)}`
}
