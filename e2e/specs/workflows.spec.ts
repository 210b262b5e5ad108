import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { expect, test } from '../fixtures'
import { LaunchPage } from '../pages/launch-page'
import { RunPage } from '../pages/run-page'
import { WorkflowsPage } from '../pages/workflows-page'
import { brief, fanOut } from '../scripts'

test('a workflow is written, mended, saved, changed, compared, launched, and found with its run', async ({
  page,
}) => {
  const library = new WorkflowsPage(page)
  await library.open()
  await expect(library.row('code-audit')).toContainText('Built-in')
  await page.getByRole('link', { name: 'New', exact: true }).click()
  await expect(library.outline).toContainText('my-workflow')

  const source = fanOut('weekly-digest', 2, brief)
  const wrong = source.replace('const parts = await', 'const parts = = await')
  const line = wrong.split('\n').findIndex((text) => text.includes('= = await')) + 1
  await library.write(wrong)
  await expect(library.complaint).toContainText(`Line ${line}, column`)
  await expect(page.locator('.cm-lintRange-error')).toBeVisible()
  await expect(library.editor).toHaveAttribute('aria-invalid', 'true')
  await expect(library.button('Save workflow')).toBeDisabled()

  await library.write(source)
  await expect(library.outline).toContainText('2 agent calls')
  await library.outline.getByRole('button', { name: /writer/ }).click()
  await expect(page.locator('.cm-activeLine')).toContainText('Write it up in one paragraph')
  await library.button('Save workflow').click()
  await expect(page).toHaveURL(/\/workflows\/weekly-digest$/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('weekly-digest')

  await library.write(source.replace('in one paragraph', 'in two paragraphs'))
  await page.getByLabel('Note on this version').fill('Longer')
  await expect(library.button('Save version 2')).toBeEnabled()
  await library.editor.press('ControlOrMeta+s')
  await expect(library.notices).toContainText('Saved version 2 of weekly-digest')

  await library.show('Versions')
  await expect(library.versions).toContainText('Longer')
  await expect(library.changes.getByRole('row').filter({ hasText: 'removed: ' })).toContainText(
    'in one paragraph',
  )
  await expect(library.changes.getByRole('row').filter({ hasText: 'added: ' })).toContainText(
    'in two paragraphs',
  )

  await page.getByRole('link', { name: 'Launch', exact: true }).last().click()
  const launcher = new LaunchPage(page)
  await expect(launcher.workflow('weekly-digest')).toBeChecked()
  await expect(launcher.launchButton).toBeEnabled()
  await launcher.launchButton.click()
  await expect(new RunPage(page).status('Completed')).toBeVisible()

  await library.open('/weekly-digest?tab=runs')
  const run = page.getByRole('region', { name: 'Runs of this workflow' }).locator('tbody tr')
  await expect(run).toHaveCount(1)
  await expect(run.locator('td').nth(2)).toHaveText('2')
  await library.open('?q=digest')
  await expect(library.row('weekly-digest')).toContainText('Completed')
  await expect(library.row('code-audit')).toHaveCount(0)
})

test('the scripts of a folder are imported, and the bad one is told with its place', async ({
  page,
  newServer,
}) => {
  const root = mkdtempSync(join(tmpdir(), 'skein-import-'))
  mkdirSync(join(root, '.claude', 'workflows'), { recursive: true })
  const put = (name: string, text: string) => writeFileSync(join(root, '.claude', 'workflows', name), text)
  put('a.js', fanOut('imported-a', 1, brief))
  put('b.js', `${fanOut('imported-b', 1, brief)}const x = = 1\n`)
  const server = await newServer({ env: { SKEIN_WORKSPACE_ROOTS: root } })
  const library = new WorkflowsPage(page)
  await library.open('', server.origin)
  await expect(page.getByText('No workflow of your own yet')).toBeVisible()
  await library.button('Import from workspace').click()
  await expect(page.getByRole('list', { name: 'Scripts found' }).getByRole('listitem')).toHaveCount(2)
  await library.button('Import 2 scripts').click()
  const report = page.getByRole('list', { name: 'Imported files' })
  await expect(report.getByRole('listitem').filter({ hasText: 'imported-a' })).toContainText('Imported from')
  await expect(report.getByRole('listitem').filter({ hasText: 'b.js' })).toContainText(
    /Line 16, column 11: .*does not parse/,
  )
  await library.button('Close').click()
  await expect(library.row('imported-a')).toContainText('Imported')
  await expect(library.row('imported-b')).toHaveCount(0)

  await page
    .getByLabel('Script files')
    .setInputFiles([
      { name: 'c.js', mimeType: 'text/javascript', buffer: Buffer.from(fanOut('imported-c', 1, brief)) },
    ])
  await expect(page.getByRole('dialog')).toContainText('imported-c')
  rmSync(root, { recursive: true })
})

test('a deleted workflow is gone at once, and back with Undo', async ({ page, request }) => {
  const name = `regretted-${test.info().retry}`
  const saved = await request.post('/api/workflows', { data: { source: fanOut(name, 1, brief) } })
  expect(saved.status()).toBe(201)
  const library = new WorkflowsPage(page)
  await library.open(`/${name}`)
  await library.button('Delete').click()
  await expect(page).toHaveURL(/\/workflows$/)
  await expect(library.row('code-audit')).toBeVisible()
  await expect(library.row(name)).toHaveCount(0)
  await library.notices.getByRole('button', { name: 'Undo' }).click()
  await expect(library.row(name)).toBeVisible()
})

test('a deleted workflow is found among the deleted ones, and an older version is made the newest', async ({
  page,
  request,
}) => {
  const name = `returned-${test.info().retry}`
  const first = await request.post('/api/workflows', { data: { source: fanOut(name, 1, brief) } })
  const { digest } = z.object({ digest: z.string() }).parse(await first.json())
  await request.put(`/api/workflows/${name}`, { data: { source: fanOut(name, 2, brief), basedOn: digest } })
  await request.delete(`/api/workflows/${name}`)
  const library = new WorkflowsPage(page)
  await library.open()
  await page.getByText('Deleted workflows', { exact: true }).click()
  await page.getByRole('button', { name: `Restore ${name}` }).click()
  await expect(library.row(name)).toBeVisible()
  await library.open(`/${name}?tab=versions`)
  await page.getByRole('button', { name: 'Restore version 1' }).click()
  await expect(library.notices).toContainText('Version 1 is back, as version 3')
  await expect(library.versions).toContainText('Restored version 1')
})

test.describe('two people', () => {
  // The browser notes the refused request; the page tells why.
  test.use({ expectedErrors: /status of 409/ })

  test('who edit one version do not overwrite each other unseen', async ({ page, request }) => {
    const name = `shared-${test.info().retry}`
    const source = fanOut(name, 1, brief)
    const first = await request.post('/api/workflows', { data: { source } })
    const { digest } = await first.json()
    const library = new WorkflowsPage(page)
    await library.open(`/${name}`)
    await library.write(`${source}// mine\n`)
    await expect(library.button('Save version 2')).toBeEnabled()
    const theirs = { source: `${source}// theirs\n`, basedOn: digest }
    expect((await request.put(`/api/workflows/${name}`, { data: theirs })).ok()).toBe(true)
    await library.button('Save version 2').click()
    await expect(page.getByText(`saved version 2 of ${name} since you opened it`)).toBeVisible()
    await expect(library.lines.filter({ hasText: '// mine' })).toBeVisible()
    await library.button('Save mine as version 3').click()
    await expect(library.notices).toContainText(`Saved version 3 of ${name}`)
  })
})

test('what ships is read, duplicated under another name, and saved as one’s own', async ({ page }) => {
  const library = new WorkflowsPage(page)
  await library.open('/code-audit')
  await expect(library.editor).toHaveAttribute('aria-readonly', 'true')
  await page.getByRole('link', { name: 'Duplicate to edit' }).click()
  await expect(library.lines.filter({ hasText: "name: 'code-audit-copy'" })).toBeVisible()
  await library.button('Save workflow').click()
  await expect(page).toHaveURL(/\/workflows\/code-audit-copy$/)
})

test('a pasted script and the script of a run are kept as workflows', async ({ page, api }) => {
  const launcher = new LaunchPage(page)
  await launcher.open()
  await launcher.pasteScript(fanOut('kept-from-the-launcher', 1, brief))
  await page.getByRole('button', { name: 'Save as workflow' }).click()
  const library = new WorkflowsPage(page)
  await library.notices.getByRole('button', { name: 'Open' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('kept-from-the-launcher')

  const id = await api.launch({ script: fanOut('kept-from-a-run', 1, brief) })
  await api.ended(id)
  const run = new RunPage(page)
  await run.open(id)
  await run.head.getByRole('link', { name: 'Save as workflow' }).click()
  await expect(library.outline).toContainText('kept-from-a-run')
  await library.button('Save workflow').click()
  await expect(page).toHaveURL(/\/workflows\/kept-from-a-run$/)
})
