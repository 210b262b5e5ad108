import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeClaudeRun } from '@/lib/imports/testing/claude-folder'
import { violationsOf } from '../accessibility'
import { expect, test } from '../fixtures'
import { brief, fanOut } from '../scripts'

test('a team’s first owner makes an account, a project, and a run in it that Default does not show', async ({
  page,
  newServer,
}) => {
  // Passkeys are made for names, not for addresses in numbers.
  const claude = mkdtempSync(join(tmpdir(), 'skein-claude-'))
  const asked = Array.from({ length: 4 }, (_, at) => ({ prompt: `Audit module ${at}`, answer: `${at}` }))
  writeClaudeRun(claude, { run: 'wf_payments', agents: asked })
  const env = { SKEIN_AUTH: 'team', SKEIN_URL: 'http://localhost:{port}', SKEIN_CLAUDE_DIR: claude }
  const server = await newServer({ env })
  const origin = server.origin.replace('127.0.0.1', 'localhost')
  const [, link = ''] = await server.said(/makes theirs here, once: (\S+)/)
  await page.goto(link)
  const refused: string[] = []
  page.on('response', (response) => response.status() === 401 && refused.push(response.url()))
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('E-mail').fill('ada@example.org')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await expect(page.getByRole('link', { name: 'Your account: Ada' })).toBeVisible()
  expect(refused, 'what a page asked for that may be opened without signing in').toEqual([])

  await page.goto(`${origin}/settings/projects`)
  await page.getByRole('form', { name: 'Create a project' }).getByLabel('Name').fill('Payments')
  await page.getByRole('button', { name: 'Create project' }).click()
  await page.getByRole('button', { name: 'Enter Payments' }).click()
  await expect(page.getByRole('combobox', { name: 'Project' })).toHaveValue(/^project-/)
  const launch = { script: fanOut('ledger', 2, brief), title: 'Review of the ledger' }
  const launched = await page.request.post(`${origin}/api/runs`, {
    data: launch,
    headers: { origin: origin },
  })
  expect(launched.status()).toBe(201)
  await page.goto(`${origin}/runs`)
  await expect(page.getByRole('link', { name: 'Review of the ledger', exact: true })).toBeVisible()
  await page.getByRole('combobox', { name: 'Project' }).selectOption({ label: 'Default' })
  await expect(page.getByText('Review of the ledger')).toBeHidden()

  const device = await page.context().newCDPSession(page)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  })
  await page.goto(`${origin}/settings/account`)
  await page.getByLabel('Name of the device').fill('My laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(page.getByRole('list', { name: 'Your passkeys' })).toContainText('My laptop')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page.getByRole('link', { name: 'Your account: Ada' })).toBeVisible()

  let answerHealth = () => {}
  const held = new Promise<void>((resolve) => {
    answerHealth = resolve
  })
  await page.route('**/api/health', async (route) => {
    await held
    await route.continue()
  })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${origin}/`)
  await expect(page.getByRole('link', { name: 'Your account: Ada' })).toBeVisible()
  const early = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(early, 'a page is wider than a phone before it is known who answers').toBeLessThanOrEqual(0)
  answerHealth()
  await page.unrouteAll({ behavior: 'wait' })

  for (const path of [
    '/',
    '/runs',
    '/runs/import',
    '/triggers',
    '/settings',
    '/settings/projects',
    '/settings/members',
    '/settings/account',
  ]) {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(origin + path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Your account: Ada' })).toBeVisible()
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect.soft(excess, `${path} is wider than a phone`).toBeLessThanOrEqual(0)
    expect.soft(await violationsOf(page), path).toEqual([])
  }

  await page.goto(`${origin}/runs/import`)
  const importIt = page.getByRole('button', { name: 'Import audit' })
  await expect(importIt).toBeInViewport({ ratio: 1 })
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(excess, 'the list of imports is wider than a phone').toBeLessThanOrEqual(0)
  await importIt.click()
  await expect(page.getByRole('link', { name: 'Imported' })).toBeVisible()
  rmSync(claude, { recursive: true, force: true })
})
