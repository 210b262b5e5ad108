import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { filesOf } from '@/lib/server/changes/changes'
import { hasSandbox, runBuiltIn } from './testing'

const opened: Awaited<ReturnType<typeof runBuiltIn>>['app'][] = []
afterEach(async () => {
  for (const app of opened.splice(0)) await app.dispose()
})

const resultSchema = z.looseObject({
  report: z.string(),
  tests: z.array(
    z.strictObject({
      path: z.string(),
      name: z.string(),
      testFile: z.string(),
      kept: z.boolean(),
      why: z.string(),
      mutants: z.number(),
      noticed: z.number(),
    }),
  ),
  coverage: z.strictObject({ before: z.number().nullable(), after: z.number().nullable() }),
  suite: z.looseObject({ before: z.boolean(), after: z.boolean() }),
  otherFiles: z.array(z.string()),
})

/** A test that calls the function and expects nothing of it. */
const assertsNothing =
  "import { test } from 'node:test'\nimport { half } from './price.js'\n\ntest('half', () => {\n  half(4)\n})\n"

test.skipIf(!hasSandbox)(
  'write-tests keeps a test that passes and notices broken code, drops one that notices nothing, and says what has none',
  async () => {
    const given = {
      'package.json': '{ "type": "module" }\n',
      'src/price.js':
        'export function withTax(net, rate) {\n  if (net < 0) return 0\n  return net + net * rate\n}\n\nexport const half = (a) => a / 2\n\nexport const tested = (a) => a\n\nexport async function load(id) {\n  return fetch(id)\n}\n',
      'src/price.test.js':
        "import assert from 'node:assert/strict'\nimport { test } from 'node:test'\nimport { tested } from './price.js'\n\ntest('it is tested', () => assert.equal(tested(1), 1))\n",
    }
    const { app, runId, state, result } = await runBuiltIn(
      'write-tests',
      given,
      null,
      { write: true, shell: true },
      (prompt) =>
        prompt.startsWith('Write a test for `half`')
          ? [
              {
                toolCalls: [
                  { name: 'write_file', input: { path: 'src/half.test.js', content: assertsNothing } },
                ],
              },
              {
                toolCalls: [
                  {
                    name: 'answer',
                    input: { testFile: 'src/half.test.js', passes: true, reason: 'It runs.' },
                  },
                ],
              },
            ]
          : null,
    )
    opened.push(app)
    expect(state.run.status).toBe('completed')
    const { tests, coverage, suite, otherFiles, report } = resultSchema.parse(result)
    expect(tests).toMatchObject([
      { name: 'withTax', testFile: 'src/price.withTax.test.js', kept: true },
      { name: 'half', kept: false, why: 'src/half.test.js passes whatever becomes of half.' },
      { name: 'load', kept: false, why: expect.stringContaining('more than give a value') },
    ])
    expect(tests[0]?.noticed).toBeGreaterThanOrEqual(6)
    expect([suite.before, suite.after, otherFiles]).toEqual([true, true, []])
    expect(coverage.after).toBeGreaterThan(coverage.before ?? 100)
    expect(report).toContain('1 of 3 tests are kept')
    const { stored, files } = await filesOf(app.app, runId)
    const textOf = async (path: string) => {
      const bytes = await stored.trees.read(files.tree, path)
      return bytes === null ? null : Buffer.from(bytes).toString('utf8')
    }
    expect(await textOf('src/price.withTax.test.js')).toContain('assert.deepEqual(withTax(7, 3), 28)')
    expect(await textOf('src/half.test.js')).toBeNull()
    expect(await textOf('src/price.js')).toBe(given['src/price.js'])
  },
)
