import { expect, it } from 'vitest'
import { systemActor } from '@/lib/core/base/actor'
import type { RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { created, ended, journalFixture } from '../testing'
import { runNotices } from './run-notices'

/** What the last event, or the last few in one commit, would be told as. */
const toldOf = (events: RunEvent[], committed = 1) => {
  const journal = journalFixture(['read'], ...events)
  return runNotices(journal.slice(-committed), foldAll(null, journal)).map(({ kind, text }) => [kind, text])
}
const work = [created('a1', 'read'), created('a2', 'read')]

it('tells of an end with what it came to, and of a pause with why', () => {
  const end: RunEvent = {
    type: 'run.ended',
    outcome: 'completed',
    reason: null,
    error: null,
    resultInputs: [],
    actor: systemActor,
  }
  expect(toldOf([...work, ended('a1'), ended('a2'), end])).toEqual([
    ['ended', 'Audit: completed. 2 of 2 agents, $0 simulated.'],
  ])
  const pause: RunEvent = {
    type: 'run.paused',
    reason: 'usd-cap',
    detail: 'the cap of $1 is used up',
    phase: null,
    resumesAt: null,
    actor: systemActor,
  }
  expect(toldOf([...work, pause])).toEqual([['paused', 'Audit is paused: the cap of $1 is used up']])
})

it('tells of the first failed agent alone, and of no answer', () => {
  expect(toldOf([...work, ended('a1', 'failed')])).toEqual([
    ['first-failure', 'Audit: a first agent failed. The run goes on.'],
  ])
  expect(toldOf([...work, ended('a1', 'failed'), ended('a2', 'failed')])).toEqual([])
  expect(toldOf([...work, ended('a1', 'failed'), ended('a2', 'failed')], 2)).toHaveLength(1)
  expect(toldOf([...work, ended('a1')])).toEqual([])
})
