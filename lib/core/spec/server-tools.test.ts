import fc from 'fast-check'
import { expect, test } from 'vitest'
import { knownModels } from '../money/models'
import { priceTable } from '../money/price-table'
import { costOf, serverToolsWorstNanoUsd, worstCaseNanoUsd } from '../money/pricing'
import { noUsage } from '../money/usage'
import { type ServerTool, worstOfServerTools } from './server-tools'

const at = '2026-11-29'
const sending = {
  model: 'claude-sonnet-5-5',
  inputTokens: 1_000,
  maxTokens: 0,
  fast: false,
  batch: false,
  cacheWriteKind: 'cacheWrite5m',
} as const
const searches = (maxUses: number): ServerTool => ({ kind: 'web_search', maxUses, allowedDomains: null })
const fetches = (maxUses: number, maxContentTokens: number): ServerTool => ({
  kind: 'web_fetch',
  maxUses,
  maxContentTokens,
  allowedDomains: null,
  citations: true,
})

test('what tools may add is each use of each, as searches, as tokens and as passes', () => {
  expect(worstOfServerTools([])).toEqual({ searches: 0, contentTokens: 0, passes: 0 })
  expect(worstOfServerTools([searches(3), fetches(2, 10_000)])).toEqual({
    searches: 3,
    contentTokens: 3 * 15_000 + 2 * 12_000,
    passes: 5,
  })
})

test('searches cost a cent each, pages their tokens as they are written to the cache, and each use the prompt read again', () => {
  // Sonnet 5.5: $2.50 a million written, $0.10 a million read.
  const page = serverToolsWorstNanoUsd(sending, [fetches(1, 10_000)], priceTable, at)
  expect(page).toBe(12_000 * 2_500 + 13_000 * 100)
  const search = serverToolsWorstNanoUsd(sending, [searches(2)], priceTable, at)
  expect(search).toBe(2 * 10_000_000 + 30_000 * 2_500 + 2 * 31_000 * 100)
  expect(serverToolsWorstNanoUsd(sending, [], priceTable, at)).toBe(0)
  expect(serverToolsWorstNanoUsd({ ...sending, model: 'nobody' }, [searches(1)], priceTable, at)).toBeNull()
})

test('what pages bring may make a prompt a long one, at its own price', () => {
  const haiku = { ...sending, model: 'claude-haiku-5-5', inputTokens: 90_000 }
  const whole = worstCaseNanoUsd({ ...haiku, serverTools: [fetches(1, 20_000)] }, priceTable, at)
  // Above 100,000 tokens: $0.625 a million written, $0.05 a million read.
  expect(whole).toBe(114_000 * 625 + 114_000 * 50)
})

test('no turn within its bounds costs more than was reserved for it', () => {
  const uses = fc.integer({ min: 1, max: 10 })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const part = (whole: number, of: number) => Math.floor(whole * of)
  fc.assert(
    fc.property(
      fc.constantFrom(...knownModels),
      fc.nat(200_000),
      fc.nat(50_000),
      fc.tuple(uses, uses, fc.integer({ min: 1, max: 50_000 })),
      fc.tuple(share, share, share),
      (model, inputTokens, maxTokens, [searched, fetched, most], [used, brought, said]) => {
        const tools = [searches(searched), fetches(fetched, most)]
        const worst = worstOfServerTools(tools)
        const usage = {
          ...noUsage,
          inputTokens,
          cacheWrite5mTokens: part(worst.contentTokens, brought),
          cacheReadTokens: part(worst.passes * (inputTokens + worst.contentTokens), used),
          outputTokens: part(maxTokens, said),
          webSearchRequests: part(worst.searches, used),
        }
        // Of one pass; several that are long only together are billed by themselves.
        fc.pre(model !== 'claude-haiku-5-5')
        const reserved = worstCaseNanoUsd(
          { ...sending, model, inputTokens, maxTokens, serverTools: tools },
          priceTable,
          at,
        )
        const cost = costOf(usage, model, priceTable, at)?.totalNanoUsd ?? Number.POSITIVE_INFINITY
        // Each kind is rounded to a nanodollar by itself.
        expect(cost).toBeLessThanOrEqual((reserved ?? 0) + 3)
      },
    ),
  )
})
