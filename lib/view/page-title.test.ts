import { describe, expect, it } from 'vitest'
import { pageTitle } from './page-title'
import { created, ended, told } from './testing'

describe('page title', () => {
  it('begins with the agents that have ended, of all there are so far', () => {
    expect(pageTitle(told(['A'], created('a', 'A'), created('b', 'A'), ended('a')))).toBe('1/2 · Audit · Skein')
  })

  it('begins with the state when that says more', () => {
    expect(pageTitle(told(['A']))).toBe('Running · Audit · Skein')
    const paused = told(['A'], { type: 'run.paused', reason: 'person', detail: 'paused by ada', actor: 'ada' })
    expect(pageTitle(paused)).toBe('Paused · Audit · Skein')
  })
})
