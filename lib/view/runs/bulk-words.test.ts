import { expect, test } from 'vitest'
import { bulkProgress, cancelWords, deleteWords } from './bulk-words'

test('progress counts what was done, what needed nothing and what failed', () => {
  expect(bulkProgress('cancel', [{ state: 'done' }, { state: 'done' }, { state: 'already' }])).toBe(
    '2 of 3 cancelled, 1 had already ended',
  )
  expect(bulkProgress('delete', [{ state: 'already' }, { state: 'already' }, { state: 'failed' }])).toBe(
    '0 of 3 deleted, 2 were already deleted, 1 failed',
  )
  expect(bulkProgress('cancel', [{ state: 'waiting' }])).toBe('0 of 1 cancelled')
  expect(bulkProgress('tag', [{ state: 'done' }, { state: 'already' }, { state: 'already' }])).toBe(
    '1 of 3 tagged, 2 had the tag already',
  )
})

test('before it is done, people are told whose work is cut off and what is left alone', () => {
  expect(cancelWords(2, 1, 14)).toBe(
    '14 agents are running; in-flight turns are interrupted. Finished answers are kept. 1 run of the 3 has ended and stays as it is.',
  )
  expect(cancelWords(2, 0, 0)).toBe('No agents are running in them. Finished answers are kept.')
  expect(deleteWords(1, '$2')).toContain('1 run has not ended and stays: cancel first.')
})
