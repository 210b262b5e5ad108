import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '@/lib/core/base/json'
import { getTranscript } from '../../runs/read-run'
import { sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.dispose())

const object = (p: JsonObject, m: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: p,
  required: Object.keys(p),
  ...m,
})
const deep = (n: number): JsonObject =>
  n === 0
    ? { type: 'string', minLength: 3 }
    : object({ [`level${n}`]: n % 2 ? deep(n - 1) : { type: 'array', items: deep(n - 1), minItems: 1 } })
const schemas: Record<string, JsonObject> = {
  enumNull: object({
    a: { type: ['string', 'null'], enum: ['x', null] },
    b: { enum: [null] },
    c: { type: 'string', enum: ['q', null] },
  }),
  typeNull: object({
    a: { type: ['integer', 'null'], minimum: 3 },
    b: { type: ['null', 'array'], items: { type: 'string' }, minItems: 2 },
  }),
  deep: deep(14),
  deep30: deep(30),
  optional: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } } },
  pattern: object({
    a: { type: 'string', pattern: '^[A-Z]{2,5}-\\d{3,}$', minLength: 8, maxLength: 9 },
    b: { type: 'string', pattern: '^(?!foo)[a-z]+$' },
    c: { type: 'string', pattern: '^\\p{Lu}\\p{Ll}+$' },
    d: { type: 'string', pattern: '^(?=.*\\d)(?=.*[a-z]).{8,}$' },
    e: { type: 'string', pattern: '^\\d{4}\\-\\d{2}$' },
    f: { type: 'string', pattern: '\\S' },
    g: { type: 'string', pattern: '^https?://[^\\s/$.?#].[^\\s]*$' },
    h: { type: 'string', pattern: '^([a-f0-9]{7}|[a-f0-9]{40})$' },
    i: { type: 'string', pattern: '^.{100,200}$' },
    j: { type: 'string', pattern: '^(a|b|c)(,(a|b|c))*$' },
  }),
  const: object({ a: { const: 3 }, b: { const: null }, c: { const: { x: [1, { y: 'z' }] } } }),
  bounds: object({
    a: { type: 'integer', minimum: 7, maximum: 7 },
    b: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    c: { type: 'integer', multipleOf: 7, minimum: 20, maximum: 22 },
    d: { type: 'string', minLength: 300, maxLength: 301 },
    e: { type: 'array', minItems: 50, items: { type: 'string' } },
    f: { type: 'array', items: { type: 'integer' }, uniqueItems: true, minItems: 12 },
    g: { type: 'number', multipleOf: 0.01, minimum: 0.111, maximum: 0.129 },
    h: { type: 'integer', minimum: -10, maximum: -5 },
  }),
  d07: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...object({
      t: {
        type: 'array',
        items: [{ type: 'string' }, { type: 'integer' }],
        additionalItems: false,
        minItems: 2,
      },
      r: { $ref: '#/definitions/r' },
    }),
    definitions: { r: object({ v: { type: 'boolean' } }) },
  },
  d2019: {
    $schema: 'https://json-schema.org/draft/2019-09/schema',
    ...object({ r: { $ref: '#/$defs/r' } }),
    $defs: { r: object({ v: { type: 'boolean' } }) },
  },
  rec: {
    ...object({ tree: { $ref: '#/$defs/n' } }),
    $defs: { n: object({ name: { type: 'string' }, kids: { type: 'array', items: { $ref: '#/$defs/n' } } }) },
  },
  recRoot: {
    type: 'object',
    properties: { name: { type: 'string' }, next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
    required: ['name', 'next'],
    additionalProperties: false,
  },
  anyOf: object({
    a: { anyOf: [{ type: 'string', maxLength: 0 }, object({ k: { const: 'v' } })] },
    b: {
      oneOf: [
        object({ kind: { const: 'a' }, n: { type: 'integer' } }),
        object({ kind: { const: 'b' }, s: { type: 'string' } }),
      ],
    },
  }),
  anyRequired: {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    anyOf: [{ required: ['a'] }, { required: ['b'] }],
    additionalProperties: false,
  },
  oneRequired: {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    oneOf: [{ required: ['a'] }, { required: ['b'] }],
  },
  notBoth: {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    required: ['a'],
    not: { required: ['b'] },
  },
  notEnum: object({
    a: { type: 'string', not: { enum: ['x', 'y'] } },
    b: { type: 'integer', not: { const: 0 } },
    c: { type: 'integer', minimum: 0, maximum: 3, not: { enum: [0, 1, 3] } },
  }),
  nullable: object(
    { a: { type: 'string', nullable: true, enum: ['x'] }, b: { $ref: '#/$defs/s', nullable: true } },
    { $defs: { s: { type: 'string' } } },
  ),
  any: object({ a: { type: 'any' }, b: {}, c: true }),
  rootArray: { type: 'array', items: { type: 'integer' }, minItems: 2 },
  rootString: { type: 'string', minLength: 3 },
  rootAny: { anyOf: [object({ a: { type: 'string' } }), object({ b: { type: 'integer' } })] },
  rootRef: {
    $ref: '#/$defs/x',
    $defs: { x: object({ y: { $ref: '#/$defs/z' } }), z: { type: 'integer', minimum: 3 } },
  },
  rootEnum: { enum: ['a', 'b'] },
  rootAllOf: { allOf: [object({ a: { type: 'string' } }), object({ b: { type: 'number' } })] },
  rootNull: { type: ['object', 'null'], properties: { a: { type: 'string' } }, required: ['a'] },
  unevaluated: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    allOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }],
    properties: { b: { type: 'number' } },
    unevaluatedProperties: false,
    type: 'object',
  },
  dependent: {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    required: ['a'],
    dependentRequired: { a: ['b', 'c'] },
  },
  dependent07: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    dependencies: { a: ['b'] },
  },
  dependentSchemas: {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    dependentSchemas: { a: { required: ['z'], properties: { z: { type: 'integer', minimum: 4 } } } },
  },
  formats: object({
    a: { type: 'string', format: 'date-time' },
    b: { type: 'string', format: 'uuid' },
    c: { type: 'string', format: 'phone' },
    d: { type: 'string', format: 'email' },
    e: { type: 'string', format: 'uri' },
    f: { type: 'string', format: 'duration' },
    g: { type: 'string', format: 'time' },
    h: { type: 'string', format: 'regex' },
    i: { type: 'string', format: 'json-pointer' },
    j: { type: 'string', format: 'ipv6' },
    k: { type: 'string', format: 'byte' },
    l: { type: 'string', format: 'date', minLength: 10 },
    m: { type: 'integer', format: 'int32' },
    n: { type: 'string', format: 'uri-reference' },
    o: { type: 'string', format: 'iri' },
    p: { type: 'string', format: 'hostname' },
  }),
  contains: object({
    a: { type: 'array', items: { type: 'integer' }, contains: { minimum: 100 }, minContains: 2, minItems: 3 },
    b: { type: 'array', contains: { const: 'x' } },
  }),
  uniqueEnum: object({
    a: { type: 'array', items: { enum: ['a', 'b', 'c'] }, uniqueItems: true, minItems: 3 },
    b: { type: 'array', uniqueItems: true, minItems: 2, items: { type: 'boolean' } },
  }),
  patternProps: object({
    m: {
      type: 'object',
      patternProperties: { '^x-': { type: 'integer' } },
      additionalProperties: false,
      minProperties: 2,
    },
    n: {
      type: 'object',
      propertyNames: { pattern: '^[a-z]+$' },
      minProperties: 3,
      additionalProperties: { type: 'boolean' },
    },
  }),
  ifThen: {
    type: 'object',
    properties: { k: { enum: ['a', 'b'] }, v: {} },
    required: ['k', 'v'],
    if: { properties: { k: { const: 'a' } } },
    // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword
    then: { properties: { v: { type: 'integer' } } },
    else: { properties: { v: { type: 'string', minLength: 2 } } },
  },
  prefix: object({
    a: { type: 'array', prefixItems: [{ const: 1 }, { type: 'string' }], items: false, minItems: 2 },
  }),
  allOfBounds: object({
    a: { type: 'integer', allOf: [{ minimum: 10 }, { maximum: 12 }, { multipleOf: 3 }] },
  }),
  oddNames: object({
    'a/b': { type: 'string' },
    'c~d': { type: 'integer' },
    '': { type: 'boolean' },
    constructor: { type: 'string' },
  }),
  nestedRefEsc: { ...object({ a: { $ref: '#/$defs/a~1b' } }), $defs: { 'a/b': { type: 'integer' } } },
  typeUnion: object({ a: { type: ['string', 'integer', 'boolean'], minimum: 3, minLength: 2 } }),
  maxProps: {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' }, c: { type: 'string' } },
    maxProperties: 1,
    minProperties: 1,
  },
  objEnum: object({ a: { enum: [{ x: 1 }, { x: 2 }] } }),
  valueKey: {
    type: 'object',
    properties: { value: { type: 'array', items: { type: 'string' } } },
    required: ['value'],
  },
}

test('every awkward schema is met within five attempts, over the real wire', async () => {
  const names = Object.keys(schemas)
  const runId = await app.launch(
    `return parallel(Object.entries(args).map(([label, schema]) => () => agent('Say what there is to say about ' + label, { label, schema })))`,
    { args: schemas },
  )
  const state = await app.ended(runId)
  const failed = [...state.agents.values()].filter(({ status }) => status !== 'succeeded')
  expect(failed.map(({ label, failure }) => [label, failure?.message])).toEqual([])
  const results = await app.result(runId)
  if (!Array.isArray(results)) throw new Error('no list of answers')
  for (const [at, name] of names.entries()) {
    const schema = schemas[name] ?? {}
    expect(await app.app.untrusted.check(schema, results[at] ?? null, 'a test'), name).toEqual([])
  }
})

test('all five raw answers that did not fit stay in the transcript', async () => {
  const answers = Array.from({ length: 9 }, (_, at) => ({
    toolCalls: [{ name: 'answer', input: { n: `wrong ${at}` } }],
  }))
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  const runId = await app.launch(
    `try { await agent(${JSON.stringify(sim(...answers))}, { schema: ${JSON.stringify(schema)} }) } catch { return 'thrown' }`,
  )
  await app.ended(runId)
  const { turns } = await getTranscript(app.app, runId, 'a1')
  expect(turns.map(({ toolCalls }) => toolCalls[0]?.input)).toEqual(
    [0, 1, 2, 3, 4].map((at) => ({ n: `wrong ${at}` })),
  )
  expect(turns[1]?.toolCalls[0]).toMatchObject({
    isError: true,
    output: expect.stringContaining('/n must be integer'),
  })
})
