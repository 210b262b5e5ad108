import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aPlan, aWorkflow, someSettings } from '@/components/testing/answers'
import { type FakeApi, fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { quotaApi } from '@/lib/api/endpoints/quota-endpoints'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import type { WorkflowDetail } from '@/lib/api/workflows'
import { LaunchScreen } from './launch-screen'

function serverWith(...workflows: WorkflowDetail[]): FakeApi {
  const api = fakeApi()
  api.answer(workflowApi.listWorkflows, { workflows })
  api.answerEach(workflowApi.getWorkflow, ({ path }) => {
    const found = workflows.find(({ name }) => path.endsWith(`/${name}`))
    if (found === undefined) throw new Error(`No workflow at ${path}`)
    return found
  })
  api.answer(serverApi.listWorkspaces, {
    workspaces: [{ path: '/code', name: 'code', files: 3, isRepository: true }],
  })
  api.answer(serverApi.getSettings, someSettings)
  api.answer(runApi.estimateLaunch, aPlan())
  api.answer(runApi.launchRun, { id: 'r9', status: 'queued', url: '/runs/r9' })
  return api
}

const plan = () => within(screen.getByRole('complementary', { name: 'Plan' }))

it('suggests an audit and a folder, shows what it would cost, and launches up to that', async () => {
  const api = serverWith(aWorkflow('greet'), aWorkflow('code-audit'))
  const { user, visited } = renderPage(<LaunchScreen />)
  await plan().findByText('code-audit')
  const [asked] = api.bodies(runApi.estimateLaunch)
  expect(asked).toMatchObject({ workflow: 'code-audit', workspace: '/code' })
  const agents = screen.getByRole('textbox', { name: 'Ask again above (agents)' })
  expect(agents).toHaveProperty('placeholder', '8')
  await user.click(screen.getByRole('button', { name: 'Launch' }))
  await waitFor(() => expect(visited).toEqual(['/runs/r9']))
  expect(api.bodies(runApi.launchRun)).toMatchObject([
    { workflow: 'code-audit', approved: { agents: 8, usd: 3 } },
  ])
})

it('says what is left of a quota of one’s own, in amber where the likely cost is more than that', async () => {
  const quota = {
    ...{ id: 'q', subject: { kind: 'person' as const, id: 'p1', name: 'Ana' }, period: 'day' as const },
    ...{ now: '2026-11-30', unit: 'usd' as const, limit: 20e9, used: 16.9e9, reserved: 0 },
  }
  const api = serverWith(aWorkflow('code-audit'))
  api.answer(quotaApi.getOwnQuotas, { quotas: [quota], admins: ['Adam'], isSimulator: false })
  const first = renderPage(<LaunchScreen />)
  const enough = await plan().findByText('of your $20 today, $3.10 is left')
  await plan().findByText('code-audit')
  expect(enough.className).not.toContain('text-waiting')
  first.unmount()
  api.answer(quotaApi.getOwnQuotas, {
    quotas: [{ ...quota, used: 19.9e9 }],
    admins: ['Adam'],
    isSimulator: false,
  })
  renderPage(<LaunchScreen />)
  const short = await plan().findByText(/of your \$20 today, \$0\.10 is left/)
  await waitFor(() => expect(short.className).toContain('text-waiting'))
  expect(short.textContent).toContain('That is likely too little for this run.')
})

it('launches once, however often the button is pressed', async () => {
  const api = serverWith(aWorkflow('code-audit'))
  const { user } = renderPage(<LaunchScreen />)
  await plan().findByText('code-audit')
  await user.dblClick(screen.getByRole('button', { name: 'Launch' }))
  expect(api.asked(runApi.launchRun)).toHaveLength(1)
})

it('sends a body again under the same key after it was refused', async () => {
  const api = serverWith(aWorkflow('code-audit'))
  api.refuse(runApi.launchRun, { status: 500, title: 'The server failed', detail: 'Try again.' })
  const { user } = renderPage(<LaunchScreen />)
  await plan().findByText('code-audit')
  await user.click(screen.getByRole('button', { name: 'Launch' }))
  await plan().findByText('Try again.')
  await user.click(screen.getByRole('button', { name: 'Launch' }))
  await waitFor(() => expect(api.asked(runApi.launchRun)).toHaveLength(2))
  const keys = api.asked(runApi.launchRun).map(({ headers }) => headers.get('idempotency-key'))
  expect(new Set(keys).size).toBe(1)
})

it('says beside a field what cannot be sent, and asks for no plan of it', async () => {
  const api = serverWith(aWorkflow('code-audit'))
  const { user } = renderPage(<LaunchScreen />)
  await plan().findByText('code-audit')
  const before = api.asked(runApi.estimateLaunch).length
  const cost = screen.getByRole('textbox', { name: 'Max cost ($)' })
  await user.type(cost, 'much')
  expect(cost.getAttribute('aria-invalid')).toBe('true')
  expect(plan().getByText('Enter dollars above 0, such as 5.')).toBeDefined()
  expect(screen.getByRole('button', { name: 'Launch' })).toHaveProperty('disabled', true)
  expect(api.asked(runApi.estimateLaunch)).toHaveLength(before)
})

it('asks for the folder that a workflow cannot run without', async () => {
  serverWith(aWorkflow('code-audit', { needs: ['workspace'] }))
  const { user } = renderPage(<LaunchScreen />)
  await plan().findByText('code-audit')
  const folder = screen.getByRole('combobox', { name: 'Workspace folder' })
  await user.clear(folder)
  await waitFor(() => expect(folder.getAttribute('aria-invalid')).toBe('true'))
  expect(screen.getByRole('button', { name: 'Launch' })).toHaveProperty('disabled', true)
})

it('shows what the server refuses of a plan, and launches nothing', async () => {
  const api = serverWith(aWorkflow('code-audit'))
  api.refuse(runApi.estimateLaunch, {
    status: 400,
    errors: [{ path: 'model', message: 'is not known' }],
  })
  renderPage(<LaunchScreen />)
  expect(await plan().findByText(/is not known/i)).toBeDefined()
  expect(screen.getByRole('button', { name: 'Launch' })).toHaveProperty('disabled', true)
})

it('takes a goal in words from the address, without an estimate to approve', async () => {
  const api = serverWith(aWorkflow('code-audit'))
  api.answer(runApi.estimateLaunch, aPlan({ name: 'plan-first' }))
  const { user, visited } = renderPage(<LaunchScreen />, { search: 'goal=Tidy+up&mode=plan' })
  await plan().findByText('plan-first')
  expect(screen.queryByRole('button', { name: /Try 3 items/ })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Write the plan · about $2.00' }))
  await waitFor(() => expect(visited).toEqual(['/runs/r9']))
  const [sent] = api.bodies(runApi.launchRun)
  expect(sent).toMatchObject({ goal: 'Tidy up', orchestrator: 'plan' })
  expect(sent).not.toHaveProperty('approved')
})

it('launches nothing while files are still being added', async () => {
  const api = serverWith(aWorkflow('code-audit'))
  api.answer(runApi.estimateLaunch, aPlan({ name: 'plan-first' }))
  const { user } = renderPage(<LaunchScreen />, { search: 'goal=Tidy+up&mode=plan' })
  const button = await screen.findByRole('button', { name: 'Write the plan · about $2.00' })
  await waitFor(() => expect(button).toHaveProperty('disabled', false))
  const goal = screen.getByRole('textbox', { name: 'Goal' })
  fireEvent.drop(goal, { dataTransfer: { types: ['Files'], files: [new File(['text'], 'a.md')] } })
  await waitFor(() => expect(button).toHaveProperty('disabled', true))
  await user.click(goal)
  await user.keyboard('{Control>}{Enter}{/Control}')
  expect(api.asked(runApi.launchRun)).toHaveLength(0)
})

it('says under the button what it is likely to cost, and raises a cap that is too low', async () => {
  const api = serverWith(aWorkflow('code-audit'))
  const costNanoUsd = { low: 9e9, likely: 13.44e9, high: 20e9 }
  api.answer(runApi.estimateLaunch, aPlan({ costNanoUsd }))
  const { user } = renderPage(<LaunchScreen />)
  expect(await plan().findByText(/^about 4 agents · \$13.44 · pauses at \$5/)).toBeDefined()
  await user.click(plan().getByRole('button', { name: 'raise to $15' }))
  expect(screen.getByRole('textbox', { name: 'Max cost ($)' })).toHaveProperty('value', '15')
})

it('scolds no empty field before somebody has been there or tried to launch', async () => {
  const api = serverWith(aWorkflow('code-audit'))
  const { user } = renderPage(<LaunchScreen />, { search: 'mode=plan' })
  const goal = await screen.findByRole('textbox', { name: 'Goal' })
  expect(goal.getAttribute('aria-invalid')).toBe('false')
  expect(screen.queryByText('Describe the goal in a sentence or more.')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Write the plan' }))
  expect(goal.getAttribute('aria-invalid')).toBe('true')
  expect(api.asked(runApi.launchRun)).toHaveLength(0)
})

it('launches with Ctrl Enter from a field', async () => {
  const api = serverWith(aWorkflow('code-audit'))
  const { user } = renderPage(<LaunchScreen />)
  await plan().findByText('code-audit')
  await user.click(screen.getByRole('textbox', { name: 'Max cost ($)' }))
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(api.asked(runApi.launchRun)).toHaveLength(1))
})

it('says in one line what was changed under Advanced', async () => {
  serverWith(aWorkflow('code-audit'))
  const { user } = renderPage(<LaunchScreen />, { search: 'agents=40&allow=write' })
  await plan().findByText('code-audit')
  expect(screen.getByText('2 changes: write, 40 agents')).toBeDefined()
  await user.selectOptions(screen.getByRole('combobox', { name: 'Speed' }), 'fast')
  expect(screen.getByText('3 changes: write, fast, 40 agents')).toBeDefined()
})

it('proposes what the script seems to need, and sends what was allowed', async () => {
  const source = "agent('Run the tests with `npm test`, then apply the fix.')"
  const api = serverWith(aWorkflow('code-audit', { source }))
  const { user } = renderPage(<LaunchScreen />)
  await user.click(await screen.findByRole('button', { name: 'Allow commands' }))
  await user.click(screen.getByRole('button', { name: 'Allow writing' }))
  expect(screen.queryByRole('button', { name: /^Allow/ })).toBeNull()
  expect(screen.getByText('run commands')).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Launch' }))
  await waitFor(() => expect(api.bodies(runApi.launchRun)).toHaveLength(1))
  expect(api.bodies(runApi.launchRun)[0]).toMatchObject({
    permissions: { write: true, shell: true, hosts: [], web: false, mcp: [] },
  })
})

it('offers no commands on a machine without a sandbox, and says why', async () => {
  const source = "agent('Run the tests with `npm test`.')"
  const api = serverWith(aWorkflow('code-audit', { source }))
  const reason = 'bubblewrap is not installed: apt-get install bubblewrap.'
  api.answer(serverApi.getSettings, { ...someSettings, sandbox: { available: false, reason, note: null } })
  renderPage(<LaunchScreen />)
  expect(await screen.findByText(new RegExp(`asked to run commands.*${reason}`))).toBeDefined()
  expect(screen.queryByRole('button', { name: 'Allow commands' })).toBeNull()
  expect(screen.getByRole('checkbox', { name: 'Run commands' })).toHaveProperty('disabled', true)
})

it('says beside the permission what the sandbox of this machine does not hold', async () => {
  const api = serverWith(aWorkflow('code-audit', { source: "agent('Run the tests.')" }))
  const note = 'Commands run in another sandbox, which is not tested here.'
  api.answer(serverApi.getSettings, { ...someSettings, sandbox: { available: true, reason: null, note } })
  renderPage(<LaunchScreen />)
  expect(await screen.findByText(note)).toBeDefined()
  expect(screen.getByRole('checkbox', { name: 'Run commands' })).toHaveProperty('disabled', false)
})
