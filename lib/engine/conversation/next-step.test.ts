import { describe, expect, test } from 'vitest'
import type { JsonObject } from '@/lib/core/base/json'
import type { Message } from '@/lib/core/ports/ports'
import { followUps } from './follow-ups'
import { textOf } from './last-word'
import { nextStep, sendable, shortenedFlags } from './next-step'
import { correction, correctionsIn, missingAnswer, pausedTurn, SCHEMA_ATTEMPTS } from './prompts'

const text = (words: string): JsonObject => ({ type: 'text', text: words })
const call = (name = 'look', more: JsonObject = {}): JsonObject => ({
  type: 'tool_use',
  id: 'u1',
  name,
  input: { a: 1 },
  ...more,
})
const user = (...content: JsonObject[]): Message => ({ role: 'user', content })
const said = (...content: JsonObject[]): Message => ({ role: 'assistant', content })
const declined = 'The model declined to answer.'
const uncut = { inARow: 0, atLimit: 0, room: null }
const after = (stopReason: string, hasSchema: boolean, ...content: JsonObject[]) =>
  nextStep([user(text('q')), said(...content)], { stopReason, hasSchema, cuts: uncut, declined })
const afterCuts = (inARow: number, atLimit: number, hasSchema: boolean, ...content: JsonObject[]) =>
  nextStep([user(text('q')), said(...content)], {
    stopReason: 'max_tokens',
    hasSchema,
    cuts: { inARow, atLimit, room: 64_000 },
    declined,
  })

describe('what follows a response', () => {
  test.each(['end_turn', 'tool_use', 'stop_sequence'])(
    'with calls is that they are run (%s)',
    (stopReason) => {
      expect(after(stopReason, false, text('let me look'), call())).toEqual({
        do: 'tools',
        calls: [{ id: 'u1', name: 'look', input: { a: 1 } }],
        flags: [],
      })
    },
  )

  test('with a call that has no input is the call with an empty one', () => {
    expect(after('tool_use', false, { type: 'tool_use', id: 'u1', name: 'look' })).toMatchObject({
      calls: [{ input: {} }],
    })
  })

  test('with a call that nobody could answer is the end, as if it had not been made', () => {
    expect(after('end_turn', false, text('done'), { type: 'tool_use', name: 'look' })).toEqual({
      do: 'end',
      value: 'done',
      flags: [],
    })
  })

  test('of text is the end; its blocks are one text', () => {
    expect(after('end_turn', false, text('one '), { type: 'thinking', thinking: 'x' }, text('two'))).toEqual({
      do: 'end',
      value: 'one two',
      flags: [],
    })
  })

  test('of nothing at all is the end, flagged as empty', () => {
    expect(after('end_turn', false)).toMatchObject({ do: 'end', value: '', flags: [{ kind: 'empty' }] })
    expect(nextStep([], { stopReason: 'end_turn', hasSchema: false, cuts: uncut, declined })).toMatchObject({
      do: 'end',
      value: '',
    })
  })

  test('that was cut off is never its calls: they are made again in smaller parts', () => {
    for (const hasSchema of [true, false])
      expect(afterCuts(1, 0, hasSchema, text('so far'), call())).toEqual({
        do: 'say',
        text: followUps.smallerParts,
      })
  })

  test('that was cut off goes on, or is given again with more room; shorter only where there is no more', () => {
    expect(afterCuts(1, 0, false, text('so far'))).toEqual({ do: 'say', text: followUps.goOn })
    expect(afterCuts(1, 0, true, text('so far'))).toEqual({ do: 'say', text: followUps.again })
    expect(afterCuts(1, 0, true, call('answer'))).toEqual({ do: 'say', text: followUps.again })
    expect(afterCuts(3, 1, true, call('answer'))).toEqual({ do: 'say', text: followUps.shorter })
    for (const hasSchema of [true, false])
      expect(afterCuts(1, 0, hasSchema, { type: 'thinking', thinking: 'x' })).toEqual({
        do: 'say',
        text: followUps.thought,
      })
  })

  test('that was cut off at the most the model gives, again and again, is the end of it', () => {
    expect(afterCuts(3, 2, true, call('answer'))).toMatchObject({
      do: 'fail',
      failure: { kind: 'max-tokens' },
    })
    expect(afterCuts(3, 2, false, call())).toMatchObject({ do: 'end', flags: [{ kind: 'truncated' }] })
    expect(afterCuts(3, 2, false)).toMatchObject({ do: 'end', value: '', flags: [{ kind: 'truncated' }] })
    expect(afterCuts(8, 5, false, text('on'))).toEqual({ do: 'say', text: followUps.goOn })
    expect(afterCuts(9, 5, false, text('on'))).toMatchObject({ do: 'end', flags: [{ kind: 'truncated' }] })
  })

  test('that was to be short, or the last, may lack something', () => {
    const told = (what: 'shorter' | 'last' | 'again') => [
      user(text('q')),
      said(),
      user(text(followUps[what])),
    ]
    expect(shortenedFlags(told('again'))).toEqual([])
    expect(shortenedFlags(told('shorter'))).toMatchObject([{ kind: 'incomplete' }])
    expect(shortenedFlags(told('last'))).toMatchObject([{ kind: 'incomplete' }])
  })

  test('that paused of its own accord is a word, its calls, or to go on as it is', () => {
    expect(after('pause_turn', false, text('half'))).toEqual({ do: 'say', text: pausedTurn })
    expect(after('pause_turn', false, call())).toMatchObject({ do: 'tools' })
    expect(after('pause_turn', false, { type: 'server_tool_use', id: 's', name: 'web_search' })).toEqual({
      do: 'continue',
    })
  })

  test('for an unknown reason is flagged, whether it spoke, called or said nothing', () => {
    expect(after('tired', false, text('x'))).toMatchObject({ do: 'end', flags: [{ kind: 'incomplete' }] })
    expect(after('tired', false, call())).toMatchObject({ do: 'tools', flags: [{ kind: 'incomplete' }] })
    expect(after('tired', false)).toMatchObject({ flags: [{ kind: 'incomplete' }, { kind: 'empty' }] })
    expect(after('tired', true, text('x'))).toEqual({ do: 'say', text: missingAnswer })
  })

  test('for a reason that is a whole essay is flagged with its beginning', () => {
    const step = after('x'.repeat(500), false, text('y'))
    expect(step.do === 'end' ? step.flags[0]?.reason.length : 0).toBeLessThan(140)
  })
})

describe('how often a better answer is asked for', () => {
  const turnedDown = (count: number): Message[] =>
    Array.from({ length: count }, () => [
      said(call('answer')),
      user({
        type: 'tool_result',
        tool_use_id: 'u1',
        content: correction([{ path: '', message: 'is bad' }]),
      }),
    ]).flat()

  test.each([
    [0, 'say'],
    [SCHEMA_ATTEMPTS - 2, 'say'],
    [SCHEMA_ATTEMPTS - 1, 'fail'],
    [SCHEMA_ATTEMPTS, 'fail'],
  ])('after %i answers that were turned down the next one leads to “%s”', (count, step) => {
    const messages = [user(text('q')), ...turnedDown(count), said(text('no answer'))]
    expect(nextStep(messages, { stopReason: 'end_turn', hasSchema: true, cuts: uncut, declined }).do).toBe(
      step,
    )
  })

  test('is counted over texts and results of answers alike, one a message, and nothing else counts', () => {
    const twice = user(
      { type: 'tool_result', tool_use_id: 'a', content: correction([]) },
      { type: 'tool_result', tool_use_id: 'b', content: correction([]) },
    )
    const messages = [
      user(text('The answer was 4.')),
      said(call('answer', { id: 'a' }), call('Answer', { id: 'b' })),
      twice,
      said(text(missingAnswer), call('read_file', { id: 'd' })),
      user({ type: 'tool_result', tool_use_id: 'd', content: correction([]) }),
      user(text(missingAnswer)),
      user(text(correction([]))),
      user(text('Thank you.')),
      user({ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'text', text: missingAnswer }] }),
    ]
    expect(correctionsIn(messages)).toBe(3)
  })

  test('names the whole answer where the complaint has no place', () => {
    expect(correction([{ path: '', message: 'must be object' }])).toContain('- the answer must be object')
  })
})

describe('a response as it is sent again', () => {
  test('is what came, when there is nothing to change', () => {
    const message = said({ type: 'thinking', thinking: 'hm' }, text('said'), call())
    expect(sendable(message, 'tool_use')).toBe(message)
    expect(sendable(message, null)).toBe(message)
  })

  test('loses calls that were cut off, or stood beside a refusal', () => {
    for (const stopReason of ['max_tokens', 'model_context_window_exceeded', 'refusal'])
      expect(sendable(said(text('so far'), call()), stopReason).content).toEqual([text('so far')])
  })

  test('keeps its calls where it was whole, and loses blank texts, which the API refuses', () => {
    expect(sendable(said(text(' '), call()), 'tool_use').content).toEqual([call()])
    expect(sendable(said({ type: 'text' }, text('x')), 'end_turn').content).toEqual([text('x')])
  })

  test('gets a word in the place of silence, behind what it thought', () => {
    expect(sendable(said(), 'end_turn').content).toEqual([text('(no answer)')])
    const thought = { type: 'redacted_thinking', data: 'x' }
    expect(sendable(said(thought, call()), 'max_tokens').content).toEqual([thought, text('(cut off)')])
  })

  test('of a person is never touched', () => {
    const message = user(text(' '))
    expect(sendable(message, 'max_tokens')).toBe(message)
  })
})

test('a text that is no string is none', () => {
  expect(textOf([{ type: 'text', text: 3 }, { type: 'image', text: 'x' }, text('y')])).toBe('y')
})
