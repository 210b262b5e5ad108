import { describe, expect, it } from 'vitest'
import type { ForkPreview } from '@/lib/api/fork'
import { countRetryableCalls } from '../questions/retryable-calls'
import { created, ended, told } from '../testing'
import { forkForm, readFork, retryWords, reusedWords, toRunWords } from './fork-form'

const { run } = told(['A'], created('a', 'A'))
const origin = forkForm(run, { script: 'return 1', args: { a: 1 } }, null)
const bodyOf = (change: Partial<typeof origin>) => readFork({ ...origin, ...change }, origin)

describe('fork form', () => {
  it('sends nothing that is as in the origin', () => {
    expect(bodyOf({})).toEqual({ ok: true, body: {} })
    expect(bodyOf({ prompts: { a: '' } })).toEqual({ ok: true, body: {} })
  })

  it('sends what was changed, in the words of the API', () => {
    const change = {
      script: 'return 2',
      args: '',
      usd: '12',
      agents: '50',
      title: ' Again ',
      prompts: { a: 'Hi' },
    }
    expect(
      bodyOf({ ...change, concurrency: '4', model: 'claude-haiku-5-5', refreshWorkspace: true }),
    ).toEqual({
      ok: true,
      body: {
        script: 'return 2',
        args: null,
        model: 'claude-haiku-5-5',
        limits: { usd: 12, agents: 50 },
        concurrency: 4,
        title: 'Again',
        refreshWorkspace: true,
        agents: [{ agentId: 'a', prompt: 'Hi' }],
      },
    })
    expect(bodyOf({ usd: '' })).toEqual({ ok: true, body: { limits: { usd: null } } })
  })

  it('names every field that cannot be sent', () => {
    const read = bodyOf({ usd: 'much', agents: '0', args: '{', script: ' ' })
    expect(read.ok ? [] : read.errors.map(({ field }) => field)).toEqual(['script', 'args', 'usd', 'agents'])
  })
})

describe('the price of a fork', () => {
  const preview: ForkPreview = {
    reused: { calls: 375, costNanoUsd: 9_800_000_000 },
    toRun: { calls: 37, costNanoUsd: { low: 1e9, likely: 1_400_000_000, high: 2e9 }, phases: [] },
    basis: '',
    isWhole: true,
    error: null,
  }

  it('is said in one line', () => {
    expect(`${reusedWords(preview)}, ${toRunWords(preview)}`).toBe(
      'reuses 375 of 412 calls worth $9.80, 37 to run, about $1.40',
    )
    expect(retryWords(preview)).toBe('37 agents, about $1.40, reuses $9.80')
    expect(retryWords({ ...preview, isWhole: false })).toContain('37 agents or more, about')
  })

  it('is never zero when nobody knows it, and says when there may be more', () => {
    const unknown = { ...preview, isWhole: false, toRun: { ...preview.toRun, costNanoUsd: null } }
    expect(toRunWords(unknown)).toBe('37 or more to run, at an unknown price')
    expect(retryWords(unknown)).toContain('price unknown')
  })
})

it('counts the calls of the script that can be tried again, without those that other agents started', () => {
  const child = { ...created('c', 'A'), parentId: 'a' } as const
  const events = [
    created('a', 'A'),
    created('b', 'A'),
    child,
    ended('a', 'failed'),
    ended('b'),
    ended('c', 'failed'),
  ]
  expect(countRetryableCalls(told(['A'], ...events))).toBe(1)
})
