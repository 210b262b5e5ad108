import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { getRunFile } from '@/lib/server/changes/run-file'
import { startTestApp } from '@/lib/server/testing/test-app'

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
