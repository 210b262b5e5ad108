import { expect, it } from 'vitest'
import type { OverviewFrame } from '@/lib/api/first/overview'
import { runNews } from './run-news'

type Frame = Parameters<typeof runNews>[1]
type Run = OverviewFrame['runs'][number]

/** A run of the overview as far as news are read off it. */
const run = (status: Run['status'], failed = 0, simulated = false): Run => {
  const agents = { queued: 0, waiting: 0, running: 1, stalled: 0, succeeded: 2, flagged: 0, failed }
  const totals = { agents: { ...agents, skipped: 0, cancelled: 0 }, spentNanoUsd: 1_500_000_000 }
  // Only what is read: a whole summary has thirty fields more.
  return { id: 'r1', title: 'Audit', status, simulated, totals } as Run
}
const asks = (kind: Frame['needsPerson'][number]['kind'], checkpointId: string | null = null) => ({
  ...{ runId: 'r1', title: 'Audit', simulated: false, kind, detail: 'Paused at $5.', checkpointId },
  question: null,
})
const frame = (runs: Run[], needsPerson: Frame['needsPerson'] = []): Frame => ({ runs, needsPerson })
const watched = new Set(['r1'])

it('tells once that a run has ended, with how many agents and for how much', () => {
  const [before, after] = [frame([run('running')]), frame([run('completed')])]
  expect(runNews(before, after, watched)).toEqual([
    { runId: 'r1', tag: 'r1 ended', title: 'Audit: completed', body: '2 of 3 agents, $1.50' },
  ])
  expect(runNews(after, after, watched)).toEqual([])
  expect(runNews(null, after, watched)).toEqual([])
})

it('tells of a question, of a pause and of the first failure, each by a tag of its own', () => {
  const quiet = frame([run('running')])
  const told = [
    ...runNews(quiet, frame([run('running')], [asks('checkpoint', 'c1')]), watched),
    ...runNews(quiet, frame([run('paused')], [asks('budget')]), watched),
    ...runNews(quiet, frame([run('running', 2)]), watched),
  ]
  expect(told.map(({ title }) => title)).toEqual(['Audit asks', 'Audit waits', 'Audit: an agent failed'])
  expect(new Set(told.map(({ tag }) => tag)).size).toBe(3)
  const open = frame([run('running', 2)], [asks('checkpoint', 'c1')])
  expect(runNews(open, open, watched)).toEqual([])
})

it('tells nothing of runs that nobody asked to be told of', () => {
  const after = frame([run('completed')], [asks('checkpoint', 'c1')])
  expect(runNews(frame([run('running')]), after, new Set(['other']))).toEqual([])
})
