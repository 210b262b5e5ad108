import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '@/lib/core/base/json'
import { allSchemas } from '@/lib/core/schema/schema-walk'
import { propertyNames, readLabel, renameInputs, toolOnWire } from './property-names'

const tool = (inputSchema: JsonObject) => ({ name: 'answer', description: 'Answers.', inputSchema })
const call = (input: JsonObject) => ({ type: 'tool_use', id: 'a', name: 'answer', input })
const accepted = /^[a-zA-Z0-9_.-]{1,64}$/

function namesIn(schema: JsonObject): string[] {
  return allSchemas(schema).flatMap(({ schema: { properties } }) => Object.keys(properties ?? {}))
}

const text = { type: 'string' }
const nested: JsonObject = {
  type: 'object',
  properties: {
    件名: { type: 'string', description: 'What it is about.' },
    plain: {
      type: 'array',
      items: { type: 'object', properties: { 'zwei Wörter': text }, required: ['zwei Wörter'] },
    },
    choice: { anyOf: [{ type: 'null' }, { type: 'object', properties: { '': text, 'a/b~c': text } }] },
    same: { $ref: '#/properties/%E4%BB%B6%E5%90%8D' },
    also: { $ref: '#/properties/choice/anyOf/1/properties/a~1b~0c' },
    fixed: { enum: [{ 件名: 'x' }, 'y'] },
  },
  required: ['件名', 'plain'],
  patternProperties: { '^件': { type: 'object', properties: { é: text } } },
  propertyNames: { maxLength: 10 },
  dependentRequired: { 件名: ['plain', 'zwei Wörter'] },
  dependentSchemas: { 件名: { properties: { ['x'.repeat(65)]: text } } },
  dependencies: { 件名: ['plain'], plain: { properties: { 'ü.1': text } } },
  $defs: { one: { properties: { 'in defs': text } } },
}

test('a schema whose names are accepted leaves as it is', () => {
  const plain = tool({ type: 'object', properties: { 'a.b-c_1': text, required: text } })
  expect(toolOnWire(plain)).toBe(plain)
  expect(propertyNames(plain.inputSchema)).toBeNull()
})

test('every name on the wire is accepted, and every place that speaks of a name speaks of the same one', () => {
  const { inputSchema: wire } = toolOnWire(tool(nested))
  expect(namesIn(wire).filter((name) => !accepted.test(name))).toEqual([])
  const names = propertyNames(nested)?.onWire
  const subject = names?.get('件名') ?? ''
  const words = names?.get('zwei Wörter') ?? ''
  const odd = names?.get('a/b~c') ?? ''
  expect(wire).toMatchObject({
    properties: {
      [subject]: { description: expect.stringMatching(/件名.*What it is about/) },
      plain: { items: { properties: { [words]: text }, required: [words] } },
      same: { $ref: `#/properties/${subject}` },
      also: { $ref: `#/properties/choice/anyOf/1/properties/${odd}` },
      fixed: { enum: [{ [subject]: 'x' }, 'y'] },
    },
    required: [subject, 'plain'],
    patternProperties: { '^件': { type: 'object' } },
    dependentRequired: { [subject]: ['plain', words] },
    dependencies: { [subject]: ['plain'] },
  })
  expect(wire.propertyNames).toBeUndefined()
  expect(Object.keys(wire.dependentSchemas ?? {})).toEqual([subject])
  expect(words).toMatch(/^zwei_Worter_/)
})

test('the same name is called the same in every schema and every request', () => {
  const one = propertyNames({ type: 'object', properties: { 件名: text } })
  const other = propertyNames({ type: 'object', properties: { 数: text, 件名: { type: 'number' } } })
  expect(one?.onWire.get('件名')).toBe(other?.onWire.get('件名'))
})

test('what leaves comes back, for any names at all', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 80 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(names, (given) => {
      const properties = Object.fromEntries(given.map((name) => [name, text]))
      const offered = tool({ type: 'object', properties: { ...properties, list: { items: { properties } } } })
      const said = call(Object.fromEntries(given.map((name, index) => [name, [{ [name]: index }]])))
      const [onWire] = renameInputs([said], [offered], 'onWire')
      expect(namesIn(toolOnWire(offered).inputSchema).every((name) => accepted.test(name))).toBe(true)
      expect(renameInputs(onWire === undefined ? [] : [onWire], [offered], 'ofAuthor')).toEqual([said])
    }),
  )
})

test('halves of characters make names that are told apart', () => {
  const names = propertyNames({ type: 'object', properties: { '\ud83d': text, '\ud83e': text } })
  expect(new Set(names?.onWire.values()).size).toBe(2)
})

test('the description holds the name the author gave', () => {
  const { inputSchema } = toolOnWire(
    tool({ type: 'object', properties: { 'say "é"': { description: 'More.' }, 数: true } }),
  )
  const labels = Object.values(inputSchema.properties ?? {}).map((one: JsonObject) =>
    readLabel(one.description),
  )
  expect(labels).toEqual([
    { name: 'say "é"', rest: 'More.' },
    { name: '数', rest: '' },
  ])
  expect(readLabel('Something else.')).toBeNull()
})
