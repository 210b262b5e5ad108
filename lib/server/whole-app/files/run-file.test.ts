import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { docxOf, paragraph } from '@/lib/documents/testing/make-docx'
import { pdfWithPages } from '@/lib/documents/testing/make-pdf'
import type { App } from '@/lib/server/app/app'
import { getRunFile as readRunFile } from '@/lib/server/changes/run-file'
import { startTestApp } from '@/lib/server/testing/test-app'

const getRunFile = (app: App, runId: string, asked: { path: string; line?: number; page?: number }) =>
  readRunFile(app, runId, asked, new AbortController().signal)

const apps: Awaited<ReturnType<typeof startTestApp>>[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.dispose()
})

const numbered = Array.from({ length: 1_000 }, (_, at) => `line ${at + 1}`).join('\r\n')

async function start() {
  const app = await startTestApp({ files: { 'a.txt': numbered, 'kept.md': '# Kept\n', '.env': 'KEY=1' } })
  apps.push(app)
  const edits = [{ oldText: '# Kept', newText: '# Changed' }]
  const turns = [{ toolCalls: [{ name: 'edit_file', input: { path: 'kept.md', edits } }] }, { text: 'done' }]
  const runId = await app.launch(`return agent('Do it. [[sim: ${JSON.stringify(turns)}]]')`, {
    workspace: app.workspace,
    permissions: { write: true, shell: false, hosts: [], web: false, mcp: [] },
  })
  await app.ended(runId)
  return { app, runId }
}

test('a place that a report names is opened with its surroundings, as the run left the file', async () => {
  const { app, runId } = await start()
  const place = await getRunFile(app.app, runId, { path: 'a.txt', line: 500 })
  expect(place).toMatchObject({ from: 'run', kind: 'text', firstLine: 300, totalLines: 1_000 })
  expect(place.lines).toHaveLength(600)
  expect(place.lines[500 - place.firstLine]).toBe('line 500')
  const end = await getRunFile(app.app, runId, { path: 'a.txt', line: 99_999 })
  expect(end.lines.at(-1)).toBe('line 1000')
  expect((await getRunFile(app.app, runId, { path: 'kept.md' })).lines[0]).toBe('# Changed')
})

test('a file that came later is read in the folder, and nothing outside of it', async () => {
  const { app, runId } = await start()
  writeFileSync(join(app.workspace, 'new.txt'), 'new\n')
  writeFileSync(join(app.workspace, 'picture.bin'), Buffer.from([0, 1, 2]))
  mkdirSync(join(app.workspace, 'folder'))
  symlinkSync('/etc/hostname', join(app.workspace, 'outside.txt'))
  expect(await getRunFile(app.app, runId, { path: 'new.txt' })).toMatchObject({ from: 'workspace' })
  expect(await getRunFile(app.app, runId, { path: 'picture.bin' })).toMatchObject({
    kind: 'binary',
    lines: [],
  })
  for (const path of ['../x', '/etc/passwd', 'outside.txt', '.env', 'folder', 'none.txt', 'a\0b', '\n'])
    await expect(getRunFile(app.app, runId, { path }), path).rejects.toMatchObject({ kind: 'not-found' })
})

test('a page of a PDF that a report cites is opened as the text that was read of it', async () => {
  const { app, runId } = await start()
  const pdf = pdfWithPages([['Bees dance.'], ['They turn,', 'and turn again.'], []])
  writeFileSync(join(app.workspace, 'bees.pdf'), pdf)
  const page = (number?: number) =>
    getRunFile(app.app, runId, { path: 'bees.pdf', ...(number === undefined ? {} : { page: number }) })
  const second = await page(2)
  expect(second).toMatchObject({ kind: 'page', page: 2, totalPages: 3, problem: null, from: 'workspace' })
  expect(second.lines.join(' ')).toBe('They turn, and turn again.')
  expect((await page()).lines).toEqual(['Bees dance.'])
  expect(await page(3)).toMatchObject({ lines: [], problem: expect.stringContaining('no text on this page') })
  expect(await page(4)).toMatchObject({ problem: 'The document has 3 pages, and no page 4.' })

  writeFileSync(join(app.workspace, 'bees.docx'), docxOf(paragraph('Bees dance in Word.')))
  const word = await getRunFile(app.app, runId, { path: 'bees.docx' })
  expect([word.kind, word.lines.join('\n').trim()]).toEqual(['page', 'Bees dance in Word.'])
})

test('what is broken or no document says so, and a text made of a PDF opens where its page begins', async () => {
  const { app, runId } = await start()
  writeFileSync(join(app.workspace, 'broken.pdf'), '%PDF-1.7\nnothing')
  const broken = await getRunFile(app.app, runId, { path: 'broken.pdf', page: 1 })
  expect(broken).toMatchObject({ kind: 'binary', lines: [], problem: expect.stringMatching(/\.$/) })
  writeFileSync(join(app.workspace, 'bees.pdf.md'), '[page 1 of 2]\nBees.\n\n[page 2 of 2]\nMore bees.\n')
  const open = (page: number) => getRunFile(app.app, runId, { path: 'bees.pdf.md', page })
  expect(await open(2)).toMatchObject({ kind: 'text', line: 4, page: null })
  expect(await open(3)).toMatchObject({ kind: 'text', line: null })
})
