import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { endpointGroups } from '@/lib/api/endpoints/all-endpoints'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'

type Groups = typeof endpointGroups

const lib = fileURLToPath(new URL('../..', import.meta.url))

/** The same contracts as pages have them. */
let small: Groups

beforeAll(async () => {
  vi.resetModules()
  vi.doMock('zod', () => import('./small-zod.mjs'))
  small = (await import('@/lib/api/endpoints/all-endpoints')).endpointGroups
})

afterAll(() => {
  vi.doUnmock('zod')
  vi.resetModules()
})

test('pages read every answer and every body as the server does, right ones and wrong ones', () => {
  const differing: [string, unknown][] = []
  let right = 0
  let wrong = 0
  for (const [at, { endpoints }] of endpointGroups.entries())
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const same = small[at]?.endpoints[name]
      if (same === undefined) throw new Error(`Pages have no ${name}.`)
      const theirs = schemasOf(same)
      for (const [place, schema] of schemasOf(endpoint).entries()) {
        const reader = theirs[place]
        const whole = exampleOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
        for (const value of [whole, ...some(variants(whole))]) {
          const { success, data } = schema.safeParse(value)
          const read = reader?.safeParse(value)
          if (read?.success !== success || !isDeepStrictEqual(read.data, data)) differing.push([name, value])
          if (success) right += 1
          else wrong += 1
        }
      }
    }
  expect(differing).toEqual([])
  expect(right).toBeGreaterThan(1_000)
  expect(wrong).toBeGreaterThan(1_000)
})

test('no module that pages may load asks for more of zod than they have', async () => {
  const modules = ['api', 'core', 'view', 'client'].flatMap((room) =>
    readdirSync(join(lib, room), { recursive: true, encoding: 'utf8' }).map((name) => join(lib, room, name)),
  )
  const parsing = modules.filter(
    (path) => /(?<!\.test|\.d)\.tsx?$/.test(path) && / from 'zod'/.test(readFileSync(path, 'utf8')),
  )
  expect(parsing.length).toBeGreaterThan(50)
  for (const path of parsing) await import(/* @vite-ignore */ path)
})

/** All that is read of an endpoint. */
function schemasOf({ answer, body }: Endpoint): z.ZodType[] {
  const read = answer.kind === 'json' || answer.kind === 'act' ? [answer.schema] : []
  const frames = answer.kind === 'stream' ? Object.values(answer.frames) : []
  return [...read, ...frames, ...(body === undefined ? [] : [body.schema])]
}

type Shape = z.core.JSONSchema.BaseSchema

/** A value of a JSON schema, with every field that it names. */
function exampleOf(schema: z.core.JSONSchema._JSONSchema | undefined, root?: Shape): unknown {
  if (schema === undefined || typeof schema === 'boolean') return 'any'
  const top = root ?? schema
  const { $ref, const: only, enum: names, anyOf, oneOf, type, properties = {}, items } = schema
  if ($ref !== undefined) return exampleOf(top.$defs?.[$ref.replace('#/$defs/', '')], top)
  if (only !== undefined) return only
  if (names !== undefined) return names[0]
  const [first] = anyOf ?? oneOf ?? []
  if (first !== undefined) return exampleOf(first, top)
  if (type === 'object' && Object.keys(properties).length === 0) return recordOf(schema, top)
  if (type === 'object')
    return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, exampleOf(one, top)]))
  if (type === 'array') return [exampleOf(Array.isArray(items) ? items[0] : items, top)]
  if (type === 'number' || type === 'integer') return Math.max(1, schema.minimum ?? 1)
  if (type === 'boolean') return true
  return type === 'null' ? null : 'text'.padEnd(schema.minLength ?? 0, 'x')
}

function recordOf({ propertyNames, additionalProperties, required = [] }: Shape, top: Shape): unknown {
  if (typeof additionalProperties !== 'object') return {}
  const names = typeof propertyNames === 'object' ? (propertyNames.enum ?? []) : []
  const keys = names.length > 0 ? names.map(String) : required.length > 0 ? required : ['key']
  return Object.fromEntries(keys.map((key) => [key, exampleOf(additionalProperties, top)]))
}

/** At most a few hundred of them, from everywhere. */
function some<T>(all: readonly T[]): T[] {
  const step = Math.ceil(all.length / 300)
  return all.filter((_, at) => at % step === 0)
}

const others = [undefined, null, 'other', -1, 1.5, {}]

/** A value with one of its parts, at any depth, put right or wrong in turn. */
function variants(value: unknown): unknown[] {
  if (Array.isArray(value))
    return [...others, ...value.flatMap((one) => variants(one).map((other) => [other]))]
  if (typeof value !== 'object' || value === null) return others
  return [
    ...others,
    { ...value, unknownField: 1 },
    ...Object.entries(value).flatMap(([name, one]) =>
      variants(one).map((other) => ({ ...value, [name]: other })),
    ),
  ]
}
