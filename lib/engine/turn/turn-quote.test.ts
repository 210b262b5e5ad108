import { expect, test } from 'vitest'
import { priceTable } from '@/lib/core/money/price-table'
import { serverToolsWorstNanoUsd } from '@/lib/core/money/pricing'
import type { ServerTool } from '@/lib/core/spec/server-tools'
import { worstOf } from './turn-quote'

const at = '2026-11-29'
const model = 'claude-sonnet-5-5'
const sending = {
  inputTokens: 10_000,
  maxTokens: 1_000,
  fast: false,
  batch: false,
  cacheWriteKind: 'cacheWrite5m',
} as const
const search: ServerTool = { kind: 'web_search', maxUses: 5, allowedDomains: null }

test('a turn is reserved for with all that its server tools may add, and without them as ever', () => {
  const plain = worstOf({ model, spec: {} }, sending, priceTable, at) ?? 0
  expect(worstOf({ model, spec: { serverTools: [] } }, sending, priceTable, at)).toBe(plain)
  const added = serverToolsWorstNanoUsd({ model, ...sending }, [search], priceTable, at) ?? 0
  expect(added).toBeGreaterThan(5 * 10_000_000)
  expect(worstOf({ model, spec: { serverTools: [search] } }, sending, priceTable, at)).toBe(plain + added)
})
