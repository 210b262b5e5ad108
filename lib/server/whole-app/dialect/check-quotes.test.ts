import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { noPermissions } from '@/lib/core/spec/permissions'
import { docxOf, paragraph } from '@/lib/documents/testing/make-docx'
import { pdfWithPages } from '@/lib/documents/testing/make-pdf'
import { fork } from '@/lib/server/runs/fork'
import { eventsOf, sim, startTestApp, type TestApp } from '@/lib/server/testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    files: {
      'notes.md': '# Notes\n\nThe bridge was opened\nin 1932, and “widened” later.\n',
      'page.html': '<html><body>\n<p>Nobody counts the cars &amp; <b>carts</b>.</p>\n</body></html>',
      'plain.txt': 'one\ntwo\nthree\n',
      '.env': 'KEY=abc',
    },
  })
  writeFileSync(
    join(app.workspace, 'letter.docx'),
    docxOf(paragraph('A letter', 'Heading1') + paragraph('Ferries went on until 1939.')),
  )
  writeFileSync(join(app.workspace, 'report.pdf'), pdfWithPages([['First page.'], ['The span is 503 m.']]))
})
afterAll(() => app.dispose())

const asks = (...quotes: [source: string, quote: string][]) =>
  `return checkQuotes(${JSON.stringify(quotes.map(([source, quote]) => ({ source, quote })))})`
const ask = async (...quotes: [source: string, quote: string][]) => {
  const runId = await app.launch(asks(...quotes), { workspace: app.workspace })
  await app.ended(runId)
  return app.result(runId)
}

describe('checkQuotes', () => {
  test('says where each quote stands: lines of text, pages of a PDF, and nothing for what is nowhere', async () => {
    const at = (more: object) => ({ page: null, line: null, endLine: null, isExact: true, ...more })
    expect(
      await ask(
        ['notes.md', 'was opened in 1932, and "widened"'],
        ['plain.txt', 'two'],
        ['report.pdf', 'The span is 503 m.'],
        ['notes.md', 'was opened in 1933'],
        ['page.html', 'Nobody counts the cars &'],
        ['page.html', '<b>carts</b>'],
      ),
    ).toEqual([
      {
        source: 'notes.md',
        quote: 'was opened in 1932, and "widened"',
        found: true,
        place: at({ line: 3, endLine: 4, isExact: false }),
        why: null,
      },
      { source: 'plain.txt', quote: 'two', found: true, place: at({ line: 2, endLine: 2 }), why: null },
      { source: 'report.pdf', quote: 'The span is 503 m.', found: true, place: at({ page: 2 }), why: null },
      { source: 'notes.md', quote: 'was opened in 1933', found: false, place: null, why: null },
      expect.objectContaining({ found: true, why: null }),
      expect.objectContaining({ found: true, place: at({ line: 2, endLine: 2 }) }),
    ])
  })

  test('finds the words of a Word document, which has no lines and no pages', async () => {
    const place = { page: null, line: null, endLine: null, isExact: true }
    expect(
      await ask(['letter.docx', 'Ferries went on until 1939.'], ['letter.docx', 'until 1940']),
    ).toMatchObject([
      { found: true, place, why: null },
      { found: false, place: null, why: null },
    ])
  })

  test('says why there is nothing to look in, and tells no secret', async () => {
    const checks = await ask(['gone.md', 'a'], ['.env', 'KEY=abc'], ['../x', 'a'], ['.', 'a'])
    expect(checks).toMatchObject([1, 2, 3, 4].map(() => ({ found: false, place: null })))
    const whys = JSON.stringify(checks)
    expect(whys).toContain('does not exist')
    expect(whys).toContain('is a folder')
    const runId = await app.launch(asks(['notes.md', 'Notes']))
    await app.ended(runId)
    expect(await app.result(runId)).toMatchObject([
      { found: false, why: expect.stringMatching(/no workspace/) },
    ])
  })

  test('refuses what is no list of quotes where it is called', async () => {
    const runId = await app.launch(
      `const said = []; for (const bad of [7, [7], [{ source: 'a' }]]) await checkQuotes(bad).catch((error) => said.push(error.message)); return said`,
    )
    await app.ended(runId)
    expect(await app.result(runId)).toEqual([
      expect.stringContaining('takes an array'),
      expect.stringContaining('a list of { source, quote }'),
      expect.stringContaining('a list of { source, quote }'),
    ])
  })

  test('is recorded once: a resumed run and a fork look nothing up again', async () => {
    const body = `const checks = await checkQuotes([{ source: 'plain.txt', quote: 'three' }]); await agent('then'); return checks`
    const runId = await app.launch(body, { workspace: app.workspace })
    await app.ended(runId)
    writeFileSync(join(app.workspace, 'plain.txt'), 'changed\n')
    const { id } = await fork(app.app, runId, {}, person('ann'))
    await app.ended(id)
    expect(await app.result(id)).toEqual(await app.result(runId))
    expect(await app.result(id)).toMatchObject([{ found: true, place: { line: 3 } }])
    expect(eventsOf(await app.journal(id), 'quotes.checked')).toHaveLength(1)
    const killed = await app.launch(
      `const checks = await checkQuotes([{ source: 'notes.md', quote: 'Notes' }]); await agent(${JSON.stringify(sim({ text: 'x' }))}); return checks`,
      { workspace: app.workspace },
    )
    await app.restart({ runId: killed, when: ({ event }) => event.type === 'quotes.checked' })
    await app.ended(killed)
    expect(eventsOf(await app.journal(killed), 'quotes.checked')).toHaveLength(1)
    expect(await app.result(killed)).toMatchObject([{ found: true }])
  })

  test('looks in the files as the run has changed them', async () => {
    const prompt = sim(
      { toolCalls: [{ name: 'write_file', input: { path: 'new.txt', content: 'a new word' } }] },
      { text: 'done' },
    )
    const runId = await app.launch(
      `const look = () => checkQuotes([{ source: 'new.txt', quote: 'a new word' }]); const before = await look(); await agent(${JSON.stringify(prompt)}); return [before, await look()]`,
      { workspace: app.workspace, permissions: { ...noPermissions, write: true } },
    )
    await app.ended(runId)
    expect(await app.result(runId)).toMatchObject([[{ found: false }], [{ found: true, place: { line: 1 } }]])
  })
})
