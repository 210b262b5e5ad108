import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { daysBetween } from '@/lib/core/base/utc-day'

/** Tokens as the usage report tells them; what is left out is none, or null. */
export type UsageRow = {
  api_key_id?: string | null
  workspace_id?: string | null
  model?: string | null
  service_tier?: string | null
  inference_geo?: string | null
  speed?: string | null
  uncached_input_tokens?: number
  cache_creation?: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number }
  cache_read_input_tokens?: number
  output_tokens?: number
  server_tool_use?: { web_search_requests: number }
}

/** Dollars as the cost report tells them: cents as a decimal text. */
export type CostRow = {
  workspace_id?: string | null
  cost_type?: string | null
  model?: string | null
  amount: string
  currency?: string
}

type Seen = { path: string; query: URLSearchParams; beta: string | undefined }
type Answer = { status: number; body?: unknown; text?: string; headers?: Record<string, string> }

const VERSION = '2023-06-01'

/** Every key and workspace is listed on pages of this many, so that several pages are read. */
const NAMES_A_PAGE = 2

/**
 * The Admin API of the provider as far as Skein asks it, on this machine: both forms of the usage report, the cost
 * report, and the names of keys and workspaces. It is strict: a request without the right key, version, beta, width or
 * groups is refused as the API would, and what it does not know is noted in `unknown`.
 */
export async function startAdminApi() {
  const state = {
    key: 'sk-ant-admin01-stand-in-0123456789-wXyZ',
    /** Which forms of the usage report there are. */
    forms: { analytics: true, messages: true },
    /** What is reported, by day. */
    usage: new Map<string, UsageRow[]>(),
    costs: new Map<string, CostRow[]>(),
    keys: [] as { id: string; name: string }[],
    workspaces: [] as { id: string; name: string }[],
    /** Rows, or days, of one page. */
    pageSize: 3,
    seen: [] as Seen[],
    unknown: [] as string[],
    /** Answers in place of the usual, or null to let a request pass. */
    intercept: (_: Seen): Answer | null => null,
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const beta = request.headers['anthropic-beta']
    const seen = {
      path: url.pathname,
      query: url.searchParams,
      beta: beta === undefined ? beta : String(beta),
    }
    state.seen.push(seen)
    send(response, answerTo(seen, request.headers))
  })

  function answerTo(seen: Seen, headers: IncomingHttpHeaders): Answer {
    const intercepted = state.intercept(seen)
    if (intercepted !== null) return intercepted
    if (headers['x-api-key'] !== state.key) return refused(401, 'invalid x-api-key')
    if (headers['anthropic-version'] !== VERSION) return refused(400, 'anthropic-version')
    const answer = routes[seen.path]
    if (answer !== undefined) return answer(seen)
    state.unknown.push(seen.path)
    return refused(404, 'Not found')
  }

  const routes: Readonly<Record<string, (seen: Seen) => Answer>> = {
    '/v1/organizations/analytics/usage': ({ query, beta }) => {
      if (!state.forms.analytics) return refused(404, 'Not found')
      if (beta !== 'analytics-usage-cost-2026-08-24') return refused(400, 'beta header')
      if (query.get('time_bucket_width') !== '1d') return refused(400, 'time_bucket_width')
      const rows = daysOf(query).flatMap(([day, times]) =>
        (state.usage.get(day) ?? []).map((row) => ({
          ...times,
          group: grouped(row, query.getAll('group_by[]')),
          usage: metricsOf(row),
        })),
      )
      return pageOf(rows, query)
    },
    '/v1/organizations/usage_report/messages': ({ query, beta }) => {
      const groups = query.getAll('group_by[]')
      if (!state.forms.messages) return refused(404, 'Not found')
      if (groups.includes('speed') && beta !== 'fast-mode-2026-02-01')
        return refused(400, 'speed needs a beta header')
      return buckets(query, (day) =>
        (state.usage.get(day) ?? []).map((row) => ({ ...grouped(row, groups), ...metricsOf(row) })),
      )
    },
    '/v1/organizations/cost_report': ({ query }) => {
      if (!query.getAll('group_by[]').includes('description')) return refused(400, 'group_by')
      const usual = { workspace_id: null, cost_type: 'tokens', model: null, currency: 'USD' }
      return buckets(query, (day) => (state.costs.get(day) ?? []).map((row) => ({ ...usual, ...row })))
    },
    '/v1/organizations/api_keys': ({ query }) => namesPage(state.keys, query),
    '/v1/organizations/workspaces': ({ query }) => namesPage(state.workspaces, query),
  }

  function buckets(query: URLSearchParams, rowsOf: (day: string) => unknown[]): Answer {
    if (query.get('bucket_width') !== '1d') return refused(400, 'bucket_width')
    return pageOf(
      daysOf(query).map(([day, times]) => ({ ...times, results: rowsOf(day) })),
      query,
    )
  }

  function pageOf(all: readonly unknown[], query: URLSearchParams): Answer {
    const from = Number((query.get('page') ?? 'page_0').replace('page_', ''))
    const to = from + state.pageSize
    const hasMore = to < all.length
    return {
      status: 200,
      body: { data: all.slice(from, to), has_more: hasMore, next_page: hasMore ? `page_${to}` : null },
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    /** What was asked of one report, oldest first. */
    asked: (part: string) => state.seen.filter(({ path }) => path.endsWith(part)),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  })
}
export type AdminApiStandIn = Awaited<ReturnType<typeof startAdminApi>>

/** Each day of a request, with when its time begins and ends. */
function daysOf(query: URLSearchParams): [string, { starting_at: string; ending_at: string }][] {
  const dayOf = (name: string) => (query.get(name) ?? '').slice(0, 10)
  const days = daysBetween(dayOf('starting_at'), dayOf('ending_at'))
  return days
    .slice(0, -1)
    .map((day, at) => [
      day,
      { starting_at: `${day}T00:00:00Z`, ending_at: `${days[at + 1] ?? day}T00:00:00Z` },
    ])
}

/** What a row is grouped by; null for what was not asked. */
function grouped(row: UsageRow, groups: readonly string[]): Record<string, unknown> {
  const all = {
    api_key_id: row.api_key_id,
    workspace_id: row.workspace_id,
    model: row.model,
    service_tier: row.service_tier ?? 'standard',
    inference_geo: row.inference_geo ?? 'global',
    speed: row.speed ?? 'standard',
  }
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, groups.includes(name) ? (value ?? null) : null]),
  )
}

function metricsOf(row: UsageRow): object {
  return {
    uncached_input_tokens: row.uncached_input_tokens ?? 0,
    cache_creation: row.cache_creation ?? { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    cache_read_input_tokens: row.cache_read_input_tokens ?? 0,
    output_tokens: row.output_tokens ?? 0,
    server_tool_use: row.server_tool_use ?? { web_search_requests: 0 },
  }
}

function namesPage(all: readonly { id: string }[], query: URLSearchParams): Answer {
  const after = query.get('after_id')
  const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1
  const data = all.slice(from, from + NAMES_A_PAGE)
  const hasMore = from + NAMES_A_PAGE < all.length
  return { status: 200, body: { data, has_more: hasMore, last_id: data.at(-1)?.id ?? null } }
}

function refused(status: number, message: string): Answer {
  return { status, body: { type: 'error', error: { type: 'error', message } } }
}

function send(response: ServerResponse, { status, body, text, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(text ?? JSON.stringify(body ?? {}))
}
