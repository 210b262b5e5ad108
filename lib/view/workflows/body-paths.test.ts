import { expect, it } from 'vitest'
import { bodyPaths } from './body-paths'

it('names what stands in a body, nearest first, of a list its first item, and nothing with a dot in its name', () => {
  const body = {
    action: 'opened',
    issue: { title: 'a', labels: [{ name: 'x' }, { name: 'y' }] },
    'a.b': 1,
    '': 2,
  }
  expect(bodyPaths(body)).toEqual(['action', 'issue.title', 'issue.labels.0.name'])
  expect(bodyPaths('text')).toEqual([])
  expect(bodyPaths(null)).toEqual([])
})

it('ends, however much a body holds', () => {
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`n${at}`, at]))
  expect(bodyPaths(wide)).toHaveLength(200)
})
