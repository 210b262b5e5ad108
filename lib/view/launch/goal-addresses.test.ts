import { expect, test } from 'vitest'
import { addressesIn } from './goal-addresses'

test.each([
  ['Find every swallowed error', []],
  ['Read https://example.org/paper. Then judge it', [['https://example.org/paper', 'page']]],
  [
    'Compare (https://example.org/a), "http://example.org/b"!',
    [
      ['https://example.org/a', 'page'],
      ['http://example.org/b', 'page'],
    ],
  ],
  ['Audit git@example.org:team/repo.git', [['git@example.org:team/repo.git', 'repository']]],
  ['https://example.org/team/repo.git', [['https://example.org/team/repo.git', 'repository']]],
  ['Audit https://github.com/team/repo', [['https://github.com/team/repo', 'repository', 'page']]],
  ['Read https://github.com/team/repo/issues/3', [['https://github.com/team/repo/issues/3', 'page']]],
  ['https://example.org https://example.org', [['https://example.org', 'page']]],
  ['Write to ann@example.org: it is urgent. http:// is none', []],
])('the addresses of %j', (goal, found) => {
  expect(addressesIn(goal).map(({ address, uses }) => [address, ...uses])).toEqual(found)
})

test('a list of links becomes no list of rows', () => {
  const goal = Array.from({ length: 30 }, (_, at) => `https://example.org/${at}`).join('\n')
  expect(addressesIn(goal)).toHaveLength(4)
})
