import { expect, test } from 'vitest'
import { builtInViews, readColumns, readViews, runColumnNames, viewQuery, withView } from './run-columns'

test('what a browser keeps is read again, and rubbish is as if it kept nothing', () => {
  expect(readColumns('["cost","status"]')).toEqual(['cost', 'status'])
  for (const text of [null, '{', '["colour"]', '7']) expect(readColumns(text)).toEqual([...runColumnNames])
  expect(readViews('[{"name":"Mine","query":"q=x"}]')).toEqual([{ name: 'Mine', query: 'q=x' }])
  for (const text of [null, '{', '[1]']) expect(readViews(text)).toEqual([])
})

test('a view is the filter and the order of an address, and is known again by them', () => {
  expect(viewQuery({ status: '', q: '', sort: '' })).toBe(builtInViews[0]?.query)
  expect(viewQuery({ status: 'draft,queued,running,paused', q: '', sort: '' })).toBe(builtInViews[1]?.query)
  expect(viewQuery({ status: '', q: '', sort: '-cost' })).toBe(builtInViews[3]?.query)
  const query = viewQuery({ status: 'failed', q: 'tag:"a b" cost>5 &', sort: '-time' })
  expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
    status: 'failed',
    q: 'tag:"a b" cost>5 &',
    sort: '-time',
  })
})

test('a view takes the place of one with its name', () => {
  const views = withView(withView([], { name: 'Mine', query: 'q=a' }), { name: 'Ours', query: 'q=b' })
  expect(withView(views, { name: 'Mine', query: 'q=c' })).toEqual([
    { name: 'Ours', query: 'q=b' },
    { name: 'Mine', query: 'q=c' },
  ])
})
