import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormatsModule from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { randomFrom } from '../../random'
import { isObject } from '../../wire/json'
import type { Finding } from '../finding'
import type { Material } from '../material'
import { answerFor } from './answer-schema'

const addFormats = addFormatsModule.default

const finding: Finding = {
  path: 'src/a.ts',
  line: 12,
  endLine: 12,
  title: 'Error swallowed',
  explanation: 'The error is dropped.',
  evidence: 'catch {}',
  suggestion: 'Handle it.',
  category: 'bug',
  check: 'empty-catch',
  severity: 3,
  holds: true,
  reason: 'src/a.ts:12 reads: catch {}',
}

const empty: Material = {
  findings: [],
  modules: [],
  files: [],
  sizes: new Map(),
  filesRead: 0,
  verdict: null,
  hasClaims: false,
  reason: '',
  gaps: [],
  sentences: [],
  script: null,
  most: Number.POSITIVE_INFINITY,
  wanted: 3,
}

const rich: Material = {
  ...empty,
  findings: [
    finding,
    { ...finding, line: 20, severity: 1, title: 'Type any', check: 'any-type', category: 'types' },
  ],
  modules: [{ path: 'src', files: ['src/a.ts', 'src/b.ts'] }],
  files: ['src/a.ts', 'src/b.ts'],
  filesRead: 2,
  script: null,
  sentences: ['Look at the files.', 'Say what you see.'],
}

function complaints(schema: JsonObject, value: Json, draft: '7' | '2020' = '2020'): unknown {
  const ajv = draft === '7' ? new Ajv({ strict: false }) : new Ajv2020({ strict: false })
  addFormats(ajv)
  const validate = ajv.compile(schema)
  return validate(value) ? null : { errors: validate.errors, value }
}

const answer = (schema: JsonObject, material: Material = rich) =>
  answerFor(schema, material, randomFrom('test'))

const name = fc.constantFrom(
  'title',
  'Datei',
  '行',
  'path',
  'zeile',
  'foo',
  'bar',
  'severity',
  'bestätigt',
  'résumé',
  'x1',
  'items',
  'gaps',
  'score',
)
const bounds = fc.tuple(fc.integer({ min: -5, max: 50 }), fc.integer({ min: 0, max: 30 }))
const { schema: anySchema } = fc.letrec<{ schema: JsonObject; leaf: JsonObject }>((tie) => ({
  leaf: fc.oneof(
    bounds.map(([low, more]): JsonObject => ({ type: 'integer', minimum: low, maximum: low + more })),
    bounds.map(
      ([low, more]): JsonObject => ({ type: 'number', exclusiveMinimum: low, maximum: low + more + 1 }),
    ),
    fc
      .integer({ min: 1, max: 9 })
      .map((unit): JsonObject => ({ type: 'integer', multipleOf: unit, minimum: 1 })),
    bounds.map(
      ([low, more]): JsonObject => ({
        type: 'string',
        minLength: Math.max(0, low),
        maxLength: Math.max(0, low) + more,
      }),
    ),
    fc
      .constantFrom(
        '^[a-z]{3}-\\d+$',
        '^(?:src|lib)/\\w+\\.ts$',
        '^#[0-9a-fA-F]{6}$',
        '^[A-Z][a-z]+$',
        '^v?\\d+\\.\\d+\\.\\d+$',
        '^\\S+:\\d+$',
        '[ぁ-ん]+',
      )
      .map((pattern): JsonObject => ({ type: 'string', pattern })),
    fc
      .constantFrom('date-time', 'date', 'email', 'uri', 'uuid', 'ipv4', 'hostname')
      .map((format): JsonObject => ({ type: 'string', format })),
    fc
      .constantFrom<Json[][]>(
        ['a', 'b'],
        ['hoch', 'mittel', 'niedrig'],
        ['bestätigt', 'widerlegt', null],
        [1, 2, 3],
        [null],
      )
      .map((values): JsonObject => ({ enum: values })),
    fc.constantFrom<JsonObject[]>(
      { type: 'boolean' },
      { type: 'null' },
      { type: ['string', 'null'] },
      { const: 'fixed' },
      { const: { a: [1] } },
      {},
    ),
  ),
  schema: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    tie('leaf'),
    fc
      .record({
        properties: fc.dictionary(name, tie('schema'), { maxKeys: 5 }),
        closed: fc.boolean(),
        all: fc.boolean(),
      })
      .map(
        ({ properties, closed, all }): JsonObject => ({
          type: 'object',
          properties,
          required: all ? Object.keys(properties) : Object.keys(properties).slice(0, 1),
          additionalProperties: !closed,
        }),
      ),
    fc
      .tuple(tie('schema'), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
      .map(
        ([items, low, more]): JsonObject => ({ type: 'array', items, minItems: low, maxItems: low + more }),
      ),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf): JsonObject => ({ anyOf })),
    fc
      .tuple(tie('schema'), fc.constantFrom('null', 'string'))
      .map(([schema, type]): JsonObject => ({ anyOf: [schema, { type }] })),
    fc.array(fc.dictionary(name, tie('leaf'), { maxKeys: 3 }), { minLength: 1, maxLength: 2 }).map(
      (parts): JsonObject => ({
        allOf: parts.map((properties, index) => ({
          type: 'object',
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, rule]) => [`${key}${index}`, rule]),
          ),
        })),
      }),
    ),
  ),
}))

describe('answers obey their schema', () => {
  test('for any schema, with material and without', () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, anySchema, { minKeys: 1, maxKeys: 5 }),
        fc.boolean(),
        (properties, hasMaterial) => {
          const schema: JsonObject = { type: 'object', properties, required: Object.keys(properties) }
          expect(complaints(schema, answer(schema, hasMaterial ? rich : empty))).toBeNull()
        },
      ),
      { numRuns: 150, seed: 7 },
    )
  })

  test('through references, definitions and recursion', () => {
    const schema: JsonObject = {
      type: 'object',
      required: ['tree', 'list'],
      properties: {
        tree: { $ref: '#/$defs/node' },
        list: { type: 'array', minItems: 2, uniqueItems: true, items: { $ref: '#/definitions/word' } },
      },
      $defs: {
        node: {
          type: 'object',
          required: ['name', 'children'],
          properties: {
            name: { type: 'string' },
            children: { type: 'array', items: { $ref: '#/$defs/node' } },
            next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
          },
        },
      },
      definitions: { word: { type: 'string', minLength: 1 } },
    }
    expect(complaints(schema, answer(schema))).toBeNull()
    expect(complaints(schema, answer(schema, empty))).toBeNull()
  })

  test('through oneOf, conditions, tuples and draft-07', () => {
    const conditional: JsonObject = {
      type: 'object',
      required: ['kind'],
      properties: { kind: { enum: ['file', 'none'] }, file: { type: 'string' } },
      if: { properties: { kind: { const: 'file' } } },
      // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword
      then: { required: ['file'] },
    }
    const oneOf: JsonObject = {
      type: 'object',
      required: ['a'],
      properties: {
        a: {
          oneOf: [
            { type: 'integer' },
            { type: 'number', minimum: 100 },
            { type: 'object', required: ['z'], properties: { z: { type: 'string' } } },
          ],
        },
      },
    }
    const tuple: JsonObject = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: ['pair'],
      properties: {
        pair: {
          type: 'array',
          items: [{ type: 'string' }, { type: 'integer' }],
          minItems: 2,
          additionalItems: false,
        },
      },
    }
    const keyed: JsonObject = {
      type: 'object',
      minProperties: 2,
      propertyNames: { pattern: '^[a-z]{2}\\d$' },
      additionalProperties: { type: 'integer', minimum: 3 },
    }
    for (const schema of [conditional, oneOf, keyed]) expect(complaints(schema, answer(schema))).toBeNull()
    expect(complaints(tuple, answer(tuple), '7')).toBeNull()
  })

  test('the same seed gives the same answer', () => {
    const schema: JsonObject = {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'string', pattern: '^[a-z]{8,20}$' } },
    }
    expect(answer(schema)).toEqual(answer(schema))
  })
})

describe('fields mean what their names say', () => {
  const fieldsOf = (value: Json): JsonObject => (isObject(value) ? value : {})

  test.each([
    ['findings', 'file', 'line', 'severity', ['low', 'medium', 'high'], 'high'],
    ['befunde', 'datei', 'zeile', 'schweregrad', ['niedrig', 'mittel', 'hoch'], 'hoch'],
    ['hallazgos', 'archivo', 'línea', 'gravedad', ['baja', 'media', 'alta'], 'alta'],
    ['constats', 'fichier', 'ligne', 'gravité', ['faible', 'moyenne', 'élevée'], 'élevée'],
    ['指摘', 'ファイル', '行', '重大度', ['低', '中', '高'], '高'],
    ['results', 'q1', 'q2', 'level', ['minor', 'moderate', 'major'], 'major'],
  ])(
    '%s with %s, %s and %s carries the place and how bad it is',
    (list, path, line, severity, levels, worst) => {
      const items: JsonObject = {
        type: 'object',
        required: [path, line, severity, 't'],
        properties: {
          [path]: { type: 'string' },
          [line]: { type: 'integer' },
          [severity]: { enum: levels },
          t: { type: 'string' },
        },
      }
      const value = answer({
        type: 'object',
        required: [list],
        properties: { [list]: { type: 'array', items } },
      })
      expect(fieldsOf(value)[list]).toEqual([
        expect.objectContaining({ [path]: 'src/a.ts', [line]: 12, [severity]: worst }),
        expect.objectContaining({ [path]: 'src/a.ts', [line]: 20 }),
      ])
    },
  )

  test('a kind is chosen by what it names, and nothing is called a security matter that is not', () => {
    const items = {
      type: 'object',
      required: ['file', 'line', 'kind'],
      properties: {
        file: { type: 'string' },
        line: { type: 'integer' },
        kind: { enum: ['security', 'correctness', 'style'] },
      },
    }
    const value = answer({ type: 'object', required: ['f'], properties: { f: { type: 'array', items } } })
    expect(fieldsOf(value).f).toMatchObject([{ kind: 'correctness' }, { kind: 'correctness' }])
  })

  test('a verdict follows the evidence in any language, and doubt is not agreement', () => {
    const verdict = (values: string[], holds: boolean | null) => {
      const schema: JsonObject = { type: 'object', required: ['v'], properties: { v: { enum: values } } }
      return fieldsOf(answer(schema, { ...empty, hasClaims: true, verdict: holds })).v
    }
    expect(verdict(['confirmed', 'refuted', 'unverified'], true)).toBe('confirmed')
    expect(verdict(['confirmed', 'refuted', 'unverified'], null)).toBe('unverified')
    expect(verdict(['unbestätigt', 'widerlegt', 'bestätigt'], false)).toBe('widerlegt')
    expect(verdict(['unbestätigt', 'widerlegt', 'bestätigt'], null)).toBe('unbestätigt')
    expect(verdict(['確認', '反証', '未確認'], true)).toBe('確認')
    expect(verdict(['確認', '反証', '未確認'], null)).toBe('未確認')
    expect(verdict(['sí', 'no'], null)).toBe('no')
  })
})
