import { describe, expect, it } from 'vitest'
import type { RunEvent } from '@/lib/core/run/events'
import type { DryRunFaults } from '@/lib/core/spec/run'
import type { RunOutcome } from '@/lib/core/spec/run-status'
import { created, ended, told } from '../testing'
import { dryRunEnding, faultsSentence } from './dry-run'

const none: DryRunFaults = { refusals: 0, rateLimits: 0, errors: 0, cuts: 0 }

const estimated = {
  costNanoUsd: { low: 6e9, likely: 8e9, high: 11e9 },
  seconds: { low: 600, likely: 840, high: 3600 },
}

function dryRun(outcome: RunOutcome, faults: DryRunFaults, isFailing = false) {
  const end: RunEvent = {
    type: 'run.ended',
    outcome,
    reason: null,
    error: null,
    resultInputs: [],
    actor: null,
  }
  const state = told(
    ['A'],
    created('a', 'A'),
    created('b', 'A'),
    ended('a'),
    ended('b', isFailing ? 'failed' : 'succeeded'),
    end,
  )
  return { ...state, run: { ...state.run, dryRun: { faults } } }
}

describe('the end of a dry run', () => {
  it('says what it would have been, and that it comes to its end', () => {
    expect(dryRunEnding(dryRun('completed', none), null)).toBe(
      'This would have been 2 agents; it comes to its end.',
    )
    expect(dryRunEnding(dryRun('completed', none), estimated)).toBe(
      'This would have been 2 agents, $6.00–$11.00, about 14m 00s (10m 00s to 1h 00m); it comes to its end.',
    )
  })

  it('says which faults it survives, and how many agents did not', () => {
    const state = dryRun('completed-with-failures', { ...none, refusals: 0.1, cuts: 0.025 }, true)
    const retried = { ...state, totals: { ...state.totals, retries: 1 } }
    expect(dryRunEnding(retried, { ...estimated, seconds: null })).toBe(
      'This would have been 2 agents, $6.00–$11.00; 1 retry was needed; it survives 10% refusals and 2.5% cut answers, 1 agent without an answer.',
    )
  })

  it('says that it does not survive them, and never names a price it does not know', () => {
    const state = dryRun('failed', { ...none, errors: 0.5 })
    expect(dryRunEnding(state, { costNanoUsd: null, seconds: null })).toBe(
      'This would have been 2 agents, at a price that is not known; it does not survive 50% server errors.',
    )
  })

  it('says nothing of a run that goes on or is no dry run', () => {
    const state = told(['A'])
    expect(dryRunEnding(state, estimated)).toBeNull()
    expect(dryRunEnding({ ...state, run: { ...state.run, dryRun: { faults: none } } }, estimated)).toBeNull()
    expect(faultsSentence(none)).toBeNull()
  })
})
