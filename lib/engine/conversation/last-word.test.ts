import { expect, test } from 'vitest'
import type { JsonObject } from '@/lib/core/base/json'
import type { Message } from '@/lib/core/ports/ports'
import { followUps } from './follow-ups'
import { finalText, joined, lastWord, textSoFar } from './last-word'
import { cutShortByCap, flagTool, steering } from './prompts'

const text = (words: string): JsonObject => ({ type: 'text', text: words })
const said = (...content: JsonObject[]): Message => ({ role: 'assistant', content })
const asked = (...content: JsonObject[]): Message => ({ role: 'user', content })
const call = (name: string): JsonObject => ({ type: 'tool_use', id: 't', name, input: {} })
const result = asked({ type: 'tool_result', tool_use_id: 't', content: 'seen' })
const question = asked(text('q'))
const report = 'A finding with its reasons. '.repeat(40)

test('a short right answer is the answer, also after tools and short remarks', () => {
  const messages = [question, said(text('Let me look.'), call('read_file')), result, said(text('yes'))]
  expect(lastWord(messages)).toEqual({ do: 'answer', text: 'yes', flags: [] })
})

test('an empty end after tool results is asked about once, and then flagged', () => {
  const messages = [question, said(call('read_file')), result, said(text(''))]
  expect(lastWord(messages)).toEqual({ do: 'tell', what: 'empty' })
  const again = [...messages, asked(text(followUps.empty)), said(text(''))]
  expect(lastWord(again)).toMatchObject({ do: 'answer', text: '', flags: [{ kind: 'empty' }] })
  expect(lastWord([question, said(text(''))])).toMatchObject({ do: 'answer', flags: [{ kind: 'empty' }] })
})

test.each([
  ['a warning that came with them', [said(call('read_file')), result, asked(text(followUps.finish))]],
  ['what a person said', [said(call('read_file')), result, asked(text(steering(['hurry'])))]],
  ['a summary of them', [asked(text('Your earlier work on this was summarised'))]],
])('an empty end after tool results and %s is asked about too', (_, rest) => {
  expect(lastWord([question, ...rest, said(text(' '))])).toEqual({ do: 'tell', what: 'empty' })
})

test('an end that only thought is asked about once', () => {
  const thought = said({ type: 'thinking', thinking: 'hm', signature: 's' })
  expect(lastWord([question, thought])).toEqual({ do: 'tell', what: 'empty' })
  const again = [question, thought, asked(text(followUps.empty)), thought]
  expect(lastWord(again)).toMatchObject({ do: 'answer', text: '', flags: [{ kind: 'empty' }] })
})

test.each([
  ['a report before a farewell', [said(text(report), call('read_file')), result, said(text('Done.'))]],
  [
    'a report beside a flag, then silence',
    [said(text(report.slice(0, 300)), call(flagTool)), result, said(text(''))],
  ],
])('%s is asked for once more, and is part of the answer if nothing comes', (_, rest) => {
  const messages = [question, ...rest]
  expect(lastWord(messages)).toEqual({ do: 'tell', what: 'whole' })
  const silent = lastWord([...messages, asked(text(followUps.whole)), said(text('Done.'))])
  expect(silent).toMatchObject({ do: 'answer', flags: [{ kind: 'incomplete' }] })
  expect(silent.do === 'answer' && silent.text).toContain('A finding with its reasons.')
  const whole = lastWord([...messages, asked(text(followUps.whole)), said(text(report))])
  expect(whole).toEqual({ do: 'answer', text: report, flags: [] })
})

test('a long text that a cap cut, and that was asked for again, is no report', () => {
  const messages = [question, said(text(report)), asked(text(cutShortByCap)), said(text('the answer'))]
  expect(lastWord(messages)).toEqual({ do: 'answer', text: 'the answer', flags: [] })
})

test('a short answer to what a person asked later is the answer, whatever was said before', () => {
  const person = asked(text(steering(['yes or no?'])))
  const messages = [question, said(text(report)), person, said(text('yes'))]
  expect(lastWord(messages)).toEqual({ do: 'answer', text: 'yes', flags: [] })
})

test('a text that goes on is one text, also where somebody spoke or a warning came in between', () => {
  const between = [
    asked(text(followUps.goOn)),
    asked(text(steering(['hurry']))),
    asked(text(followUps.filling)),
  ]
  const messages = [question, said(text('one ')), ...between, said(text('two'))]
  expect(lastWord(messages)).toEqual({ do: 'answer', text: 'one two', flags: [] })
  const thrice = [...messages, asked(text(followUps.goOn)), said(text(' three'))]
  expect(finalText(thrice)).toBe('one two three')
})

test('a remark beside a flag is no report', () => {
  const messages = [question, said(text('I could not check all.'), call(flagTool)), result, said(text('yes'))]
  expect(lastWord(messages)).toEqual({ do: 'answer', text: 'yes', flags: [] })
})

test('a text that went on is one text, without what was repeated', () => {
  const parts = [
    question,
    said(text('The first part of it')),
    asked(text(followUps.goOn)),
    said(text('part of it and the rest')),
  ]
  expect(finalText(parts)).toBe('The first part of itpart of it and the rest')
  expect(joined('The first half of a sentence', 'half of a sentence ends here.')).toBe(
    'The first half of a sentence ends here.',
  )
  expect(joined('a', 'a')).toBe('aa')
})

test('what an agent had at a limit is its longest text, and not what it was about to do', () => {
  const worked = [question, said(text('Now I look at the next file.'), call('read_file')), result]
  expect(textSoFar(worked)).toBe('')
  expect(textSoFar([...worked, said(text(report), call('read_file')), result])).toBe(report)
  const told = [...worked, said(text(report), call('read_file')), result, asked(text(followUps.last))]
  expect(textSoFar([...told, said(text('Only this.'))])).toBe('Only this.')
})
