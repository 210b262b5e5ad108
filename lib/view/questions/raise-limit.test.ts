import { expect, test } from 'vitest'
import { quotaPatchSchema } from '@/lib/api/budgets'
import { runPatchSchema } from '@/lib/api/runs'
import { settingsPatchSchema } from '@/lib/api/settings'
import { noPhaseLimits } from '@/lib/core/spec/phase-settings'
import { capReasons, defaultLimits } from '@/lib/core/spec/run'
import { raisableLimit } from './raise-limit'

const read = { ...noPhaseLimits, nanoUsd: 2e9, tokens: 500, wallClockSeconds: 90 }
const run = {
  pausePhase: 'Read',
  pauseQuota: { id: 'person:ann:day:usd', unit: 'usd' as const, limit: 20e9 },
  simulated: false,
  limits: { ...defaultLimits, nanoUsd: 3e9, tokens: 700, wallClockSeconds: 120, phases: { Read: read } },
}

test.each(capReasons)('a run that paused at %s can be raised by what the server takes', (reason) => {
  const limit = raisableLimit(run, reason)
  if (limit === null) throw new Error('cannot be raised')
  const raise = limit.raise((limit.current ?? 5) * 2)
  const schemas = { run: runPatchSchema, installation: settingsPatchSchema, quota: quotaPatchSchema }
  expect(schemas[raise.of].parse(raise.patch)).toEqual(raise.patch)
  expect(limit.title).toContain(reason.startsWith('phase-') ? '“Read”' : '')
})

test('what is raised is the cap that was met, from where it stands', () => {
  const raised = (reason: (typeof capReasons)[number], to: number) => raisableLimit(run, reason)?.raise(to)
  expect(raisableLimit(run, 'phase-wall-clock-cap')?.current).toBe(1.5)
  expect(raised('phase-wall-clock-cap', 3)).toEqual({
    of: 'run',
    patch: { limits: { phases: { Read: { wallClockSeconds: 180 } } } },
  })
  expect(raised('wall-clock-cap', 2.5)).toEqual({ of: 'run', patch: { limits: { wallClockSeconds: 150 } } })
  expect(raised('day-token-cap', 9000.4)).toEqual({ of: 'installation', patch: { dayCapTokens: 9000 } })
  expect(raised('day-agent-cap', 40)).toEqual({ of: 'installation', patch: { dayCapAgents: 40 } })
  expect(raised('month-cap', 40)).toEqual({ of: 'installation', patch: { monthCapUsd: 40 } })
  expect(raisableLimit(run, 'quota')).toMatchObject({ current: 20, label: 'New quota in dollars' })
  expect(raised('quota', 40)).toEqual({
    of: 'quota',
    id: 'person:ann:day:usd',
    patch: { unit: 'usd', amount: 40 },
  })
  const ofAgents = { ...run, pauseQuota: { ...run.pauseQuota, unit: 'agents' as const, limit: 5 } }
  expect(raisableLimit(ofAgents, 'quota')?.raise(7.6)).toMatchObject({ patch: { amount: 8 } })
})

test('a cap in the simulator’s money asks for its dollars, and one of days for real ones', () => {
  const labels = (simulated: boolean) =>
    (['usd-cap', 'phase-usd-cap', 'day-cap'] as const).map(
      (reason) => raisableLimit({ ...run, simulated }, reason)?.label,
    )
  expect(labels(false)).toEqual([
    'New cap in dollars',
    'New phase cap in dollars',
    'New daily cap in dollars',
  ])
  expect(labels(true)).toEqual([
    'New cap in dollars (simulated)',
    'New phase cap in dollars (simulated)',
    'New daily cap in dollars',
  ])
})

test('other pauses are not ended by raising anything', () => {
  for (const reason of ['person', 'credential', 'breaker', null] as const)
    expect(raisableLimit(run, reason)).toBeNull()
  expect(raisableLimit({ ...run, pauseQuota: null }, 'quota')).toBeNull()
})
