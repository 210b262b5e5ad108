import { createServer } from 'node:http'
import type { Page } from '@playwright/test'
import { webhookSchema } from '@/lib/api/alerts'
import { pricesSchema } from '@/lib/api/prices'
import { violationsOf } from '../accessibility'
import { Api } from '../api'
import { expect, test } from '../fixtures'
import { takePicture } from '../pictures'
import { spender } from '../scripts'

/** A receiver on this machine; it answers 500 until it is told otherwise. */
async function startReceiver() {
  const bodies: string[] = []
  const state = { status: 500 }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      bodies.push(body)
      response.writeHead(state.status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}/hooks/T0/secret-path`, bodies, state, close: () => server.close() }
}

/** Every width and theme in pictures, and the page checked in both themes at the narrowest and the widest. */
async function portray(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 900 })
      await page.evaluate(() => window.scrollTo(0, 0))
      await takePicture(page, `money-${name}-${width}-${theme}`, { fullPage: true })
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(excess, `${name} at ${width} is no wider than the window`).toBeLessThanOrEqual(0)
      if (width === 1024) continue
      expect(await violationsOf(page)).toEqual([])
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 })
}

// Refusals are part of what is tested; the browser tells of them.
test.use({ trace: 'off', expectedErrors: /status of 400/ })

test('a budget is set, warns on the overview and by a signed notice, and is dismissed', async ({
  page,
  request,
  newServer,
}) => {
  test.setTimeout(180_000)
  const receiver = await startReceiver()
  const server = await newServer({ isReal: true, env: { SKEIN_WEBHOOK_ALLOW_LOOPBACK: '1' } })
  const api = new Api(request, server.origin)
  const first = await api.launch({ script: spender(2), title: 'Two answers', tags: ['nightly'] })
  await api.act(first, 'approve')
  const { totals } = await api.ended(first)
  const spentUsd = (totals.costNanoUsd ?? 0) / 1e9

  await page.goto(`${server.origin}/costs/budgets`)
  await expect(page.getByText('No alerts.')).toBeVisible()
  const hook = page.getByRole('region', { name: 'Webhook' })
  await hook.getByRole('textbox', { name: 'Address' }).fill('https://192.168.1.1/hook')
  await hook.getByRole('button', { name: 'Generate' }).click()
  await hook.getByRole('button', { name: 'Save' }).click()
  await expect(hook.getByText(/private address/)).toBeVisible()
  await hook.getByRole('textbox', { name: 'Address' }).fill(receiver.url)
  await hook.getByRole('button', { name: 'Save' }).click()
  await expect(hook.getByText('Sends to')).toContainText('/…')
  await expect(page.getByText('secret-path')).toHaveCount(0)
  await hook.getByRole('button', { name: 'Send a test' }).click()
  await expect(page.getByText('The test failed: answered 500.')).toBeVisible()
  receiver.state.status = 204

  const month = page.getByRole('region', { name: 'Monthly spend cap' })
  await month.getByRole('textbox').fill('-3')
  await expect(month.getByText('Dollars above 0, or empty for no cap.')).toBeVisible()
  await expect(month.getByRole('button', { name: 'Set' })).toBeDisabled()
  await month.getByRole('textbox').fill(String(spentUsd * 1.2))
  await month.getByRole('button', { name: 'Set' }).click()
  const alerts = page.getByRole('region', { name: /^Alerts/ })
  await expect(alerts.getByText(/monthly budget for all runs is at least 80% used/)).toBeVisible()
  await expect(async () => expect(receiver.bodies.join()).toContain('is at least 80% used')).toPass()

  const list = page.getByRole('region', { name: 'Alert budgets' })
  await list.getByRole('combobox', { name: 'Scope' }).selectOption('tag')
  await list.getByRole('textbox', { name: 'Name' }).fill('nightly')
  await list.getByRole('textbox', { name: 'Amount ($)' }).fill(String(spentUsd * 4))
  await list.getByRole('button', { name: 'Add' }).click()
  await expect(list.getByRole('img', { name: /for tag nightly/ })).toBeVisible()
  await portray(page, 'budgets')

  await page.goto(server.origin)
  const overview = page.getByRole('region', { name: /^Alerts/ })
  await expect(overview.getByText(/is at least 80% used/)).toBeVisible()
  await overview.getByRole('button', { name: /^Dismiss/ }).click()
  await expect(page.getByText(/is at least 80% used/)).toHaveCount(0)
  const told = webhookSchema.parse(await (await request.get(`${server.origin}/api/webhook`)).json())
  expect(told.deliveries.some(({ kind, status }) => kind === 'alert' && status === 'delivered')).toBe(true)
  receiver.close()
})

test('a price is changed, history is repriced after a preview, and taken back', async ({
  page,
  request,
  newServer,
}) => {
  test.setTimeout(180_000)
  const server = await newServer()
  const api = new Api(request, server.origin)
  const id = await api.launch({ script: spender(3), title: 'Three answers' })
  const booked = (await api.ended(id)).totals.spentNanoUsd

  await page.goto(`${server.origin}/costs/prices`)
  await page.getByRole('button', { name: 'Price of Sonnet 5.5 from 2026-09-28' }).click()
  await page.getByRole('menuitem', { name: 'Change…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change the price of Sonnet 5.5' })
  const output = dialog.getByRole('textbox', { name: 'Output' })
  await expect(output).toHaveValue('10')
  await output.fill('NaN')
  await dialog.getByRole('button', { name: 'Save the price' }).click()
  await expect(dialog.getByText('Enter dollars per million tokens, such as 2.50.')).toBeVisible()
  await output.fill('9000000')
  await dialog.getByRole('button', { name: 'Save the price' }).click()
  await expect(dialog.getByText(/no model costs/).first()).toBeVisible()
  await output.fill('20')
  await dialog.getByRole('textbox', { name: 'Note' }).fill('as the December list has it')
  await dialog.getByRole('button', { name: 'Save the price' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText('output $10.00 → $20.00')).toBeVisible()
  expect((await api.run(id)).totals.spentNanoUsd).toBe(booked)

  const panel = page.getByRole('region', { name: 'Reprice past usage' })
  await panel.getByRole('textbox', { name: 'To, included' }).fill('yesterday')
  await panel.getByRole('button', { name: 'Preview' }).click()
  await expect(panel.getByText('must be a date like 2026-11-22')).toBeVisible()
  await panel.getByRole('textbox', { name: 'To, included' }).fill(new Date().toISOString().slice(0, 10))
  await panel.getByRole('button', { name: 'Preview' }).click()
  await expect(panel.getByRole('link', { name: 'Three answers' })).toBeVisible()
  await portray(page, 'prices')
  await panel.getByRole('button', { name: /^Reprice .*…$/ }).click()
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Reprice \d+ responses?$/ })
    .click()
  const acts = page.getByRole('region', { name: 'Repricing history' })
  await expect(acts.getByRole('button', { name: 'Undo' })).toBeVisible()
  expect((await api.run(id)).totals.spentNanoUsd).toBeGreaterThan(booked)
  await acts.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Undo repricing' }).click()
  await expect(acts.getByText(/undone since/)).toBeVisible()
  expect((await api.run(id)).totals.spentNanoUsd).toBe(booked)
})

test('spending is crossed by any two groups, and what it would have cost otherwise is told', async ({
  page,
  request,
  newServer,
}) => {
  test.setTimeout(180_000)
  const server = await newServer()
  const api = new Api(request, server.origin)
  const tags = ['nightly', 'release']
  const id = await api.launch({ script: spender(3), title: 'Three answers', tags })
  await api.ended(id)
  await page.goto(`${server.origin}/costs?down=tag&across=run`)
  const crossed = page.getByRole('region', { name: 'Crosstab', exact: true })
  await expect(crossed.getByRole('rowheader', { name: 'nightly' })).toBeVisible()
  await expect(crossed.getByRole('columnheader', { name: 'Three answers' })).toBeVisible()
  await expect(crossed.getByText('A run with several tags counts under each tag')).toBeVisible()
  await crossed.getByRole('combobox', { name: 'Rows' }).selectOption('tokenKind')
  await expect(page).toHaveURL(/down=tokenKind/)
  await expect(crossed.getByRole('rowheader', { name: 'output' })).toBeVisible()

  const otherwise = page.getByRole('region', { name: 'What if', exact: true }).first()
  await expect(otherwise.getByRole('row', { name: /All by batch/ })).toContainText('−')
  await expect(otherwise.getByRole('row', { name: /Perfect caching/ })).toBeVisible()
  await otherwise.getByRole('combobox', { name: 'Another model' }).selectOption('claude-opus-5-5')
  await expect(otherwise.getByRole('row', { name: /All on Opus 5.5/ })).toContainText('+')
  await expect(page.getByRole('region', { name: 'Outliers' })).toContainText('No outliers.')
  await expect(page.getByRole('region', { name: 'Unsettled turns' }).first()).toContainText('None.')
  await portray(page, 'costs')

  await page.goto(`${server.origin}/runs/${id}?view=cost`)
  await expect(page.getByRole('region', { name: 'What if', exact: true }).first()).toContainText(
    'All by batch',
  )
})

test('spending without a price is unknown above the fold and in the run, never nothing', async ({
  page,
  request,
  newServer,
}) => {
  const server = await newServer({})
  const api = new Api(request, server.origin)
  const prices = `${server.origin}/api/prices`
  const listed = pricesSchema.parse(await (await request.get(prices)).json()).prices
  const rest = listed.filter(({ model }) => model !== 'claude-opus-4-6')
  expect((await request.put(prices, { data: { prices: rest } })).ok()).toBe(true)
  const capped = await api.launch({ script: spender(1), model: 'claude-opus-4-6' })
  await api.ended(capped)
  await page.goto(`${server.origin}/runs/${capped}?view=table`)
  await expect(page.getByText(/claude-opus-4-6 was not asked: its price is unknown/).first()).toBeVisible()
  expect((await request.put(`${server.origin}/api/settings`, { data: { dayCapUsd: null } })).ok()).toBe(true)
  const id = await api.launch({ script: spender(1), model: 'claude-opus-4-6', limits: { usd: null } })
  await api.ended(id)
  await page.goto(`${server.origin}/costs`)
  await expect(page.getByText('Spent', { exact: true }).locator('..')).toContainText('unknown')
  await page.goto(`${server.origin}/runs/${id}?view=cost`)
  await expect(page.getByText('Booked', { exact: true }).locator('..')).toContainText('unknown')
})
