import { describe, expect, test } from 'vitest'
import type { JsonObject } from '@/lib/core/base/json'
import type { Message } from '@/lib/core/ports/ports'
import { batchBody, countBody, requestBody } from './request-body'
import { soundRequest } from './sound-request'
import { readableBlocks } from './stream/readable-blocks'
import { aRequest } from './testing'

const user = (...content: JsonObject[]): Message => ({ role: 'user', content })
const said = (...content: JsonObject[]): Message => ({ role: 'assistant', content })
const text = (words: string) => ({ type: 'text', text: words })
const call = (id: JsonObject['id'], more: JsonObject = {}) => ({
  type: 'tool_use',
  id,
  name: 'look',
  input: {},
  ...more,
})
const result = (id: JsonObject['tool_use_id'], content = 'seen') => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
})
const sound = (...messages: Message[]) => soundRequest(aRequest({ messages })).messages

describe('a body', () => {
  const half = 'cut \ud83d'
  const request = aRequest({
    system: half,
    tools: [{ name: 'look', description: half, inputSchema: { type: 'object', title: half, [half]: 1 } }],
    messages: [
      user(text(half)),
      said(text(half), call('a', { input: { [half]: [half] } })),
      user(result('a', half)),
    ],
  })

  test.each([
    ['streamed', requestBody(request)],
    ['in a batch', batchBody(request)],
    ['that counts', countBody(request)],
  ])('%s has no half of a surrogate pair anywhere', (_kind, body) => {
    expect(JSON.stringify(body)).not.toMatch(/\\ud[89a-f]/i)
    expect(JSON.stringify(body)).toContain('cut \ufffd')
  })

  test('that is sound holds the very blocks that came', () => {
    const messages = [user(text('q')), said(text('let me look'), call('a')), user(result('a'))]
    const blocks = soundRequest(aRequest({ messages })).messages.flatMap(({ content }) => content)
    for (const [index, block] of messages.flatMap(({ content }) => content).entries())
      expect(blocks[index]).toBe(block)
  })
})

describe("a use of the provider's own tools", () => {
  const search = { type: 'server_tool_use', id: 'srv', name: 'web_search', input: {} }
  const found = { type: 'web_search_tool_result', tool_use_id: 'srv', content: [] }
  const asked = user(text('q'))

  test('goes back as it came while it is gone on with, and with its result wherever that came', () => {
    for (const messages of [
      [asked, said(search)],
      [asked, said(search, call('a')), user(result('a'))],
      [asked, said(search), said(found, text('hm')), user(text('go on'))],
      [asked, said(search, call('a')), user(result('a')), said(found), user(text('go on'))],
    ])
      expect(sound(...messages)).toEqual(messages)
  })

  test('is left out where something else was said before its result came', () => {
    expect(sound(asked, said(text('hm'), search), user(text('go on')))).toEqual([
      asked,
      said(text('hm')),
      user(text('go on')),
    ])
    expect(sound(asked, said(search), user(text('go on')))).toEqual([
      asked,
      said(text('(no answer)')),
      user(text('go on')),
    ])
    expect(sound(asked, said(search, call('a')), user(result('a')), user(text('hurry')))).toEqual([
      asked,
      said(call('a')),
      user(result('a')),
      user(text('hurry')),
    ])
  })
})

describe('a conversation', () => {
  test('has one result for each call, in the message after it', () => {
    expect(sound(user(text('q')), said(text('hm'), call('a'), call('b')), user(text('go on')))).toEqual([
      user(text('q')),
      said(text('hm'), call('a'), call('b')),
      user(
        ...['a', 'b'].map((id) => ({ ...result(id, 'This call was not run.'), is_error: true })),
        text('go on'),
      ),
    ])
    expect(
      sound(user(text('q')), said(call('a')), said(text('again')), user(text('go on')))[2],
    ).toMatchObject({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'a' }],
    })
    expect(sound(user(text('q')), said(call('a')), user(text('first'), result('a')))[2]).toEqual(
      user(result('a'), text('first')),
    )
  })

  test('has no result without a call; what it said stays', () => {
    expect(
      sound(
        user(text('q')),
        said(call('a')),
        user(result('a'), result('a', 'twice'), result('z', 'stray')),
      )[2],
    ).toEqual(user(result('a'), text('twice'), text('stray')))
  })

  test('has every id once, and the results go with their calls', () => {
    const messages = sound(
      user(text('q')),
      said(call('call_0', { input: { n: 1 } }), call('call_0', { input: { n: 2 } })),
      user(result('call_0', 'one'), result('call_0', 'two')),
      said(call('call_0')),
      user(result('call_0', 'three')),
      said(call('functions.look:0'), call('')),
      user(result('functions.look:0', 'four'), result('', 'five')),
    )
    const calls = messages.flatMap(({ content }) =>
      content.filter(({ type }) => type === 'tool_use').map(({ id }) => id),
    )
    const results = messages.flatMap(({ content }) =>
      content.filter(({ type }) => type === 'tool_result').map((block) => [block.tool_use_id, block.content]),
    )
    expect(new Set(calls).size).toBe(5)
    for (const id of calls) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
    expect(results).toEqual(calls.map((id, index) => [id, ['one', 'two', 'three', 'four', 'five'][index]]))
  })

  test('is sent the same way again when it has grown', () => {
    const begin = [
      user(text('q')),
      said(call('x.y')),
      user(result('x.y')),
      said(call('x.y')),
      user(result('x.y')),
    ]
    const more = [...begin, said(call('x.y')), user(result('x.y'))]
    expect(sound(...more).slice(0, begin.length)).toEqual(sound(...begin))
  })

  test('says something in every message, and calls tools by names the wire takes', () => {
    expect(sound(user(text(' ')), said(text('\n')), user(text('q')))).toEqual([
      user(text('(nothing)')),
      said(text('(no answer)')),
      user(text('q')),
    ])
    const [, answer] = sound(
      user(text('q')),
      said(call('a', { name: 'functions.look', input: '' })),
      user(result('a')),
    )
    expect(answer).toEqual(said(call('a', { name: 'functions_look' })))
    expect(soundRequest(aRequest({ system: ' \n' })).system).toBe('')
  })
})

describe('a response', () => {
  const read = (...content: JsonObject[]) => readableBlocks(content, [])

  test('of the API itself stays as it came', () => {
    const block = call('toolu_01', { input: { a: 1 }, caller: { type: 'direct' } })
    expect(read(block)[0]).toBe(block)
  })

  test('has an id of its own for every call', () => {
    const ids = read(call('a'), call('a'), call(''), call(null), call('x'.repeat(300)), call('f.g:0')).map(
      ({ id }) => id,
    )
    expect(new Set(ids).size).toBe(6)
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
  })

  test('has an object as the input of every call', () => {
    const inputs = ['', null, '{"path": "src"}', [], 'no JSON', 7].map(
      (input) => read(call('a', { input }))[0]?.input,
    )
    expect(inputs).toEqual([
      {},
      {},
      { path: 'src' },
      { unparsed_input: [] },
      { unparsed_input: 'no JSON' },
      { unparsed_input: 7 },
    ])
  })
})
