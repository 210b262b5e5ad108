import { expect, test } from 'vitest'
import { person } from '../base/actor'
import { runEventSchema } from '../run/events'
import { foldAll } from '../run/fold'
import { successShortfall } from '../run/success-rate'
import { envelopesOf, plainSpec } from '../testing/journals'

test('a journal from before flagged inputs, needed success and the breaker were recorded still loads', () => {
  const { minSuccess: _, breaker: __, ...old } = plainSpec
  const created = runEventSchema.parse({ type: 'run.created', spec: old, actor: person('ann') })
  const ended = runEventSchema.parse({
    type: 'run.ended',
    outcome: 'completed',
    reason: null,
    error: null,
    actor: null,
  })
  const { run } = foldAll(null, envelopesOf([created, ended]))
  expect(run).toMatchObject({
    minSuccess: 0.5,
    breaker: { failures: 8 },
    resultInputs: [],
    flaggedSources: [],
  })
})

test('success is counted over agents that ended by themselves, and none at all is no failure', () => {
  const none = {
    succeeded: 0,
    flagged: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
    reused: 0,
    withFlaggedInputs: 0,
    refused: 0,
    refusedCalls: 0,
  }
  expect(successShortfall(none, 1)).toBeNull()
  expect(successShortfall({ ...none, succeeded: 1, cancelled: 11 }, 0.5)).toBeNull()
  expect(successShortfall({ ...none, flagged: 1, succeeded: 1, failed: 2 }, 0.5)).toBeNull()
  expect(successShortfall({ ...none, succeeded: 3, failed: 9 }, 0.5)).toBe(
    '3 of 12 agents succeeded; at least 50 % were requested',
  )
  expect(successShortfall({ ...none, failed: 1 }, 0)).toBeNull()
})
