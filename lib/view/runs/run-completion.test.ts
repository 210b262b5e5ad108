import { expect, test } from 'vitest'
import { complete, runCompletions } from './run-completion'
import { parseRunSearch } from './run-search'

const names = { tags: ['nightly', 'night shift'], users: ['ada'], workflows: ['code-audit'] }
const at = (marked: string) => {
  const caret = marked.indexOf('|')
  return runCompletions(marked.replace('|', ''), caret, names)
}
const texts = (marked: string) => at(marked).options.map(({ text }) => text)

test.each([
  ['|', ['status:', 'workflow:', 'tag:', 'user:', 'is:', 'cost>', 'agents>']],
  ['some words |', ['status:', 'workflow:', 'tag:', 'user:', 'is:', 'cost>', 'agents>']],
  ['sta|', ['status:']],
  ['status:fa|', ['status:failed']],
  ['status:failed,can|', ['status:failed,cancelled']],
  ['tag:|', ['tag:nightly', 'tag:"night shift"']],
  ['tag:"night s|', ['tag:"night shift"']],
  ['night|', ['tag:nightly', 'tag:"night shift"']],
  ['user:|', ['user:ada']],
  ['cost>|', ['cost>0.1', 'cost>1', 'cost>5', 'cost>20']],
  ['agents<=1|', ['agents<=10', 'agents<=100', 'agents<=1000']],
  ['colour:|', []],
])('%s is completed by %j', (typed, options) => {
  expect(texts(typed)).toEqual(typed.startsWith('status:fa') ? expect.arrayContaining(options) : options)
})

test('what completes a filter is understood as one', () => {
  for (const typed of ['status:|', 'tag:|', 'is:|', 'cost>|', 'workflow:|'])
    for (const { text } of at(typed).options) expect([text, parseRunSearch(text).hints]).toEqual([text, []])
})

test('an option takes the place of its word alone, and the caret stands where typing goes on', () => {
  const typed = 'otter tag:ni cost>5'
  const found = runCompletions(typed, 12, names)
  expect(complete(typed, found, { text: 'tag:nightly', hint: '' })).toEqual({
    typed: 'otter tag:nightly cost>5',
    caret: 18,
  })
  expect(complete('ta', runCompletions('ta', 2, names), { text: 'tag:', hint: '' })).toEqual({
    typed: 'tag:',
    caret: 4,
  })
})
