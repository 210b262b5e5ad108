import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentCount, endedCount } from '../agent/agent-status'
import { envelopesOf, someEvents, timeAt } from '../testing/journals'
import type { RunEvent } from './events'
import { fold, foldAll } from './fold'
import { workedMs } from './phase-clock'
import type { RunState } from './state'

test('the clock of a phase shows the seconds in which the run was running and one of its agents was open', () => {
  fc.assert(
    fc.property(someEvents, (events) => {
      const envelopes = envelopesOf(events)
      const seconds = new Map<string, number>()
      let state: RunState | null = null
      for (const envelope of envelopes) {
        // Between two events lies a second; it was as the state before the second of them says.
        for (const { title, counts } of state?.run.status === 'running' ? state.phases : [])
          if (agentCount(counts) > endedCount(counts)) seconds.set(title, (seconds.get(title) ?? 0) + 1)
        state = fold(state, envelope)
      }
      const nowMs = Date.parse(timeAt(envelopes.length - 1))
      for (const phase of state?.phases ?? [])
        expect(workedMs(phase, nowMs)).toBe((seconds.get(phase.title) ?? 0) * 1000)
    }),
    { numRuns: 100 },
  )
})

const [created] = envelopesOf(fc.sample(someEvents, { numRuns: 1, seed: 1 })[0] ?? [])
if (created === undefined) throw new Error('no event')
const clockAfter = (journal: readonly [seconds: number, event: RunEvent][]) => {
  const envelopes = journal.map(([at, event], index) => ({
    runId: 'run',
    seq: index + 2,
    at: timeAt(at),
    event,
  }))
  return foldAll(null, [created, ...envelopes]).phases.find(({ title }) => title === 'Read')
}
const made = (agentId: string): RunEvent => ({
  type: 'agent.created',
  agentId,
  position: 0,
  parentId: null,
  scope: '',
  callSite: null,
  barrier: null,
  label: agentId,
  phase: 'Read',
  key: agentId,
  requestedModel: null,
  model: 'm',
  delivery: 'live',
  dependsOn: [],
  preview: '',
})
const ended = (agentId: string): RunEvent => ({
  type: 'agent.ended',
  agentId,
  outcome: 'succeeded',
  failure: null,
  preview: '',
  reusedFrom: null,
  actor: null,
})
const paused: RunEvent = {
  type: 'run.paused',
  reason: 'person',
  detail: 'd',
  phase: null,
  resumesAt: null,
  actor: null,
}
const resumed: RunEvent = { type: 'run.resumed', pausedMs: 0, actor: null }

test('it stands between two waves, while the run is paused, and after its end', () => {
  const journal: [number, RunEvent][] = [
    [1, { type: 'run.started' }],
    [2, made('a1')],
    [3, made('a2')],
    [5, ended('a1')],
    [7, paused],
    [17, resumed],
    [20, ended('a2')],
    [30, made('a3')],
    [
      34,
      { type: 'run.ended', outcome: 'cancelled', reason: null, error: null, resultInputs: [], actor: null },
    ],
  ]
  expect(clockAfter(journal)).toMatchObject({ workedMs: 12_000, workingSince: null })
  expect(clockAfter(journal.slice(0, 4))).toMatchObject({ workedMs: 0, workingSince: timeAt(2) })
})

test('a clock of the machine that is set back takes nothing away', () => {
  const phase = clockAfter([
    [1, { type: 'run.started' }],
    [10, made('a1')],
    [4, ended('a1')],
  ])
  expect(phase).toMatchObject({ workedMs: 0, workingSince: null })
  expect(workedMs({ workedMs: 5, workingSince: timeAt(10) }, Date.parse(timeAt(3)))).toBe(5)
})
