import { expect, it } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { dryRunBody, noFaults, readFaults } from './dry-run-form'
import { emptyForm } from './launch-form'
import { readForm } from './read-launch'

it('a launch is dry-run without a cap of money and without waiting for a yes, with the faults asked for', () => {
  const read = readForm({ ...emptyForm, workflow: 'code-audit', approval: 'ask' })
  const faults = readFaults({ ...noFaults, refusals: '10', cuts: '2.5' })
  if (!read.ok || !faults.ok) throw new Error('refused')
  const body = launchSchema.parse(dryRunBody(read.body, faults.faults))
  expect(body).toMatchObject({ workflow: 'code-audit', dryRun: { faults: { refusals: 0.1, cuts: 0.025 } } })
  expect(body.limits).toEqual({ agents: 1000, tokens: null, wallClockSeconds: null })
  expect(body.approval).toBeUndefined()
  expect(readFaults({ ...noFaults, errors: '95', rateLimits: 'x' })).toEqual({
    ok: false,
    wrong: ['rateLimits', 'errors'],
  })
})
