// @vitest-environment happy-dom
import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderRun } from '@/components/testing/render-run'
import type { RunEvent } from '@/lib/core/run/events'
import { created, ended, question, told } from '@/lib/view/testing'
import { RunHead } from './run-head'

const started: RunEvent = { type: 'agent.started', agentId: 'a1', attempt: 1 }
const atWork = told(
  ['read'],
  created('a1', 'read'),
  started,
  created('a2', 'read'),
  ended('a2', 'failed'),
  question,
)

it('counts agents by state, and a press on a state filters by it until the next', async () => {
  const { user, search } = await renderRun(<RunHead />, atWork)
  const filter = within(screen.getByRole('group', { name: 'Filter agents by state' }))
  const failed = filter.getByRole('button', { name: /Failed\s*1/ })
  await user.click(failed)
  await waitFor(() => expect(search().get('state')).toBe('failed'))
  expect(failed.getAttribute('aria-pressed')).toBe('true')
  await user.click(failed)
  await waitFor(() => expect(search().has('state')).toBe(false))
})

it('leads to the questions that wait', async () => {
  await renderRun(<RunHead />, atWork)
  expect(screen.getByRole('link', { name: /Needs you\s*1/ }).getAttribute('href')).toBe('#questions')
})

it('follows the run as events arrive', async () => {
  const { tell } = await renderRun(<RunHead />, atWork)
  expect(screen.getByRole('button', { name: /Running\s*1/ })).toBeDefined()
  tell(ended('a1'))
  expect(await screen.findByRole('button', { name: /Succeeded\s*1/ })).toBeDefined()
  expect(screen.getByRole('button', { name: /Running\s*0/ })).toBeDefined()
})
