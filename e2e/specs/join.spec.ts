import { Api } from '../api'
import { expect, test } from '../fixtures'
import { LaunchPage } from '../pages/launch-page'
import { RunPage } from '../pages/run-page'
import { brief, fanOut } from '../scripts'

const token = 'a token that a whole team shares'

// Being refused is what this is about.
test.use({ expectedErrors: /status of 401/ })

test('a team server asks for its token, and afterwards acts carry the name', async ({
  page,
  request,
  newServer,
}) => {
  const server = await newServer({ env: { SKEIN_TEAM_TOKEN: token } })
  const refused = await request.get(`${server.origin}/api/runs`)
  expect(refused.status()).toBe(401)
  expect(refused.headers()['content-type']).toContain('application/problem+json')
  expect(await refused.json()).toMatchObject({ type: 'urn:skein:problem:unauthorized', status: 401 })
  expect((await request.get(`${server.origin}/api/health`)).ok()).toBe(true)

  await page.goto(`${server.origin}/runs?status=failed`)
  await expect(page).toHaveURL(/\/join\?back=/)
  const join = page.getByRole('button', { name: 'Join' })
  await page.getByLabel('Team token').fill('not the token at all')
  await page.getByLabel('Your name').fill('Ada')
  await join.click()
  await expect(page.getByRole('alert').filter({ hasText: 'That is not the team token.' })).toBeVisible()
  await page.getByLabel('Team token').fill(token)
  await join.click()
  await expect(page).toHaveURL(`${server.origin}/runs?status=failed`)
  await expect(page.getByText('No run matches')).toBeVisible()

  const launcher = new LaunchPage(page)
  await launcher.open(server.origin)
  await launcher.pasteScript(fanOut('named', 1, brief))
  await expect(launcher.launchButton).toBeEnabled()
  await launcher.launchButton.click()
  const run = new RunPage(page)
  await expect(run.status('Completed')).toBeVisible()
  await expect(run.head).toContainText('launched by Ada')

  const program = new Api(request, server.origin, { authorization: `Bearer ${token}` })
  expect((await program.run(run.id)).run.launchedBy.name).toBe('Ada')
  expect((await program.journal(run.id))[0]?.event).toMatchObject({
    type: 'run.created',
    actor: { name: 'Ada' },
  })
})

test('a page of a run leads to the token too, and back to the very run', async ({
  page,
  request,
  newServer,
}) => {
  const server = await newServer({ env: { SKEIN_TEAM_TOKEN: token } })
  const program = new Api(request, server.origin, {
    authorization: `Bearer ${token}`,
    'x-skein-name': 'nightly',
  })
  const id = await program.launch({ script: fanOut('linked', 1, brief) })
  await page.goto(`${server.origin}/runs/${id}?view=table`)
  await page.getByLabel('Team token').fill(token)
  await page.getByLabel('Your name').fill('Grace')
  await page.getByRole('button', { name: 'Join' }).click()
  await expect(page).toHaveURL(`${server.origin}/runs/${id}?view=table`)
  await expect(new RunPage(page).head).toContainText('launched by nightly')
})
