import { expect, test } from 'vitest'
import type { TurnRequest } from '@/lib/core/ports/ports'
import type { ServerTool } from '@/lib/core/spec/server-tools'
import { batchBody, countBody, requestBody } from './request-body'
import { aRequest } from './testing'

const search: ServerTool = { kind: 'web_search', maxUses: 3, allowedDomains: ['example.org'] }
const fetching: ServerTool = {
  kind: 'web_fetch',
  maxUses: 2,
  maxContentTokens: 9_000,
  allowedDomains: null,
  citations: true,
}
const asking = (more: Partial<TurnRequest>) => aRequest({ serverTools: [search, fetching], ...more })

test('a current model has the current tools, called by itself alone', () => {
  expect(requestBody(asking({ model: 'claude-opus-5-5' })).tools).toEqual([
    {
      type: 'web_search_20260318',
      name: 'web_search',
      allowed_callers: ['direct'],
      max_uses: 3,
      allowed_domains: ['example.org'],
    },
    {
      type: 'web_fetch_20260318',
      name: 'web_fetch',
      allowed_callers: ['direct'],
      max_uses: 2,
      max_content_tokens: 9_000,
      citations: { enabled: true },
    },
  ])
})

test('an older model has the first versions, and one that nobody knows has none', () => {
  expect(requestBody(asking({ model: 'claude-haiku-4-5' })).tools).toEqual([
    { type: 'web_search_20250305', name: 'web_search', max_uses: 3, allowed_domains: ['example.org'] },
    {
      type: 'web_fetch_20250910',
      name: 'web_fetch',
      max_uses: 2,
      max_content_tokens: 9_000,
      citations: { enabled: true },
    },
  ])
  expect(requestBody(asking({ model: 'qwen3' })).tools).toBeUndefined()
})

test('they stand before all other tools, in batches and counts as well, and without them nothing changes', () => {
  const tools = [{ name: 'read', description: 'Reads.', inputSchema: { type: 'object' } }]
  for (const body of [requestBody, batchBody, countBody]) {
    const names = body(asking({ tools })).tools?.map((tool) => ('name' in tool ? tool.name : ''))
    expect(names).toEqual(['web_search', 'web_fetch', 'read'])
    expect(body(aRequest({ tools, serverTools: [] }))).toEqual(body(aRequest({ tools })))
  }
})
