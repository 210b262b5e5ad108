import { expect, test } from 'vitest'
import { givenIn } from './given-source'

test.each([
  ['', 'nothing'],
  [' \n ', 'nothing'],
  ['https://example.org/a', 'addresses'],
  ['https://example.org/a\n\n http://example.org/b ', 'addresses'],
  ['https://example.org/team/repo.git', 'repository'],
  ['git@example.org:team/repo', 'repository'],
  ['ssh://git@example.org/team/repo', 'repository'],
  ['file:///srv/repo', 'repository'],
  ['See https://example.org', 'text'],
  ['https://example.org/a and more', 'text'],
  ['git@example.org:a\ngit@example.org:b', 'text'],
])('what is given as %j is %s', (text, kind) => {
  expect(givenIn(text).kind).toBe(kind)
})
