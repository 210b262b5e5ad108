import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../fixtures'
import { LaunchPage } from '../pages/launch-page'
import { RunPage } from '../pages/run-page'
import { plant } from '../planted'
import { writing } from '../scripts'

test('agents may write, what they changed is looked at, applied to the folder, and taken back', async ({
  page,
  newServer,
}) => {
  const planted = plant()
  const server = await newServer({ env: { SKEIN_WORKSPACE_ROOTS: planted.root } })
  const onDisk = (path: string) => readFileSync(join(planted.root, path), 'utf8')
  const before = onDisk('jobs/report.py')
  const launcher = new LaunchPage(page)
  const run = new RunPage(page)

  await launcher.open(server.origin)
  await launcher.pasteScript(writing)
  await expect(launcher.workspace).toHaveValue(planted.root)
  await launcher.openAdvanced()
  await page.getByRole('checkbox', { name: 'Write files' }).check()
  await expect(page.getByText('1 change: write')).toBeVisible()
  await launcher.launchButton.click()

  await expect(run.status('Completed')).toBeVisible()
  await run.openDetails()
  await expect(run.head).toContainText('write files')
  await run.head.getByRole('button', { name: /^3 files/ }).click()
  await expect(run.viewIs('Changes')).toBeVisible()
  const files = page.getByRole('listbox', { name: 'Changed files' })
  await expect(files.getByRole('option')).toHaveCount(3)
  await files.getByRole('option', { name: /report\.py/ }).click()
  const diff = page.getByRole('region', { name: 'Changes of jobs/report.py' })
  await expect(diff.getByText('shell=False')).toBeVisible()
  await page.keyboard.press('s')
  await expect(page.getByRole('button', { name: 'Side by side' })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('j')
  await expect(page.getByRole('region', { name: 'Changes of web/session.ts' })).toBeVisible()

  expect(onDisk('jobs/report.py')).toBe(before)
  await page.getByRole('button', { name: 'Apply to the workspace' }).click()
  await expect(page.getByRole('alertdialog')).toContainText(planted.root)
  await run.confirm('Apply')
  await expect(page.getByText(/^3 files applied by /)).toBeVisible()
  expect(onDisk('jobs/report.py')).toContain('shell=False')
  expect(onDisk('docs/notes.md')).toContain('without a shell')

  await page.reload()
  await expect(page.getByRole('button', { name: 'Side by side' })).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('button', { name: 'Apply to the workspace' })).toBeVisible()
  expect(onDisk('jobs/report.py')).toBe(before)
  expect(existsSync(join(planted.root, 'docs'))).toBe(false)

  await page.getByRole('button', { name: '3 agents' }).click()
  await page.getByRole('button', { name: /^safer session/ }).click()
  await expect(page.getByText('The changes of this agent alone')).toBeVisible()
  await expect(files.getByRole('option')).toHaveCount(1)
  await page.getByRole('button', { name: 'All merged changes' }).click()
  await run.head.getByRole('link', { name: 'Launch again' }).click()
  await expect(page.getByText('write files', { exact: true })).toBeVisible()
  rmSync(planted.root, { recursive: true })
})
