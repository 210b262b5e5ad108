import { expect, test } from 'vitest'
import { told } from '../testing'
import { runCommands } from './run-commands'

const { run } = told([])
const names = (change: Partial<typeof run>, retryable = 0) =>
  runCommands({ ...run, ...change }, retryable).map(({ name }) => name)

test.each([
  [{ status: 'draft' }, 0, ['cancel']],
  [{ status: 'running' }, 0, ['pause', 'cancel', 'fork']],
  [{ status: 'running', settling: { cancelledBy: null } }, 0, ['fork']],
  [{ status: 'paused' }, 0, ['resume', 'cancel', 'fork']],
  [{ status: 'completed' }, 0, ['launch-again', 'fork']],
  [{ status: 'failed' }, 3, ['retry', 'launch-again', 'fork']],
] as const)('%j with %i calls to retry allows %j', (change, retryable, allowed) => {
  expect(names(change, retryable)).toEqual(allowed)
})

test('a fork is compared with its origin', () => {
  const forkedFrom = { runId: 'r0', title: 'Origin', isRetry: false }
  expect(names({ status: 'completed', forkedFrom })).toContain('compare')
})

test('what interrupts work or costs money is asked for first', () => {
  const asked = [{ status: 'running' as const }, { status: 'failed' as const }].flatMap((change) =>
    runCommands({ ...run, ...change }, 2).flatMap(({ name, question }) => (question === null ? [] : [name])),
  )
  expect(asked).toEqual(['cancel', 'retry'])
})
