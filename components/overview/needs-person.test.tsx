import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderPage } from '@/components/testing/render-page'
import type { OverviewFrame } from '@/lib/api/first/overview'
import { NeedsPerson } from './needs-person'

type Item = OverviewFrame['needsPerson'][number]

const paused: Item = {
  runId: 'r1',
  title: 'Audit',
  simulated: true,
  kind: 'budget',
  detail: 'The run reached its $5.00 cap.',
  checkpointId: null,
  question: null,
}
const asked = (isYesNo: boolean): Item => ({
  ...paused,
  kind: 'checkpoint',
  checkpointId: 'c1',
  question: {
    kind: 'question',
    title: 'Publish it?',
    detail: 'It has two open findings.',
    openedAt: '2026-11-22T10:00:00.000Z',
    dueAt: null,
    hasDefault: false,
    default: null,
    isYesNo,
  },
})

it('counts what waits, and leads to each run with what is to be decided, in its own money', () => {
  renderPage(<NeedsPerson items={[paused, asked(true)]} />)
  expect(screen.getByRole('heading', { name: 'Needs you 2' })).toBeDefined()
  const decision = screen.getByRole('link', { name: /Raise the limit or end it/ })
  expect(decision.getAttribute('href')).toBe('/runs/r1')
  expect(decision.textContent).toContain('sim $5.00')
})

it('answers a yes or no right here, and leads to the page for anything else', () => {
  const page = renderPage(<NeedsPerson items={[asked(true)]} />)
  const question = within(screen.getByRole('article', { name: 'Publish it?' }))
  expect(question.getByRole('button', { name: 'Approve: Publish it?' })).toBeDefined()
  page.unmount()
  renderPage(<NeedsPerson items={[asked(false)]} />)
  const link = screen.getByRole('link', { name: 'Answer: Publish it?' })
  expect(link.getAttribute('href')).toBe('/runs/r1?question=c1')
  expect(screen.queryByRole('button', { name: /Approve/ })).toBeNull()
})
