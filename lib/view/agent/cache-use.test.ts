import { describe, expect, it } from 'vitest'
import type { Totals } from '@/lib/core/agent/totals'
import { priceTable } from '@/lib/core/money/price-table'
import { costOf } from '@/lib/core/money/pricing'
import { noUsage, type Usage } from '@/lib/core/money/usage'
import { committed, created, told } from '../testing'
import { cacheUseOf, cacheWords } from './cache-use'

describe('the use of the prompt cache', () => {
  const turn = (more: Partial<Usage>, model = 'claude-sonnet-5-5', prices = priceTable): Totals => {
    const usage = { ...noUsage, inputTokens: 100, ...more }
    const cost = costOf(usage, model, prices, '2026-11-27T00:00:00Z')
    return told(['A'], { ...created('a', 'A'), model }, { ...committed('a', 0), usage, model, cost }).totals
  }

  it('is the share of the prompts that was read from it, and what that saved less what writing cost', () => {
    const use = cacheUseOf(turn({ cacheReadTokens: 800, cacheWrite5mTokens: 100 }))
    // $2 a million for new tokens, a twentieth to read, five quarters to write.
    expect(use).toEqual({ hitPercent: 80, savedNanoUsd: 800 * 1900 - 100 * 500 })
    expect(cacheWords(use)).toMatch(/^80% · saved \$0\.00/)
  })

  it('goes by what was booked: an edited price, a batch, a cache of an hour, whatever the shipped list says', () => {
    const dearer = priceTable.map((price) => ({
      ...price,
      rates: { ...price.rates, input: 3 * price.rates.input },
    }))
    const saved = (...of: Parameters<typeof turn>) => cacheUseOf(turn(...of))?.savedNanoUsd
    expect(saved({ cacheReadTokens: 800 }, 'claude-sonnet-5-5', dearer)).toBe(800 * (6000 - 100))
    expect(saved({ cacheReadTokens: 800, serviceTier: 'batch' })).toBe(800 * 950)
    expect(saved({ cacheWrite1hTokens: 800 })).toBe(-800 * 2000)
  })

  it('says when writing has cost more than reading saved', () => {
    expect(cacheWords(cacheUseOf(turn({ cacheWrite5mTokens: 1_000 })))).toMatch(/^0% · cost \$0\.00/)
  })

  it('says nothing before anything was read, and does not guess a price', () => {
    expect(cacheWords(cacheUseOf(told(['A'], created('a', 'A')).totals))).toBe('–')
    expect(cacheWords(cacheUseOf(turn({ cacheReadTokens: 800 }, 'nobody-knows')))).toBe(
      '89% · saving unknown',
    )
    expect(cacheWords(cacheUseOf(turn({})))).toBe('0%')
  })

  it('knows it of a prompt that stood in the cache as a whole', () => {
    expect(cacheUseOf(turn({ inputTokens: 0, cacheReadTokens: 800 }))).toEqual({
      hitPercent: 100,
      savedNanoUsd: 800 * 1900,
    })
  })
})
