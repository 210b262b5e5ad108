import { expect, test } from 'vitest'
import { runEventSchema } from './events'
import { upcast } from './upcast'

test('an event of an earlier release is read as today', () => {
  const stored = { type: 'run.halted', why: 'a person' }
  const table = {
    'run.halted': () => ({
      type: 'run.paused',
      reason: 'person',
      detail: 'paused',
      phase: null,
      resumesAt: null,
      actor: null,
    }),
  }
  expect(runEventSchema.parse(upcast(stored, table))).toMatchObject({ type: 'run.paused', reason: 'person' })
})

test('an event of today, a type that is a member of every object, and rubbish stay as they are', () => {
  for (const stored of [{ type: 'run.started' }, { type: 'toString' }, { type: 3 }, [1], null, 'run.started'])
    expect(upcast(stored)).toBe(stored)
})
