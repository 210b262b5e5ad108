import { expect, test } from '../fixtures'
import { brief, fanOut } from '../scripts'

test.use({ expectedErrors: /status of 404|frame-ancestors/ })

test('no page breaks its own policy, and the editor keeps its styles under it', async ({ page, api }) => {
  const breaches: string[] = []
  await page.exposeFunction('tellBreach', (text: string) => void breaches.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
      const told: unknown = Reflect.get(globalThis, 'tellBreach')
      if (typeof told === 'function')
        told(`${location.pathname}: ${violatedDirective} ${blockedURI} ${sample}`)
    })
  })
  const id = await api.launch({ script: fanOut('hardening', 2, brief) })
  const pages = [
    '/',
    '/launch',
    '/workflows',
    '/schedules',
    '/triggers',
    '/workflows/new',
    '/runs',
    '/runs/compare',
    '/costs',
    '/costs/prices',
  ]
  for (const path of [
    ...pages,
    '/costs/budgets',
    '/join',
    '/sign-in',
    '/settings',
    '/settings/keys',
    '/settings/quotas',
    '/settings/audit',
    `/runs/${id}`,
    `/runs/${id}/agents/a1`,
    '/nothing-here',
  ]) {
    const response = await page.goto(path)
    expect(response?.headers()['content-security-policy'], path).toMatch(/frame-ancestors 'none'/)
    await expect(page.getByRole('navigation').first()).toBeVisible()
  }
  await page.goto('/workflows/code-audit')
  await expect(page.locator('.cm-gutters')).toHaveCSS('display', 'flex')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  expect(breaches).toEqual([])
})

test("another site's page gets nothing in a frame, and may not use the API", async ({
  page,
  request,
  baseURL,
}) => {
  const blocked = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))
  await page.setContent(`<iframe src="${baseURL}/launch?goal=spend&mode=live"></iframe>`)
  await blocked
  for (const site of ['cross-site', 'same-site'])
    expect((await request.get('/api/runs', { headers: { 'sec-fetch-site': site } })).status()).toBe(403)
  expect(
    (await request.post('/api/runs', { headers: { 'content-type': 'text/plain' }, data: '{}' })).status(),
  ).toBe(415)
})

test('an address that cannot be read is answered in words', async ({ request, page }) => {
  const answer = await request.get('/api/runs/%E0%A4%A')
  expect(answer.status()).toBe(400)
  expect(answer.headers()['content-type']).toBe('application/problem+json')
  expect((await request.fetch('/', { method: 'TRACE' })).status()).toBe(405)
  expect((await request.get('/api/nothing')).headers()['content-type']).toBe('application/problem+json')
  await page.goto('/runs/%zz')
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible()
})
