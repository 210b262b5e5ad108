import { expect, test } from 'vitest'
import type { RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { toSnapshot } from '@/lib/core/run/state'
import { committed, created, ended, journalFixture } from '../testing'
import { compareRuns, verdicts } from './compare-runs'

const snapshot = (phases: string[], ...events: RunEvent[]) =>
  toSnapshot(foldAll(null, journalFixture(phases, ...events)))

test('two runs are told line by line, and what differs says by how much', () => {
  const a = snapshot(['Read', 'Old'], created('a', 'Read'), committed('a', 0))
  const b = snapshot(
    ['Read', 'New'],
    created('a', 'Read'),
    committed('a', 0),
    created('b', 'Read'),
    committed('b', 0),
  )
  const rows = compareRuns(a, b, 0).flatMap(({ title, rows: of }) =>
    of.map((row) => ({ group: title, ...row })),
  )
  const row = (label: string) => rows.find((one) => one.label === label)
  expect(row('Source')).toMatchObject({ a: 'code-audit', b: 'code-audit', isSame: true, difference: null })
  expect(row('All')).toMatchObject({ a: '1', b: '2', difference: '+1 (2.0×)', isSame: false })
  expect(row('Turns')).toMatchObject({ a: '1', b: '2' })
  expect(row('Old')).toMatchObject({ a: '0/0 agents', b: 'no such phase', isSame: false })
  expect(row('New: cost')).toMatchObject({ a: '–', difference: null })
})

test('a run compared with itself differs nowhere', () => {
  const a = snapshot(['Read'], created('a', 'Read'), committed('a', 0))
  expect(
    compareRuns(a, a, 0)
      .flatMap(({ rows }) => rows)
      .every(({ isSame }) => isSame),
  ).toBe(true)
})

test('less cost, time and failure is better, more success too; the largest changes come first', () => {
  const a = snapshot(
    ['Read'],
    created('a', 'Read'),
    committed('a', 0),
    committed('a', 1),
    ended('a', 'failed'),
  )
  const b = snapshot(['Read'], created('a', 'Read'), committed('a', 0), ended('a'))
  const groups = compareRuns(a, b, 0)
  const row = (label: string) => groups.flatMap(({ rows }) => rows).find((one) => one.label === label)
  expect(row('Cost')).toMatchObject({ verdict: 'better', change: -0.5 })
  expect(row('Failed')).toMatchObject({ verdict: 'better', change: -1 })
  expect(row('Succeeded')).toMatchObject({ verdict: 'better', change: 1 })
  expect(row('Turns')).toMatchObject({ verdict: 'other' })
  const back = compareRuns(b, a, 0)
  expect(verdicts(groups).worse).toEqual([])
  expect(verdicts(back).worse).toEqual(expect.arrayContaining(['Succeeded −1 (100%)']))
  for (const { title, rows } of groups.filter((group) => ['Agents', 'Spending'].includes(group.title))) {
    const sizes = rows.map(({ change, isSame }) => (isSame ? -1 : Math.abs(change ?? 0)))
    expect([title, sizes]).toEqual([title, [...sizes].sort((one, two) => two - one)])
  }
})
