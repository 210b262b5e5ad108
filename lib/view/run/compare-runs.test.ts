import { expect, test } from 'vitest'
import type { RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { toSnapshot } from '@/lib/core/run/state'
import { committed, created, journalFixture } from '../testing'
import { compareRuns } from './compare-runs'

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
