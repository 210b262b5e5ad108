import { describe, expect, it } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { needsYou } from '../agent/status-counts'
import { created, ended, question, told } from '../testing'
import { pageTitle } from './page-title'

describe('page title', () => {
  it('begins with the agents that have ended, of all there are so far', () => {
    expect(pageTitle(told(['A'], created('a', 'A'), created('b', 'A'), ended('a')))).toBe(
      '1/2 · Audit · Skein',
    )
  })

  it('begins with open questions, and says that a run is a dry run', () => {
    const state = told(['A'], question)
    expect(pageTitle(state)).toBe('1 question · Audit · Skein')
    const dryRun = { faults: { refusals: 0, rateLimits: 0, errors: 0, cuts: 0 } }
    expect(pageTitle({ ...state, checkpoints: [], run: { ...state.run, dryRun } })).toBe(
      'Running · Dry run · Audit · Skein',
    )
    expect(needsYou(state)).toBe(1)
  })

  it('begins with the state when that says more', () => {
    expect(pageTitle(told(['A']))).toBe('Running · Audit · Skein')
    const paused = told(['A'], {
      type: 'run.paused',
      reason: 'person',
      detail: 'paused by ada',
      phase: null,
      resumesAt: null,
      actor: person('ada'),
    })
    expect(pageTitle(paused)).toBe('Paused · Audit · Skein')
  })
})
