import { expect, it } from 'vitest'
import { runStatuses } from '@/lib/core/spec/run-status'
import { created, ended, question, told } from '../testing'
import { runIcon, runIconUrl } from './run-icon'

const agents = Array.from({ length: 8 }, (_, at) => created(`a${at}`, 'A'))

it('shows the ended agents of all that are known, in steps that can be seen', () => {
  expect(runIcon(told(['A']))).toEqual({ tone: 'working', share: 0 })
  expect(runIcon(told(['A'], ...agents, ended('a0'), ended('a1', 'failed')))).toEqual({
    tone: 'working',
    share: 0.25,
  })
  const many = Array.from({ length: 1_000 }, (_, at) => created(`a${at}`, 'A'))
  const [one, two] = [told(['A'], ...many, ended('a0')), told(['A'], ...many, ended('a0'), ended('a1'))]
  expect(runIconUrl(runIcon(one))).toBe(runIconUrl(runIcon(two)))
})

it('is amber while a question is open, and blue again once it is answered', () => {
  const state = told(['A'], ...agents, question)
  expect(runIcon(state).tone).toBe('needs-you')
  expect(runIcon({ ...state, checkpoints: [] }).tone).toBe('working')
})

it('has a colour or a mark of its own for what a run has come to', () => {
  const state = told(['A'], ...agents)
  const tones = runStatuses.map((status) => runIcon({ ...state, run: { ...state.run, status } }).tone)
  expect(Object.fromEntries(runStatuses.map((status, at) => [status, tones[at]]))).toEqual({
    draft: 'needs-you',
    queued: 'working',
    running: 'working',
    paused: 'needs-you',
    completed: 'succeeded',
    'completed-with-failures': 'mixed',
    failed: 'failed',
    cancelled: 'stopped',
    'stopped-at-limit': 'stopped',
  })
  expect(new Set(tones.map((tone) => runIconUrl({ tone, share: 1 }))).size).toBe(6)
})

it('is a picture without anything of the run but numbers', () => {
  const url = runIconUrl({ tone: 'working', share: 0.5 })
  expect(url).toMatch(/^data:image\/svg\+xml,%3Csvg[\w%.()-]*%3E$/)
  expect(decodeURIComponent(url)).toContain('stroke-dasharray="50 100"')
})
