import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderRun } from '@/components/testing/render-run'
import { created, ended, question, told } from '@/lib/view/testing'
import { RunBody } from './run-body'

const state = told(
  ['read', 'judge'],
  created('a1', 'read'),
  created('a2', 'read'),
  created('a3', 'judge'),
  ended('a1'),
  ended('a2', 'failed'),
  ended('a3', 'failed'),
  question,
)
const opened = (search = 'view=log') => renderRun(<RunBody landing="map" />, state, { search })

it('goes from agent to agent with j and k, and closes the agent with Escape before it clears the filters', async () => {
  const { user, search } = await opened('view=log&state=failed')
  await user.keyboard('j')
  await waitFor(() => expect(search().get('agent')).toBe('a2'))
  await user.keyboard('j')
  await waitFor(() => expect(search().get('agent')).toBe('a3'))
  await user.keyboard('k')
  await waitFor(() => expect(search().get('agent')).toBe('a2'))
  await user.keyboard('{Escape}')
  await waitFor(() => expect(search().has('agent')).toBe(false))
  expect(search().get('state')).toBe('failed')
  await user.keyboard('{Escape}')
  await waitFor(() => expect(search().has('state')).toBe(false))
})

it('goes from failure to failure with f, and from phase to phase with brackets', async () => {
  const { user, search } = await opened()
  await user.keyboard('f')
  await waitFor(() => expect(search().get('agent')).toBe('a2'))
  await user.keyboard('f')
  await waitFor(() => expect(search().get('agent')).toBe('a3'))
  await user.keyboard(']')
  await waitFor(() => expect(search().get('phase')).toBe('read'))
  await user.keyboard(']')
  await waitFor(() => expect(search().get('phase')).toBe('judge'))
})

it('opens views by number, and leaves keys alone while somebody types', async () => {
  const { user, search } = await opened()
  await user.keyboard('8')
  await waitFor(() => expect(search().get('view')).toBe('questions'))
  await user.keyboard('/')
  expect(document.activeElement).toBe(screen.getByRole('searchbox'))
  await user.keyboard('4')
  await waitFor(() => expect(search().get('q')).toBe('4'))
  expect(search().get('view')).toBe('questions')
})
