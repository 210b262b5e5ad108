import { afterEach, beforeEach, expect, test } from 'vitest'
import { isNamed } from '@/lib/core/base/named-error'
import { daysBetween } from '@/lib/core/base/utc-day'
import { type AdminApiStandIn, startAdminApi } from '@/lib/server/testing/billing/admin-api'
import { openAdminApi } from './client'
import { type BillingProblem, problemOfRefusal } from './problem'

const nowMs = Date.parse('2026-11-20T12:00:00Z')
const model = 'claude-sonnet-5-5'

let api: AdminApiStandIn
beforeEach(async () => {
  api = await startAdminApi()
})
afterEach(() => {
  expect(api.unknown).toEqual([])
  api.close()
})

const open = (key = api.key) =>
  openAdminApi({
    ...{ key, baseUrl: api.url, fetch, now: () => nowMs },
    clean: (text) => text.replaceAll(key, '[redacted]'),
  })
const read = (from = '2026-11-18', to = '2026-11-20', key?: string) =>
  open(key).readDays(from, to, new AbortController().signal)
/** What a reading was refused with. */
const problem = async (reading: Promise<unknown> = read()): Promise<BillingProblem> => {
  const error = await reading.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!isNamed<BillingProblem>(error, 'BillingProblem'))
    throw new Error('It was no problem', { cause: error })
  return error
}

function report(): void {
  for (const day of daysBetween('2026-11-18', '2026-11-20')) {
    api.usage.set(
      day,
      ['apikey_1', 'apikey_2', null].map((id, at) => ({
        ...{
          api_key_id: id,
          workspace_id: 'wrkspc_1',
          model,
          uncached_input_tokens: 100 + at,
          output_tokens: 7,
        },
        cache_creation: { ephemeral_5m_input_tokens: 5, ephemeral_1h_input_tokens: 3 },
        ...{ cache_read_input_tokens: 9, server_tool_use: { web_search_requests: 2 }, service_tier: 'batch' },
        ...{ inference_geo: 'us', speed: 'fast' },
      })),
    )
    api.costs.set(day, [
      { workspace_id: 'wrkspc_1', model, amount: '123.45' },
      { cost_type: 'web_search', amount: '2.0000001' },
    ])
  }
}

const firstRow = {
  ...{ keyId: 'apikey_1', workspaceId: 'wrkspc_1', model, serviceTier: 'batch', speed: 'fast', geo: 'us' },
  ...{ inputTokens: 100, cacheWrite5mTokens: 5, cacheWrite1hTokens: 3, cacheReadTokens: 9, outputTokens: 7 },
  webSearches: 2,
}

test.each(['analytics', 'messages'] as const)('both forms of the report say the same: %s', async (form) => {
  api.forms = { analytics: form === 'analytics', messages: form === 'messages' }
  report()
  // Every page but the last is full, and one ends in the middle of a day.
  api.pageSize = 2
  const days = await read()
  expect(days.map((one) => [one.day, one.form, one.usage.length])).toEqual([
    ['2026-11-18', form, 3],
    ['2026-11-19', form, 3],
    ['2026-11-20', form, 3],
  ])
  expect(days[0]?.usage[0]).toEqual(firstRow)
  expect(days[1]?.usage[2]).toMatchObject({ keyId: null, inputTokens: 102 })
  expect(days[2]?.costs).toEqual([
    ...[
      {
        workspaceId: 'wrkspc_1',
        costType: 'tokens',
        model,
        nanoUsd: 1_234_500_000,
        roundedByNanoUsd: 50_000,
      },
    ],
    { workspaceId: null, costType: 'web_search', model: null, nanoUsd: 20_000_001, roundedByNanoUsd: 1 },
  ])
  expect(days[0]?.readAt).toBe('2026-11-20T12:00:00.000Z')
  expect(api.asked('cost_report').map(({ query }) => query.get('page'))).toEqual([null, 'page_2'])
})

test('the newer form is asked first, and the older one alone once the newer is known not to be there', async () => {
  api.forms.analytics = false
  const reader = open()
  const { signal } = new AbortController()
  await reader.readDays('2026-11-18', '2026-11-18', signal)
  await reader.readDays('2026-11-19', '2026-11-19', signal)
  expect(api.asked('analytics/usage')).toHaveLength(1)
  expect(api.asked('messages')).toHaveLength(2)
})

test('days without anything are there, and empty', async () => {
  expect((await read()).map(({ usage, costs }) => [usage.length, costs.length])).toEqual([
    ...[
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  ])
})

const row = {
  starting_at: '2026-11-18T00:00:00Z',
  group: {},
  usage: { uncached_input_tokens: 1, output_tokens: 1 },
}
const page = (change: object, data: unknown = [row]) => ({
  data,
  has_more: false,
  next_page: null,
  ...change,
})
const rubbish: [string, unknown][] = [
  ['no object', 7],
  ['no data', { has_more: false, next_page: null }],
  ['data that is no list', page({}, 'x')],
  ['no word on more', { data: [], next_page: null }],
  ['more, and not where', page({ has_more: true })],
  ['an address of the next page that is a number', page({ has_more: true, next_page: 7 })],
  ['no time', page({}, [{ ...row, starting_at: undefined }])],
  ['a time that is none', page({}, [{ ...row, starting_at: 'yesterday' }])],
  ['a time in the middle of a day', page({}, [{ ...row, starting_at: '2026-11-18T01:00:00Z' }])],
  ['a day that was not asked for', page({}, [{ ...row, starting_at: '2026-11-01T00:00:00Z' }])],
  ['no usage', page({}, [{ ...row, usage: null }])],
  ...[-1, 1.5, '12', 1e300, true, null].map((count): [string, unknown] => [
    `tokens that are ${JSON.stringify(count)}`,
    page({}, [{ ...row, usage: { uncached_input_tokens: count, output_tokens: 1 } }]),
  ]),
  ['a model that is a list', page({}, [{ ...row, group: { model: ['a'] } }])],
  ['a model without end', page({}, [{ ...row, group: { model: 'm'.repeat(10_000) } }])],
  ['a key with a line break', page({}, [{ ...row, group: { api_key_id: 'a\nb' } }])],
  [
    'searches below none',
    page({}, [{ ...row, usage: { ...row.usage, server_tool_use: { web_search_requests: -1 } } }]),
  ],
]
test.each(rubbish)(
  'a usage report that is rubbish is refused with a sentence, and nothing is kept of it: %s',
  async (_, body) => {
    api.forms.messages = false
    api.intercept = ({ path }) => (path.endsWith('usage') ? { status: 200, body } : null)
    const { kind, message } = await problem()
    expect(kind).toBe('invalid')
    expect(message.length).toBeLessThan(400)
  },
)

test.each([
  ['a number', 12.5],
  ['words', 'free'],
  ['nothing', null],
  ['more than can be', '9'.repeat(30)],
  ['an exponent', '1e5'],
])('an amount that is %s is refused', async (_, amount) => {
  const results = [{ amount, currency: 'USD', model, cost_type: 'tokens', workspace_id: null }]
  const body = page({}, [{ starting_at: '2026-11-18T00:00:00Z', results }])
  api.intercept = ({ path }) => (path.endsWith('cost_report') ? { status: 200, body } : null)
  expect(await problem()).toMatchObject({ kind: 'invalid' })
})

test('another currency is refused: it could not be compared', async () => {
  api.costs.set('2026-11-18', [{ amount: '1', currency: 'EUR' }])
  expect(await problem()).toMatchObject({ kind: 'invalid' })
})

test('what is no JSON, half of it, or far too long is refused', async () => {
  for (const text of ['', '<html>', '{"data": [', 'x'.repeat(60_000_000)]) {
    api.intercept = ({ path }) => (path.endsWith('cost_report') ? { status: 200, text } : null)
    expect(await problem()).toMatchObject({ kind: 'invalid' })
  }
})

test('pages that go round in a circle, or never end, are not followed for ever', async () => {
  api.intercept = ({ path }) =>
    path.endsWith('cost_report')
      ? { status: 200, body: page({ has_more: true, next_page: 'again' }, []) }
      : null
  expect((await problem()).message).toContain('circle')
  let asked = 0
  api.intercept = ({ path }) => {
    if (!path.endsWith('cost_report')) return null
    asked += 1
    return { status: 200, body: page({ has_more: true, next_page: `page_${asked}` }, []) }
  }
  expect((await problem()).message).toContain('shorter period')
  expect(asked).toBeLessThan(600)
})

test('a report that changed while it was read is read once more from its beginning', async () => {
  report()
  let gone = 1
  api.intercept = ({ path, query }) => {
    if (!path.endsWith('usage') || query.get('page') === null || gone === 0) return null
    gone -= 1
    return { status: 410, body: {} }
  }
  expect((await read()).map(({ usage }) => usage.length)).toEqual([3, 3, 3])
  gone = 9
  expect(await problem()).toMatchObject({ kind: 'expired' })
})

test('refusals are sentences that say what to do, and repeat no key', async () => {
  expect(await problem(read('2026-11-18', '2026-11-18', 'sk-ant-admin01-wrong-0123456789'))).toMatchObject({
    kind: 'unauthorized',
    message: expect.stringContaining('Set a new one'),
  })
  const body = { type: 'error', error: { type: 'permission_error', message: `${api.key}\u0007 may not` } }
  api.intercept = () => ({ status: 403, body })
  const { kind, message } = await problem()
  expect([kind, message.includes(api.key)]).toEqual(['forbidden', false])
  expect(message).toContain('[redacted] may not')
  api.intercept = () => ({ status: 529, body: 'busy' })
  expect(await problem()).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('529') })
  api.intercept = () => ({ status: 302, headers: { location: 'http://127.0.0.1:9/' } })
  expect(await problem()).toMatchObject({ kind: expect.stringMatching(/invalid|unavailable/) })
  api.close()
  expect(await problem()).toMatchObject({ kind: 'unavailable' })
})

test.each([
  ['30', 30],
  ['0.2', 1],
  ['0', 0],
  ['9e9', 86_400],
  ['-5', 60],
  ['soon', 60],
  ['', 60],
  [null, 60],
])('retry-after %j is waited for %d seconds', (retryAfter, seconds) => {
  const { kind, retryAtMs } = problemOfRefusal({ status: 429, retryAfter, said: '' }, nowMs)
  expect([kind, retryAtMs]).toEqual(['rate-limited', nowMs + seconds * 1000])
})

test('keys and workspaces are listed by their names, page by page', async () => {
  api.keys = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id: `apikey_${id}`, name: `Key ${id}` }))
  api.workspaces = [{ id: 'wrkspc_1', name: 'Runs' }]
  const { signal } = new AbortController()
  const found = await open().readNames(signal)
  expect(found.keys.map(({ name }) => name)).toEqual(['Key a', 'Key b', 'Key c', 'Key d', 'Key e'])
  expect(found.workspaces).toEqual([{ id: 'wrkspc_1', name: 'Runs' }])
  api.intercept = () => ({ status: 200, body: { data: [], has_more: true, last_id: null } })
  expect((await problem(open().readNames(signal))).message).toContain('do not end')
})

test('without the beta that tells speed the older form is read without it', async () => {
  api.forms.analytics = false
  report()
  api.intercept = ({ path, beta }) =>
    path.endsWith('messages') && beta !== undefined
      ? { status: 400, body: { error: { message: 'beta' } } }
      : null
  const [day] = await read('2026-11-18', '2026-11-18')
  expect(day?.usage[0]).toEqual({ ...firstRow, speed: null })
})
