import { describe, expect, it } from 'vitest'
import type { RunState } from '@/lib/core/state'
import { noUsage } from '@/lib/core/usage'
import { cacheUse, cacheWords } from './cache-use'
import { committed, created, told } from './testing'

describe('the use of the prompt cache', () => {
  const turn = (read: number, written: number, model = 'claude-sonnet-5-5'): RunState =>
    told(
      ['A'],
      { ...created('a', 'A'), model },
      {
        ...committed('a', 0),
        usage: { ...noUsage, inputTokens: 100, cacheReadTokens: read, cacheWrite5mTokens: written },
        model,
      },
    )

  it('is the share of the prompts that was read from it, and what that saved less what writing cost', () => {
    const use = cacheUse(turn(800, 100))
    expect(use?.hitPercent).toBe(80)
    expect(use?.savedNanoUsd).toBeGreaterThan(0)
    expect(cacheWords(use)).toMatch(/^80% · saved \$0\.00/)
  })

  it('says when writing has cost more than reading saved', () => {
    expect(cacheWords(cacheUse(turn(0, 1_000)))).toMatch(/^0% · cost \$0\.00/)
  })

  it('says nothing before anything was read, and does not guess a price', () => {
    expect(cacheWords(cacheUse(told(['A'], created('a', 'A'))))).toBe('–')
    expect(cacheWords(cacheUse(turn(800, 0, 'nobody-knows')))).toBe('89% · saving unknown')
    expect(cacheWords(cacheUse(turn(0, 0)))).toBe('0%')
  })
})
