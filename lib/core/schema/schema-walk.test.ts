import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../base/json'
import {
  alternativesOf,
  dependantsOf,
  itemsOf,
  propertiesOf,
  requiredOf,
  statedTypes,
} from './schema-keywords'
import { atPointer, localPointer, pointerPart, resolved } from './schema-references'
import { allSchemas, mapSchemas } from './schema-walk'

const tree: JsonObject = {
  type: 'object',
  properties: {
    'a/b': { type: 'string' },
    left: { $ref: '#/$defs/node' },
    items: { enum: [{ type: 'not a schema' }] },
  },
  patternProperties: { '^x': true },
  dependencies: { left: ['a/b'] },
  additionalProperties: { items: [{ type: 'null' }, false], additionalItems: { not: { const: 1 } } },
  $defs: { node: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
}

describe('a walk through a document', () => {
  test('meets every schema once, each before its parts, at a pointer that leads back to it', () => {
    const found = allSchemas(tree)
    expect(found.map(({ path }) => path)).toEqual([
      '',
      '/properties/a~1b',
      '/properties/left',
      '/properties/items',
      '/additionalProperties',
      '/additionalProperties/items/0',
      '/additionalProperties/additionalItems',
      '/additionalProperties/additionalItems/not',
      '/$defs/node',
      '/$defs/node/anyOf/0',
      '/$defs/node/anyOf/1',
    ])
    for (const { schema, path } of found) expect(atPointer(tree, path)).toBe(schema)
  })

  test('changes every schema from the innermost outwards, and nothing that is none', () => {
    const order: Json[] = []
    const titled = mapSchemas(tree, (schema) => {
      order.push(schema.const ?? schema.type ?? 'untyped')
      return { ...schema, title: 'seen' }
    })
    expect(order.at(-1)).toBe('object')
    expect(allSchemas(titled).every(({ schema }) => schema.title === 'seen')).toBe(true)
    expect(allSchemas(titled)).toHaveLength(allSchemas(tree).length)
    expect(atPointer(titled, '/properties/items/enum/0')).toEqual({ type: 'not a schema' })
    expect(atPointer(titled, '/dependencies/left')).toEqual(['a/b'])
    expect(mapSchemas(tree, (schema) => schema)).toEqual(tree)
  })

  test('ends where a document is nested without end in sight, or holds more than anybody means', () => {
    let deep: Json = { type: 'string' }
    for (let level = 0; level < 50_000; level++) deep = { items: deep }
    expect(allSchemas(deep).length).toBeLessThan(1_000)
    let changed = 0
    mapSchemas(deep, (schema) => {
      changed += 1
      return schema
    })
    expect(changed).toBeLessThan(1_000)
    const wide = { anyOf: Array.from({ length: 150_000 }, () => ({})) }
    expect(allSchemas(wide)).toHaveLength(100_000)
  })
})

describe('references', () => {
  test('are followed within their document, with what stands beside them', () => {
    expect(resolved({ $ref: '#/properties/left', title: 'own' }, tree)).toEqual({
      anyOf: [{ $ref: '#' }, { type: 'null' }],
      title: 'own',
    })
    expect(resolved({ $ref: '#' }, tree)).toBe(tree)
    for (const $ref of ['#/nowhere', 'https://example.com/schema', '#anchor', '#/%'])
      expect(resolved({ $ref }, tree)).toBeUndefined()
  })

  test('that lead in a circle are given up', () => {
    const circle = { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }
    expect(resolved({ $ref: '#/$defs/a' }, circle)).toMatchObject({ $ref: expect.any(String) })
  })

  test('name what their pointers name, whatever characters a name has', () => {
    for (const name of ['a/b', '~', '~1', 'ü %', '__proto__', 'toString']) {
      const document: JsonObject = { $defs: Object.fromEntries([[name, { type: 'null' }]]) }
      const pointer = localPointer(`#/$defs/${encodeURIComponent(pointerPart(name))}`)
      expect(atPointer(document, pointer ?? '')).toEqual({ type: 'null' })
      expect(atPointer({ $defs: {} }, pointer ?? '')).toBeUndefined()
    }
  })
})

describe('keywords', () => {
  test('say nothing where they are malformed', () => {
    const malformed: JsonObject = {
      type: [1, 'null'],
      properties: [],
      required: 'all',
      anyOf: {},
      dependencies: 3,
    }
    expect(propertiesOf(malformed)).toEqual({})
    expect(requiredOf(malformed)).toEqual([])
    expect(statedTypes(malformed)).toEqual(['null'])
    expect(alternativesOf(malformed)).toEqual([])
    expect(dependantsOf(malformed)).toEqual([])
    for (const none of [undefined, null, true, 'text']) expect(propertiesOf(none)).toEqual({})
  })

  test('of tuples are read in the words of either draft', () => {
    const [first, rest] = [[{ type: 'string' }], { type: 'integer' }]
    expect(itemsOf({ prefixItems: first, items: rest })).toMatchObject({ first, rest, restKeyword: 'items' })
    expect(itemsOf({ items: first, additionalItems: rest })).toMatchObject({
      first,
      rest,
      firstKeyword: 'items',
    })
    expect(itemsOf({ items: rest })).toMatchObject({ first: [], rest })
  })

  test('of dependants mean the same in every draft', () => {
    const demand = { required: ['b'] }
    const all: JsonObject[] = [
      { dependentRequired: { a: ['b'] } },
      { dependencies: { a: ['b'] } },
      { dependentSchemas: { a: demand } },
    ]
    for (const schema of all) expect(dependantsOf(schema)).toEqual([{ on: 'a', demand }])
  })
})
