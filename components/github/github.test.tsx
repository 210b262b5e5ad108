import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { type FakeApi, fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { githubApi } from '@/lib/api/endpoints/github-endpoints'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import type { HandoverShown, RunGithub as Shown } from '@/lib/api/projects/github'
import { localActor } from '@/lib/core/base/actor'
import type { Role } from '@/lib/core/base/role'
import { created, ended, told } from '@/lib/view/testing'
import { GithubPanel } from './github-panel'
import { RunGithub } from './run-github'

const none = { kind: null, apiUrl: null, appId: null, setAt: null, setBy: null }
const byToken = {
  kind: 'token',
  apiUrl: 'https://api.github.com',
  appId: null,
  setAt: '2026-11-30T10:00:00.000Z',
  setBy: 'Ada',
} as const

function apiFor(role: Role): FakeApi {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'team', provider: null, you: { actor: localActor, role } })
  return api
}

const base = told(['fix'], created('a1', 'fix'), ended('a1'), {
  type: 'run.ended',
  ...{ outcome: 'completed', reason: null, error: null, resultInputs: [], actor: null },
})
const run = { ...base.run, workspace: { root: '/srv/app', revision: 'x' } }

const shown = (more: Partial<Shown>): Shown => ({
  repository: 'octo/app',
  repositoryUrl: 'https://github.com/octo/app',
  number: null,
  canOpen: false,
  whyNot: null,
  handovers: [],
  ...more,
})
const handover = (more: Partial<HandoverShown>): HandoverShown => ({
  ...{ kind: 'branch', status: 'done', attempts: 1, nextAt: null, detail: null, url: null },
  updatedAt: '2026-11-30T10:00:00.000Z',
  ...more,
})

it('connects by a token or an app, and keeps neither in the page', async () => {
  const api = apiFor('admin')
  api.answer(githubApi.getGithub, none)
  api.answer(githubApi.setGithub, byToken)
  const { user } = renderPage(<GithubPanel />)
  expect(await screen.findByText('Not connected.')).toBeDefined()
  const connect = screen.getByRole('button', { name: 'Connect' })
  expect(connect.hasAttribute('disabled')).toBe(true)
  expect(screen.getByLabelText('Token').getAttribute('type')).toBe('password')
  await user.type(screen.getByLabelText('Token'), 'ghp_0123456789012345678901')
  api.answer(githubApi.getGithub, byToken)
  await user.click(connect)
  expect(await screen.findByText(/Connected by a token to/)).toBeDefined()
  expect(screen.getByLabelText('Token')).toHaveProperty('value', '')
  await user.selectOptions(screen.getByRole('combobox'), 'app')
  await user.type(screen.getByLabelText('App id'), '4711')
  await user.click(screen.getByLabelText('Private key'))
  await user.paste('a key')
  await user.type(screen.getByLabelText('Address of the API'), 'https://ghe.example/api/v3')
  await user.click(screen.getByRole('button', { name: 'Connect' }))
  expect(api.bodies(githubApi.setGithub)).toEqual([
    { kind: 'token', token: 'ghp_0123456789012345678901' },
    { kind: 'app', appId: '4711', privateKey: 'a key', apiUrl: 'https://ghe.example/api/v3' },
  ])
})

it('checks in a repository, and says what is amiss', async () => {
  const api = apiFor('admin')
  api.answer(githubApi.getGithub, byToken)
  api.answer(githubApi.checkGithub, {
    isGood: false,
    who: 'octo-bot',
    may: [{ what: 'push to octo/app', isAllowed: false, why: 'It has no write access.' }],
    problem: 'GitHub takes no more requests.',
    requestsLeft: 4_990,
  })
  const { user } = renderPage(<GithubPanel />)
  await user.type(await screen.findByLabelText(/In a repository/), ' octo/app ')
  await user.click(screen.getByRole('button', { name: 'Check' }))
  const told = await screen.findByRole('status')
  expect(told.textContent).toContain('octo-bot, with 4,990 requests left')
  expect(told.textContent).toContain('It may not push to octo/app. It has no write access.')
  expect(told.textContent).toContain('GitHub takes no more requests.')
  expect(api.bodies(githubApi.checkGithub)).toEqual([{ repository: 'octo/app' }])
})

it('is for admins, and asks before it forgets', async () => {
  const launcher = apiFor('launcher')
  const page = renderPage(<GithubPanel />)
  await waitFor(() => expect(launcher.asked(accountApi.getAccess)).toHaveLength(1))
  expect(screen.queryByText('GitHub')).toBeNull()
  page.unmount()
  const api = apiFor('admin')
  api.answer(githubApi.getGithub, byToken)
  api.accept(githubApi.deleteGithub)
  const { user } = renderPage(<GithubPanel />)
  await user.click(await screen.findByRole('button', { name: 'Forget the connection' }))
  expect(api.asked(githubApi.deleteGithub)).toHaveLength(0)
  await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Forget' }))
  await waitFor(() => expect(api.asked(githubApi.deleteGithub)).toHaveLength(1))
})

it('opens a pull request after asking where, and shows each part with its link or its reason', async () => {
  const api = apiFor('admin')
  api.answer(githubApi.getRunGithub, shown({ canOpen: true }))
  api.answer(githubApi.openPullRequest, shown({}))
  api.answer(githubApi.retryHandover, shown({}))
  const { user } = renderPage(<RunGithub run={run} />)
  await user.click(await screen.findByRole('button', { name: 'Open a pull request' }))
  const asked = within(await screen.findByRole('alertdialog'))
  expect(asked.getByText('Open a pull request in octo/app?')).toBeDefined()
  api.answer(
    githubApi.getRunGithub,
    shown({
      handovers: [
        handover({ url: 'https://github.com/octo/app/tree/x' }),
        handover({ kind: 'pull-request', status: 'failed', detail: 'It may not do that.' }),
        handover({ kind: 'check', status: 'waiting', nextAt: '2026-11-30T11:30:00.000Z' }),
      ],
    }),
  )
  await user.click(asked.getByRole('button', { name: 'Open it' }))
  const link = await screen.findByRole('link', { name: 'Branch' })
  expect(link.getAttribute('href')).toBe('https://github.com/octo/app/tree/x')
  expect(screen.getByText('It may not do that.')).toBeDefined()
  expect(screen.getByText('waiting, tried again at 11:30 UTC')).toBeDefined()
  expect(screen.queryByRole('button', { name: 'Open a pull request' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Try again: Pull request' }))
  expect(api.bodies(githubApi.retryHandover)).toEqual([{ kind: 'pull-request' }])
})

it('shows a viewer what was handed over, and nothing to press; of other runs nothing', async () => {
  const api = apiFor('viewer')
  api.answer(githubApi.getRunGithub, shown({ canOpen: true, handovers: [handover({ status: 'failed' })] }))
  const page = renderPage(<RunGithub run={run} />)
  expect(await screen.findByText('failed')).toBeDefined()
  expect(screen.queryByRole('button')).toBeNull()
  page.unmount()
  api.answer(githubApi.getRunGithub, shown({ repository: null, whyNot: 'No repository.' }))
  const { container } = renderPage(<RunGithub run={{ ...run, id: 'other' }} />)
  await waitFor(() => expect(api.asked(githubApi.getRunGithub)).toHaveLength(2))
  expect(container.textContent).not.toContain('GitHub')
})
