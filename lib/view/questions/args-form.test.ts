import { describe, expect, it } from 'vitest'
import { argError, argFields, argValues, withArg } from './args-form'

const schema = {
  type: 'object',
  required: ['focus'],
  properties: {
    focus: { type: 'string', title: 'Focus' },
    most: { type: 'integer', minimum: 1, maximum: 9, default: 4 },
    depth: { enum: ['quick', 'deep'] },
    isStrict: { type: 'boolean' },
  },
}
const fields = argFields(schema) ?? []
const [focus, most] = fields

describe('arguments form', () => {
  it('asks for each property in its own way', () => {
    expect(fields.map(({ name, label, kind }) => [name, label, kind])).toEqual([
      ['focus', 'Focus', 'text'],
      ['most', 'most', 'whole'],
      ['depth', 'depth', 'choice'],
      ['isStrict', 'isStrict', 'switch'],
    ])
    expect(most?.placeholder).toBe('4')
  })

  it('leaves to JSON what a flat form cannot ask for', () => {
    expect(argFields({ type: 'object', properties: { files: { type: 'object' } } })).toBeNull()
    expect(argFields(null)).toBeNull()
    expect(argValues('[1, 2]')).toBeNull()
    expect(argValues('{ "a": ')).toBeNull()
  })

  it('writes what is typed into the JSON, keeps what it does not know, and leaves out what is empty', () => {
    if (focus === undefined || most === undefined) throw new Error('The schema has two fields at least')
    const both = withArg(withArg('{"extra":[1]}', focus, 'security'), most, '7')
    expect(JSON.parse(both)).toEqual({ extra: [1], focus: 'security', most: 7 })
    expect(JSON.parse(withArg(both, focus, ''))).toEqual({ extra: [1], most: 7 })
    expect(withArg('{"most":7}', most, '')).toBe('')
  })

  it('says what is missing or out of range', () => {
    expect(argError(fields, '')?.message).toBe('Focus: required.')
    expect(argError(fields, '{"focus":"x","most":12}')?.message).toBe('most: enter 9 or less.')
    expect(argError(fields, '{"focus":"x","most":"many"}')?.message).toBe('most: enter a number.')
    expect(argError(fields, '{"focus":"x"}')).toBeNull()
  })

  it('takes a list as JSON, and keeps what is none as it was typed', () => {
    const [list] =
      argFields({ type: 'object', properties: { files: { type: 'array', title: 'Files' } } }) ?? []
    if (list === undefined) throw new Error('no field')
    expect(JSON.parse(withArg('', list, '["a", 2]'))).toEqual({ files: ['a', 2] })
    const half = withArg('', list, '["a"')
    expect(JSON.parse(half)).toEqual({ files: '["a"' })
    expect(argError([list], half)?.message).toBe('Files: enter a list as JSON, such as ["a", "b"].')
    expect(argError([list], withArg(half, list, ''))).toBeNull()
  })
})
