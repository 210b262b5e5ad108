import { expect, test } from 'vitest'
import { created, ended, told } from '../testing'
import { batchOf, batchSentence, moreOutput, openBatches } from './batch-view'

const counts = { processing: 3, succeeded: 0, errored: 0, canceled: 0, expired: 0 }
const started = {
  type: 'turn.started' as const,
  agentId: 'a',
  turn: 0,
  attempt: 1,
  model: 'claude-sonnet-5-5',
  maxTokens: 10,
  reservedNanoUsd: 5,
  account: null,
  batchId: 'b1',
  reservedTokens: 0,
  clampedBy: null,
}
const prepared = {
  type: 'batch.prepared' as const,
  batchId: 'b1',
  phase: 'A',
  turns: [{ agentId: 'a', turn: 0, attempt: 1, customId: 'a-0' }],
  isExtended: false,
}
const submitted = {
  type: 'batch.submitted' as const,
  batchId: 'b1',
  providerBatchId: 'msgbatch_1',
  expiresAt: null,
  isFound: false,
}

test('a batch says what it is and how far, and an ended one is no longer open', () => {
  const handed = told(['A'], created('a', 'A'), started, prepared)
  expect(handed.batches.map(batchSentence)).toEqual(['1 turn is being submitted.'])
  const away = told(['A'], created('a', 'A'), started, prepared, submitted)
  expect(away.batches.map(batchSentence)).toEqual([
    '1 turn is being processed; progress is reported when all are done.',
  ])
  const agent = away.agents.get('a')
  expect(agent === undefined ? null : batchOf(agent, away.batches)?.batchId).toBe('b1')
  const over = { ...counts, processing: 0, succeeded: 1, expired: 1 }
  const back = told(['A'], created('a', 'A'), started, prepared, submitted, {
    type: 'batch.ended',
    batchId: 'b1',
    outcome: 'ended',
    counts: over,
    detail: null,
  })
  expect(back.batches.map(batchSentence)).toEqual(['1 turn came back; 1 of 2 answered, 1 expired.'])
  expect(openBatches(back.batches)).toEqual([])
})

test('a cut answer can be had longer where its model has more to give, once the run has ended', () => {
  const flag = {
    type: 'flag.raised' as const,
    agentId: 'a',
    flag: { kind: 'truncated' as const, reason: 'cut' },
  }
  const agent = told(['A'], created('a', 'A'), flag, ended('a')).agents.get('a')
  if (agent === undefined) throw new Error('There is no agent a')
  const options = {
    effort: null,
    stallMs: 1,
    timeoutMs: null,
    maxTurns: 1,
    maxTokens: 16_384,
    retries: 1,
    nanoUsd: null,
    tokens: null,
    agentType: null,
    delivery: 'live' as const,
  }
  const transcript = { turns: [], options }
  expect(moreOutput(agent, 'completed', transcript)).toEqual({ maxTokens: 300_000, isPossible: true })
  expect(moreOutput(agent, 'running', transcript)).toEqual({ maxTokens: 300_000, isPossible: false })
  expect(moreOutput({ ...agent, flags: [] }, 'completed', transcript)).toBeNull()
  expect(moreOutput({ ...agent, model: 'claude-fable-5-2' }, 'completed', transcript)).toBeNull()
  const longest = { ...options, maxTokens: 300_000, delivery: 'batch' as const }
  expect(moreOutput({ ...agent, delivery: 'batch' }, 'completed', { turns: [], options: longest })).toBeNull()
})
