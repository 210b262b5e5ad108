import { afterAll, beforeAll, expect, test } from 'vitest'
import { priceTable } from '@/lib/core/money/price-table'
import { costOf, worstCaseNanoUsd } from '@/lib/core/money/pricing'
import type { Message } from '@/lib/core/ports/ports'
import type { ServerTool } from '@/lib/core/spec/server-tools'
import { createAnthropicProvider } from '@/lib/providers/anthropic/provider'
import { aRequest, calmly, listen } from '@/lib/providers/anthropic/testing'
import { realClock } from '@/lib/server/testing/real-clock'
import { type SimulatorServer, startSimulatorServer } from '../server'

let server: SimulatorServer
beforeAll(async () => {
  server = await startSimulatorServer({ speed: 0 })
})
afterAll(() => server.close())

const serverTools: ServerTool[] = [
  { kind: 'web_search', maxUses: 2, allowedDomains: null },
  { kind: 'web_fetch', maxUses: 1, maxContentTokens: 500, allowedDomains: null, citations: true },
]
const model = 'claude-sonnet-5-5'

async function turn(messages: Message[]) {
  const provider = createAnthropicProvider({
    clock: realClock,
    apiKey: 'sk-sim',
    baseURL: server.url,
    name: 'simulator',
  })
  const request = aRequest({ model, maxTokens: 2_000, serverTools, messages })
  const result = await provider.turn(request, listen(), calmly())
  if (!result.ok) throw new Error(result.failure.message)
  return result.turn
}

test('searches of a turn are counted and priced, and no more than was reserved; the next turn takes its blocks as they came', async () => {
  const text = 'How do bees dance? See https://tides.example/moon and say it in a sentence.'
  const asked: Message = { role: 'user', content: [{ type: 'text', text }] }
  const { content, usage } = await turn([asked])
  expect(content.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['server_tool_use', 'web_search_tool_result', 'web_fetch_tool_result', 'text']),
  )
  expect(usage.webSearchRequests).toBe(1)
  const at = '2026-11-29'
  const cost = costOf(usage, model, priceTable, at)
  expect(cost?.byKind.webSearch).toBe(10_000_000)
  const worst = worstCaseNanoUsd(
    {
      ...{ model, inputTokens: 200, maxTokens: 2_000, fast: false, batch: false, serverTools },
      cacheWriteKind: 'cacheWrite5m',
    },
    priceTable,
    at,
  )
  expect(cost?.totalNanoUsd).toBeLessThan(worst ?? 0)
  const more: Message = { role: 'user', content: [{ type: 'text', text: 'And again, shorter.' }] }
  const next = await turn([asked, { role: 'assistant', content }, more])
  expect(next.usage.webSearchRequests).toBe(0)
  expect(next.usage.inputTokens).toBeGreaterThan(usage.inputTokens)
})
