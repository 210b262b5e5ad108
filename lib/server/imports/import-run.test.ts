import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { foldAll } from '@/lib/core/run/fold'
import { writeClaudeRun } from '@/lib/imports/testing/claude-folder'
import { startTestApp, type TestApp } from '@/lib/server/testing/test-app'
import { importRun } from './import-run'

const ann = person('Ann')
const never = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'skein-claude-'))
let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ env: { SKEIN_CLAUDE_DIR: folder } })
})
afterAll(async () => {
  await app.dispose()
  rmSync(folder, { recursive: true })
})

const script = `export const meta = { name: 'audit', description: 'reads files', phases: [{ title: 'Read' }, { title: 'Sum' }] }
phase('Read')
const found = await parallel(args.files.map((file) => () => agent('Read ' + file, { label: file })))
phase('Sum')
return await agent('Sum up: ' + found.join(' '))`

const files = ['a.ts', 'b.ts', 'c.ts']
const agents = [
  ...files.map((file) => ({
    prompt: `Read ${file}`,
    answer: `${file} is fine`,
    phase: 'Read',
    toolCalls: 1,
  })),
  { prompt: 'Sum up: a.ts is fine b.ts is fine c.ts is fine', answer: 'all is fine', phase: 'Sum' },
]

test('a run is imported with its agents, times, tokens and dollars', async () => {
  const place = writeClaudeRun(folder, { script, args: { files }, agents, result: 'all is fine' })
  const imported = await importRun(app.app, place, ann, never)
  console.log(imported)
  const state = await app.state(imported.id)
  console.log(JSON.stringify(state.totals), state.run.status)
  const journal = await app.journal(imported.id)
  const folded = foldAll(null, journal)
  expect(folded.totals).toEqual(state.totals)
})
