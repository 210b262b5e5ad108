import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { isValid } from './valid'

const root: JsonObject = {
  $defs: {
    level: { enum: ['low', 'high'] },
    node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } },
  },
}

describe('what the simulator takes for an answer', () => {
  test.each<[string, JsonObject, Json, Json]>([
    ['types', { type: ['integer', 'null'] }, null, 1.5],
    ['values', { const: { a: [1] } }, { a: [1] }, { a: [2] }],
    ['bounds', { exclusiveMinimum: 1, maximum: 2 }, 2, 1],
    ['multiples', { multipleOf: 3 }, 9, 10],
    ['lengths in characters, not in halves of them', { maxLength: 1 }, '😀', 'ab'],
    ['patterns that escape what needs no escape', { pattern: '^a\\-b$' }, 'a-b', 'a_b'],
    ['exactly one of several', { oneOf: [{ type: 'integer' }, { minimum: 5 }] }, 1, 7],
    ['conditions', { if: { minimum: 5 }, else: { const: 0 } }, 0, 1],
    ['tuples', { prefixItems: [{ type: 'string' }], items: false }, ['a'], ['a', 1]],
    ['items that differ', { uniqueItems: true }, [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 1 }]],
    ['items contained', { contains: { const: 1 }, minContains: 2 }, [1, 1], [1, 2]],
    [
      'properties',
      { required: ['a'], additionalProperties: false, properties: { a: {} } },
      { a: 1 },
      { a: 1, b: 1 },
    ],
    ['names', { propertyNames: { maxLength: 1 } }, { a: 1 }, { ab: 1 }],
    ['dependants', { dependentRequired: { a: ['b'] } }, { b: 1 }, { a: 1 }],
    [
      'references into the whole',
      { properties: { at: { $ref: '#/$defs/level' } } },
      { at: 'low' },
      { at: 'none' },
    ],
    ['references that come round', { $ref: '#/$defs/node' }, { next: { next: {} } }, { next: { next: 1 } }],
    ["OpenAPI's word for null", { type: 'string', nullable: true }, null, 1],
  ])('is judged by %s', (_, schema, good, bad) => {
    expect(isValid(good, schema, root)).toBe(true)
    expect(isValid(bad, schema, root)).toBe(false)
  })

  test('is judged in the draft that the whole document names', () => {
    const pair: JsonObject = { items: [{ type: 'string' }], additionalItems: false }
    const old: JsonObject = { $schema: 'http://json-schema.org/draft-07/schema#', properties: { pair } }
    expect(isValid({ pair: ['a', 1] }, old, old)).toBe(false)
    expect(isValid(['a', 1], pair, old)).toBe(false)
    expect(isValid(['a'], pair, old)).toBe(true)
  })

  test('is anything where the schema is none that can be judged by', () => {
    const none: (Json | undefined)[] = [
      { $ref: 'https://example.com/other' },
      { $ref: '#/nowhere' },
      undefined,
    ]
    for (const schema of [...none, { type: 'words' }]) expect(isValid('anything', schema, root)).toBe(true)
    expect(isValid('anything', false, root)).toBe(false)
  })
})
