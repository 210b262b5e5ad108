import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { person } from '@/lib/core/base/actor'
import { apply } from '@/lib/server/changes/apply-changes'
import { hasSandbox, runBuiltIn } from './testing'

const opened: Awaited<ReturnType<typeof runBuiltIn>>['app'][] = []
afterEach(async () => {
  for (const app of opened.splice(0)) await app.dispose()
})

const files = {
  'package.json': '{ "type": "module" }\n',
  'src/hash.js':
    "import { createHash } from 'node:crypto'\n\nexport const hash = (text) => createHash('md5').update(text).digest('hex')\n",
  'src/view.js': 'export function show(node, text) {\n  node.innerHTML = text\n  return node\n}\n',
  'src/run.js': 'export const run = (text) => eval(text)\n',
  'test/all.test.js':
    "import assert from 'node:assert/strict'\nimport { test } from 'node:test'\nimport { hash } from '../src/hash.js'\nimport { show } from '../src/view.js'\n\ntest('a hash is a text', () => assert.equal(typeof hash('a'), 'string'))\ntest('a view shows markup', () => assert.equal(show({}, 'a').innerHTML, 'a'))\n",
}
const resultSchema = z.looseObject({
  report: z.string(),
  findings: z.array(z.looseObject({ id: z.string(), file: z.string(), verdict: z.string() })),
  fixes: z.array(z.strictObject({ id: z.string(), fixed: z.boolean(), why: z.string() })),
})

test.skipIf(!hasSandbox)(
  'an audit that fixes keeps what passes the check, leaves out what breaks it, and says what it could not fix',
  async () => {
    const { app, runId, state, result } = await runBuiltIn(
      'code-audit',
      files,
      { fix: true, check: 'node --test' },
      { write: true, shell: true },
    )
    opened.push(app)
    expect(state.run.status).toMatch(/^completed/)
    const { findings, fixes, report } = resultSchema.parse(result)
    const fixOf = (file: string) =>
      fixes.find(({ id }) => id === findings.find((one) => one.file === file)?.id)
    expect(fixOf('src/hash.js')).toMatchObject({
      fixed: true,
      why: expect.stringContaining('`node --test` succeeds with it'),
    })
    expect(fixOf('src/view.js')).toMatchObject({ fixed: false, why: '`node --test` fails with its changes.' })
    expect(fixOf('src/run.js')).toMatchObject({ fixed: false, why: expect.stringContaining('Not fixed') })
    expect(report).toContain('**Fixed in this run:**')
    const now = (path: keyof typeof files) => readFileSync(join(app.workspace, path), 'utf8')
    expect(now('src/hash.js')).toBe(files['src/hash.js'])
    await apply(app.app, runId, person('ann'))
    expect(now('src/hash.js')).toBe(files['src/hash.js'].replace('md5', 'sha256'))
    expect(now('src/view.js')).toBe(files['src/view.js'])
  },
)

test('an audit that is to fix and may not write says so before it spends anything', async () => {
  const { app, state } = await runBuiltIn('code-audit', files, { fix: true })
  opened.push(app)
  expect(state.run).toMatchObject({
    status: 'failed',
    error: { message: expect.stringContaining('needs the permission to write') },
  })
  expect(state.agents.size).toBe(0)
})
