import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Plan } from '@/lib/api/plan'
import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { plan } from '../../runs/plan'
import { startTestApp, type TestApp } from '../../testing/test-app'

/** A repository of middle size: forty folders with ten files each, 1.4 MB of source, which are twenty modules. */
const files = Object.fromEntries(
  Array.from({ length: 400 }, (_, index) => [
    `src/part${index % 40}/file${index}.ts`,
    `${"export const word = 'nothing to see'\n".repeat(95)}${index % 5 === 0 ? 'export const run = (text: string) => eval(text)\n' : ''}`,
  ]),
)

let app: TestApp
beforeEach(async () => {
  app = await startTestApp({ files })
})
afterEach(() => app.dispose())

async function planned(dryRun: boolean, more: Partial<LaunchInput> = {}): Promise<Plan> {
  const body = launchSchema.parse({ workflow: 'code-audit', workspace: app.workspace, ...more })
  return plan(app.app, body, person('ann'), { dryRun, signal: new AbortController().signal })
}

const phasesOf = ({ rows }: Plan) => Object.fromEntries(rows.map((row) => [row.phase, row]))
const dollars = (nanoUsd: number | undefined) => (nanoUsd ?? Number.NaN) / 1e9

test('an audit of a middling repository is expected to stay within the usual $5, and says what it may need', async () => {
  const seen = await planned(true)
  expect(dollars(seen.costNanoUsd?.likely)).toBeGreaterThan(1)
  expect(dollars(seen.costNanoUsd?.likely)).toBeLessThan(5)
  const { Scout, Audit, Verify, Report } = phasesOf(seen)
  expect(Audit?.agents.likely).toBeLessThanOrEqual(24)
  expect(Audit?.agents.likely).toBeGreaterThan(10)
  // Who looks round and who verifies is cheap; what is dear is asked once.
  expect([Scout?.model, Audit?.model, Verify?.model, Report?.model]).toEqual([
    'claude-haiku-5-5',
    'claude-sonnet-5-5',
    'claude-haiku-5-5',
    'claude-opus-5-5',
  ])
  const costOf = (row: Plan['rows'][number] | undefined) => row?.costNanoUsd?.likely ?? Number.NaN
  expect(costOf(Scout) + costOf(Verify) + costOf(Report)).toBeLessThan(costOf(Audit))
  expect(dollars(seen.costNanoUsd?.high)).toBeGreaterThan(5)
  expect(seen.notes).toContainEqual(
    expect.stringMatching(
      /^This launch probably needs \$\d.*may need up to \$\d.*with its cap of \$5.* pauses there/,
    ),
  )
})

test('read from its source alone it is the same phases, with one summary, and the fixes that only arguments switch off', async () => {
  const { rows } = await planned(false)
  expect(rows.map(({ phase, agents }) => [phase, agents.likely])).toEqual([
    ['Scout', 1],
    ['Audit', 9],
    ['Verify', 18],
    ['Report', 1],
    ['Fix', 9],
  ])
})

test('its modules are as many as the cap pays for, and a launch that needs more than its cap says so', async () => {
  const few = await planned(true, { limits: { usd: 1.5 } })
  expect(phasesOf(few).Audit?.agents.likely).toBe(5)
  const many = await planned(true, { limits: { usd: 1.5 }, args: { maxModules: 30 } })
  expect(phasesOf(many).Audit?.agents.likely).toBe(20)
  expect(many.notes).toContainEqual(
    expect.stringMatching(/^This launch probably needs \$\d.*more than its cap of \$1\.50: it pauses there/),
  )
  const enough = await planned(true, { limits: { usd: 200 }, args: { maxModules: 3 } })
  expect(enough.notes.join()).not.toContain('This launch probably needs')
})
