import { readFileSync } from 'node:fs'
import { costsSchema } from '@/lib/api/costs'
import { Api } from '../api'
import { expect, test } from '../fixtures'
import { spender } from '../scripts'

test('what a run cost is shown, crossed, kept as CSV, and for the period in the address', async ({
  page,
  request,
  newServer,
}) => {
  const server = await newServer()
  const api = new Api(request, server.origin)
  await page.goto(`${server.origin}/costs`)
  await expect(page.getByText('No costs in this period')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Launch a run' })).toBeVisible()

  const id = await api.launch({ script: spender(2), title: 'Two answers' })
  const { totals } = await api.ended(id)
  expect(totals.costNanoUsd).toBeGreaterThan(0)
  const shown = `sim ${dollars(totals.costNanoUsd ?? 0)}`
  await page.reload()
  await expect(page.getByText('Simulated cost')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Money' })).toHaveValue('simulated')
  await expect(page.getByRole('heading', { name: 'Breakdown' })).toBeVisible()
  await expect(page.getByRole('main').getByText('Spent', { exact: true }).locator('..')).toContainText(shown)
  const crossed = page.getByRole('region', { name: 'Crosstab', exact: true })
  await expect(crossed.locator('tfoot td').last()).toHaveText(shown)
  await expect(crossed.getByRole('rowheader', { name: 'Spend' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Two answers' })).toHaveAttribute(
    'href',
    `/runs/${id}?view=cost`,
  )

  const told = await request.get(`${server.origin}/api/costs?groupBy=phase,model`)
  expect(costsSchema.parse(await told.json()).totals.costNanoUsd).toBe(totals.costNanoUsd)

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    crossed.getByRole('link', { name: 'This table as CSV' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/\.csv$/)
  const lines = readFileSync(await download.path(), 'utf8')
    .trim()
    .split(/\r?\n/)
  expect(lines[0]).toMatch(/phase.*model/)
  expect(lines[1]).toContain('Spend')

  await page.getByRole('combobox', { name: 'Period' }).selectOption('7d')
  await expect(page).toHaveURL(/period=7d/)
  await page.getByRole('combobox', { name: 'Money' }).selectOption('real')
  await expect(page).toHaveURL(/money=real/)
  await expect(page.getByText('No costs in this period')).toBeVisible()
})

/** As the page writes an amount of cents and more. */
function dollars(nanoUsd: number): string {
  const usd = nanoUsd / 1e9
  return `$${usd.toFixed(usd >= 0.1 ? 2 : 3)}`
}
