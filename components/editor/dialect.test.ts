import { CompletionContext } from '@codemirror/autocomplete'
import { javascript } from '@codemirror/lang-javascript'
import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { complete } from './dialect'

/** What is offered at the bar in a source, and where it would be put. */
function offered(marked: string) {
  const at = marked.indexOf('|')
  const state = EditorState.create({ doc: marked.replace('|', ''), extensions: [javascript()] })
  const found = complete(new CompletionContext(state, at, false))
  return { from: found?.from ?? null, labels: found?.options.map(({ label }) => label) ?? [] }
}

test('words of the dialect complete what is typed', () => {
  const { from, labels } = offered('const a = await age|')
  expect(from).toBe('const a = await '.length)
  expect(labels).toEqual(expect.arrayContaining(['agent', 'parallel', 'pipeline', 'checkpoint']))
  expect(offered('return patterns.ver|')).toMatchObject({ from: 'return patterns.'.length })
  expect(offered('return patterns.ver|').labels).toContain('verify')
})

test('inside the options of a call its options are offered', () => {
  expect(offered("agent('Say it.', { la| })").labels).toContain('label')
  expect(offered("agent('Say it.', { label: 'x', sch| })").labels).toContain('schema')
  expect(offered('checkpoint({ ti| })').labels).toContain('timeoutMs')
  expect(offered('other({ ti| })').labels).not.toContain('timeoutMs')
})

test('nothing is offered in texts and comments, nor before anything is typed', () => {
  for (const marked of ["agent('age|')", '// age|', 'agent(`age|`)', 'const a = |'])
    expect([marked, offered(marked).labels]).toEqual([marked, []])
})
