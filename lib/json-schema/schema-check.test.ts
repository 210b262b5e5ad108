import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { check, checkSchema } from './schema-check'

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  ...more,
})

describe('a schema nothing could fit', () => {
  test.each<[string, JsonObject, string, RegExp]>([
    [
      'crossed bounds',
      object({ n: { type: 'integer', minimum: 5, maximum: 3 } }),
      '/properties/n',
      /minimum 5 is greater/,
    ],
    [
      'open bounds that meet',
      object({ n: { type: 'number', exclusiveMinimum: 3, maximum: 3 } }),
      '/properties/n',
      /leaves nothing/,
    ],
    [
      'no whole number between',
      object({ n: { type: 'integer', minimum: 1.2, maximum: 1.8 } }),
      '/properties/n',
      /no whole number/,
    ],
    [
      'no multiple between',
      object({ n: { type: 'integer', minimum: 1, maximum: 4, multipleOf: 5 } }),
      '/properties/n',
      /multiple of 5/,
    ],
    [
      'crossed lengths',
      object({ s: { type: 'string', minLength: 9, maxLength: 2 } }),
      '/properties/s',
      /minLength 9/,
    ],
    [
      'crossed item counts',
      object({ l: { type: 'array', minItems: 4, maxItems: 1 } }),
      '/properties/l',
      /minItems 4/,
    ],
    ['an empty enum', object({ e: { enum: [] } }), '/properties/e/enum', /./],
    [
      'an enum of other types',
      object({ e: { type: 'string', enum: [1, 2] } }),
      '/properties/e',
      /none of its values \[1,2\] is of type string/,
    ],
    [
      'a constant of another type',
      object({ c: { type: 'string', const: 3 } }),
      '/properties/c',
      /const 3 is not of type string/,
    ],
    ['a constant outside its enum', object({ c: { const: 'x', enum: ['a'] } }), '/properties/c', /const "x"/],
    [
      'an enum outside its bounds',
      object({ e: { type: 'integer', enum: [1, 2], minimum: 5 } }),
      '/properties/e',
      /none of its values/,
    ],
    [
      'a required name that is excluded',
      object({ a: {} }, { required: ['b'], additionalProperties: false }),
      '',
      /requires "b"/,
    ],
    ['a required property that is false', object({ a: false }), '/properties/a', /allows nothing/],
    [
      'types that exclude each other',
      object({ a: { allOf: [{ type: 'string' }, { type: 'number' }] } }),
      '/properties/a',
      /exclude each other: "string" and "number"/,
    ],
    ['not everything', object({ a: { not: {} } }), '/properties/a/not', /excludes everything/],
    [
      'not its own type',
      object({ a: { type: 'string', not: { type: 'string' } } }),
      '/properties/a/not',
      /excludes every type/,
    ],
    [
      'a lost reference',
      object({ a: { $ref: '#/$defs/gone' } }),
      '/properties/a/$ref',
      /"#\/\$defs\/gone" does not exist/,
    ],
    [
      'a reference to elsewhere',
      object({ a: { $ref: 'https://example.org/x' } }),
      '/properties/a/$ref',
      /outside this schema/,
    ],
    [
      'an invalid pattern',
      object({ a: { type: 'string', pattern: '(' } }),
      '/properties/a/pattern',
      /not a regular expression/,
    ],
    [
      'alternatives that all fail',
      object({ a: { type: 'string', anyOf: [{ type: 'number' }, { minLength: 3, maxLength: 1 }] } }),
      '/properties/a/anyOf',
      /no alternative/,
    ],
    [
      'items that cannot be',
      object({ a: { type: 'array', minItems: 1, items: false } }),
      '/properties/a',
      /minItems is 1/,
    ],
    ['itself without end', object({ next: { $ref: '#' } }), '/properties/next', /without end/],
    [
      'a contradiction behind a reference',
      object(
        { a: { $ref: '#/definitions/x' } },
        { definitions: { x: { type: 'integer', minimum: 2, maximum: 1 } } },
      ),
      '/properties/a',
      /minimum 2/,
    ],
    [
      'an optional contradiction',
      { type: 'object', properties: { n: { type: 'number', minimum: 5, maximum: 3 } } },
      '/properties/n',
      /minimum 5/,
    ],
  ])('is refused with its place: %s', (_, schema, path, message) => {
    const [first] = checkSchema(schema)
    expect(first?.path).toBe(path)
    expect(first?.message).toMatch(message)
  })
})

test.each<[string, JsonObject]>([
  ['an optional property that is forbidden', { type: 'object', properties: { a: false } }],
  ['an enum with null beside a type', object({ a: { type: ['string', 'null'], enum: ['x', null] } })],
  [
    'one alternative that fails',
    object({ a: { anyOf: [{ type: 'number', minimum: 3, maximum: 1 }, { type: 'null' }] } }),
  ],
  ['recursion that may end', object({ next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } })],
  ['recursion through a list', object({ children: { type: 'array', items: { $ref: '#' } } })],
  [
    'alternatives beside closed properties',
    { ...object({ a: {} }), additionalProperties: false, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
  ],
  ['a needless escape', object({ a: { type: 'string', pattern: '^\\d{4}\\-\\d{2}$' } })],
  ['unknown words and formats', object({ a: { type: 'string', format: 'phone', 'x-order': 3 } })],
  [
    'nullable without a type',
    object({ a: { $ref: '#/$defs/x', nullable: true } }, { $defs: { x: { type: 'string' } } }),
  ],
  ['any', object({ a: { type: 'any' } })],
  [
    'draft-07, where nothing beside a reference is read',
    object(
      { a: { $ref: '#/definitions/x', type: 'number' } },
      { $schema: 'http://json-schema.org/draft-07/schema#', definitions: { x: { type: 'string' } } },
    ),
  ],
])('a schema some value fits is accepted: %s', (_, schema) => {
  expect(checkSchema(schema)).toEqual([])
})

test('nullable allows null, and null only beside what was allowed', () => {
  const schema = object({
    a: { type: 'string', nullable: true },
    b: { enum: ['x'], type: 'string', nullable: true },
  })
  expect(check(schema, { a: null, b: null })).toEqual([])
  expect(check(schema, { a: 'y', b: 'x' })).toEqual([])
  expect(check(schema, { a: 3, b: 'z' }).map(({ path }) => path)).toEqual(['/a', '/b'])
})

/** A value and a schema it fits, so the schema cannot be contradictory. */
type Pair = { schema: JsonObject; value: Json }
const { any: pairs } = fc.letrec<{ any: Pair }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: -50, max: 50 }).chain((value) =>
      fc.record({ low: fc.nat(9), high: fc.nat(9), type: fc.constantFrom('integer', 'number') }).map(
        ({ low, high, type }): Pair => ({
          schema: { type, minimum: value - low, maximum: value + high },
          value,
        }),
      ),
    ),
    fc.string({ maxLength: 12 }).chain((value) =>
      fc.record({ less: fc.nat(3), more: fc.nat(3), orNull: fc.boolean() }).map(
        ({ less, more, orNull }): Pair => ({
          schema: {
            type: orNull ? ['string', 'null'] : 'string',
            minLength: Math.max(0, [...value].length - less),
            maxLength: [...value].length + more,
          },
          value,
        }),
      ),
    ),
    fc.jsonValue().map(
      (made): Pair => ({
        schema: { const: JSON.parse(JSON.stringify(made)) },
        value: JSON.parse(JSON.stringify(made)),
      }),
    ),
    fc
      .uniqueArray(fc.constantFrom('a', 'b', null, 3, true), { minLength: 1 })
      .map((values): Pair => ({ schema: { enum: values }, value: values[0] ?? null })),
    fc.array(tie('any'), { maxLength: 3 }).map(
      (items): Pair => ({
        schema: {
          type: 'array',
          prefixItems: items.map(({ schema }) => schema),
          minItems: items.length,
          items: false,
        },
        value: items.map(({ value }) => value),
      }),
    ),
    fc
      .tuple(
        fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'e~f', ''), tie('any'), { maxKeys: 3 }),
        fc.boolean(),
      )
      .map(
        ([inner, isClosed]): Pair => ({
          schema: {
            type: 'object',
            properties: Object.fromEntries(Object.entries(inner).map(([key, { schema }]) => [key, schema])),
            required: Object.keys(inner),
            ...(isClosed ? { additionalProperties: false } : {}),
          },
          value: Object.fromEntries(Object.entries(inner).map(([key, { value }]) => [key, value])),
        }),
      ),
    fc.tuple(tie('any'), tie('any'), fc.constantFrom('anyOf', 'allOf')).map(([one, other, word]): Pair => {
      if (word === 'anyOf') return { schema: { anyOf: [other.schema, one.schema] }, value: one.value }
      return { schema: { allOf: [one.schema, one.schema] }, value: one.value }
    }),
  ),
}))

test('no schema that some value fits is ever refused', () => {
  fc.assert(
    fc.property(pairs, ({ schema, value }) => {
      fc.pre(check(schema, value).length === 0)
      expect(checkSchema(schema)).toEqual([])
    }),
    { numRuns: 400 },
  )
})

test('keys that every object seems to have are keys like any other, wherever values are compared', () => {
  const odd = { toString: 1, valueOf: null, constructor: [true] }
  expect(check({ enum: [odd] }, { ...odd })).toEqual([])
  expect(check({ const: odd }, { ...odd, toString: 2 })).toHaveLength(1)
  expect(check({ type: 'array', uniqueItems: true }, [odd, { ...odd, valueOf: 1 }])).toEqual([])
  expect(check({ type: 'array', uniqueItems: true }, [odd, { ...odd }])).toHaveLength(1)
})
