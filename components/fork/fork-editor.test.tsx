import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import type { ForkPreview } from '@/lib/api/fork'
import { created, ended, told } from '@/lib/view/testing'
import { ForkEditor } from './fork-editor'

const state = told(['one'], created('a1', 'one'), ended('a1'))
const preview: ForkPreview = {
  reused: { calls: 3, costNanoUsd: 2e9 },
  toRun: { calls: 1, costNanoUsd: { low: 1e8, likely: 2e8, high: 4e8 }, phases: [] },
  basis: 'The fork was run on a simulator.',
  isWhole: true,
  error: null,
}

function forked(previewed: ForkPreview = preview) {
  const api = fakeApi()
  api.answer(runApi.previewFork, previewed)
  api.answer(runApi.forkRun, { id: 'r9', status: 'queued', url: '/runs/r9' })
  const input = { script: 'agent("one")', args: null }
  return renderRun(<ForkEditor run={state.run} input={input} agentId={null} />, state).then((page) => ({
    api,
    ...page,
  }))
}

it('previews what is different and launches that, up to what the preview says', async () => {
  const { api, user, visited } = await forked()
  const args = screen.getByRole('textbox', { name: 'Arguments, as JSON' })
  await user.type(args, '{{"depth": 2}')
  await user.click(screen.getByRole('button', { name: 'Preview' }))
  expect(await screen.findByText(/reuses 3 of 4 calls worth/i)).toBeDefined()
  expect(api.bodies(runApi.previewFork)).toEqual([{ args: { depth: 2 } }])
  await user.click(screen.getByRole('button', { name: 'Launch fork' }))
  await waitFor(() => expect(visited).toEqual(['/runs/r9']))
  expect(api.bodies(runApi.forkRun)).toEqual([{ args: { depth: 2 }, approved: { agents: 1, usd: 0.4 } }])
})

it('says that a preview is out of date once something changes', async () => {
  const { user } = await forked()
  await user.click(screen.getByRole('button', { name: 'Preview' }))
  await screen.findByText(/reuses 3 of 4 calls worth/i)
  await user.type(screen.getByRole('textbox', { name: 'Arguments, as JSON' }), '1')
  expect(screen.getByText(/Something changed since the preview/)).toBeDefined()
})

it('marks what cannot be sent, and neither previews nor launches it', async () => {
  const { api, user } = await forked()
  const args = screen.getByRole('textbox', { name: 'Arguments, as JSON' })
  await user.type(args, '{{"depth": ')
  expect(args.getAttribute('aria-invalid')).toBe('true')
  expect(screen.getByRole('button', { name: 'Preview' })).toHaveProperty('disabled', true)
  await user.click(screen.getByRole('button', { name: 'Launch fork' }))
  expect(api.asked(runApi.forkRun)).toEqual([])
})

it('says where the script would throw', async () => {
  const { user } = await forked({ ...preview, error: { message: 'x is not defined', line: 2, column: 5 } })
  await user.click(screen.getByRole('button', { name: 'Preview' }))
  expect(await screen.findByText('Line 2, column 5: x is not defined')).toBeDefined()
})

it('is not launched while an approval limit cannot be read', async () => {
  const { api, user } = await forked()
  await user.click(screen.getByRole('button', { name: 'Preview' }))
  await user.type(await screen.findByRole('textbox', { name: 'Ask again above (agents)' }), 'few')
  await user.click(screen.getByRole('button', { name: 'Launch fork' }))
  expect(screen.getByText('Enter a whole number of agents, 1 or more.')).toBeDefined()
  expect(api.asked(runApi.forkRun)).toEqual([])
})
