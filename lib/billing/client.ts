import { z } from 'zod'
import { parseJson } from '@/lib/core/base/json'
import { isNamed } from '@/lib/core/base/named-error'
import type { BilledCost, BilledDay, BilledUsage, ReportForm } from '@/lib/core/billing/billed'
import { BillingProblem, type BillingProblemKind, problemOfRefusal } from './problem'
import {
  analyticsPageSchema,
  costPageSchema,
  messagesPageSchema,
  namesPageSchema,
  type OfDay,
  type Page,
} from './wire'

/** Fetches as this server may: bounded in time and bytes, without following redirects. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A key or a workspace of the organisation, by what people call it. */
export type Named = { id: string; name: string }

/** The Admin API as one key reaches it. Every function throws `BillingProblem`, and nothing else that it causes. */
export type AdminApi = {
  /** What was used and billed on each of these UTC days, both included, and no more of them than a month has. */
  readDays(from: string, to: string, signal: AbortSignal): Promise<BilledDay[]>
  /** The keys and the workspaces of the organisation. */
  readNames(signal: AbortSignal): Promise<{ keys: Named[]; workspaces: Named[] }>
}

type Way = {
  key: string
  /** Where the API is, without a slash at its end. */
  baseUrl: string
  fetch: Fetch
  now: () => number
  /** Takes the key out of what they say. */
  clean: (text: string) => string
}

/** Most days of one report: https://platform.claude.com/docs/en/api/admin/usage_report/retrieve_messages. */
export const MOST_DAYS = 31

/** Pages and rows of one report that are read; an organisation with more than that is told so. */
const MOST_PAGES = 500
const MOST_ROWS = 100_000
const MOST_CHARACTERS = 50_000_000

const VERSION = '2023-06-01'

/** What says whose tokens they are, and what they cost. */
const groups = ['api_key_id', 'workspace_id', 'model', 'service_tier', 'inference_geo']

const messages = {
  path: '/v1/organizations/usage_report/messages',
  schema: messagesPageSchema,
}
const messagesQuery: Query = [
  ['bucket_width', '1d'],
  ['limit', String(MOST_DAYS)],
]

/** The usage report in its forms, the one that tells most first. The older one tells speed to those with a beta alone. */
const usageReports: readonly { form: ReportForm; report: Report<BilledUsage> }[] = [
  {
    form: 'analytics',
    report: {
      path: '/v1/organizations/analytics/usage',
      beta: 'analytics-usage-cost-2026-08-24',
      query: [['time_bucket_width', '1d'], ...groupedBy([...groups, 'speed'])],
      schema: analyticsPageSchema,
    },
  },
  {
    form: 'messages',
    report: {
      ...messages,
      beta: 'fast-mode-2026-02-01',
      query: [...messagesQuery, ...groupedBy([...groups, 'speed'])],
    },
  },
  { form: 'messages', report: { ...messages, beta: null, query: [...messagesQuery, ...groupedBy(groups)] } },
]
const costReport: Report<BilledCost> = {
  path: '/v1/organizations/cost_report',
  beta: null,
  query: [...messagesQuery, ...groupedBy(['workspace_id', 'description'])],
  schema: costPageSchema,
}

type Query = readonly (readonly [string, string])[]
type Report<T> = {
  path: string
  beta: string | null
  query: Query
  schema: z.ZodType<Page<T>>
}

function groupedBy(names: readonly string[]): [string, string][] {
  return names.map((name) => ['group_by[]', name])
}

/** Opens the Admin API for a key. */
export function openAdminApi(way: Way): AdminApi {
  const known = { at: 0 }
  return {
    async readDays(from, to, signal) {
      const reader = new Reader(way, known, signal)
      const usage = await reader.usage(from, to)
      const costs = await reader.report(costReport, from, to)
      const readAt = new Date(way.now()).toISOString()
      return [...usage.rows.keys()].map((day) => ({
        day,
        readAt,
        form: usage.form,
        usage: usage.rows.get(day) ?? [],
        costs: costs.get(day) ?? [],
      }))
    },
    async readNames(signal) {
      const reader = new Reader(way, known, signal)
      return {
        keys: await reader.names('/v1/organizations/api_keys'),
        workspaces: await reader.names('/v1/organizations/workspaces'),
      }
    },
  }
}

/** Rows by their day; each day that was asked for is there. */
type ByDay<T> = Map<string, T[]>

/** Reads reports within the bounds of one reading. */
class Reader {
  #characters = 0

  constructor(
    private readonly way: Way,
    /** The first form of the usage report that this API was not found to refuse. */
    private readonly known: { at: number },
    private readonly signal: AbortSignal,
  ) {}

  /** In the first form that is there and for this key; what the others lack is told as nothing. */
  async usage(from: string, to: string): Promise<{ form: ReportForm; rows: ByDay<BilledUsage> }> {
    let refusal: unknown = null
    for (const [at, { form, report }] of usageReports.entries()) {
      if (at < this.known.at) continue
      try {
        const rows = await this.report(report, from, to)
        this.known.at = at
        return { form, rows }
      } catch (error) {
        if (!isOfKind(error, ['missing', 'forbidden', 'invalid'])) throw error
        // What is not there says less than why another was refused.
        if (refusal === null || !isOfKind(error, ['missing'])) refusal = error
      }
    }
    throw refusal
  }

  /** A whole report, all its pages; from its beginning once more where it changed meanwhile. */
  async report<T>(report: Report<T>, from: string, to: string): Promise<ByDay<T>> {
    try {
      return await this.#pages(report, from, to)
    } catch (error) {
      if (!isOfKind(error, ['expired'])) throw error
      return this.#pages(report, from, to)
    }
  }

  async #pages<T>(report: Report<T>, from: string, to: string): Promise<ByDay<T>> {
    const [startMs, endMs] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`) + DAY_MS]
    const days: ByDay<T> = new Map()
    for (let ms = startMs; ms < endMs; ms += DAY_MS) days.set(dayOf(ms), [])
    const period: [string, string][] = [
      ['starting_at', `${from}T00:00:00Z`],
      ['ending_at', `${dayOf(endMs)}T00:00:00Z`],
    ]
    const seen = new Set<string>()
    for (let at: string | null = null, rows = 0; ; ) {
      const query = new URLSearchParams([...period, ...report.query.map(([name, value]) => [name, value])])
      if (at !== null) query.set('page', at)
      const found = await this.#ask(`${report.path}?${query}`, report.beta, report.schema)
      rows += sortIn(days, found.data)
      if (rows > MOST_ROWS) throw tooMuch()
      if (!found.has_more) return days
      // Half a report would look like less money.
      if (found.next_page === null) throw notAsItShould(report.path, 'it says there is more, and not where')
      if (seen.has(found.next_page)) throw notAsItShould(report.path, 'its pages go round in a circle')
      if (seen.size >= MOST_PAGES) throw tooMuch()
      seen.add(found.next_page)
      at = found.next_page
    }
  }

  async names(path: string): Promise<Named[]> {
    const found: Named[] = []
    for (let after: string | null = null; ; ) {
      const more: string = after === null ? '' : `&after_id=${encodeURIComponent(after)}`
      const page = await this.#ask(`${path}?limit=1000${more}`, null, namesPageSchema)
      found.push(...page.data)
      if (!page.has_more) return found
      if (page.last_id === null || page.last_id === after) throw notAsItShould(path, 'its pages do not end')
      if (found.length > MOST_ROWS) throw tooMuch()
      after = page.last_id
    }
  }

  async #ask<S extends z.ZodType>(
    pathAndQuery: string,
    beta: string | null,
    schema: S,
  ): Promise<z.output<S>> {
    const { key, baseUrl, fetch, now, clean } = this.way
    const path = pathAndQuery.split('?')[0] ?? ''
    const headers = {
      'x-api-key': key,
      'anthropic-version': VERSION,
      'user-agent': 'skein',
      accept: 'application/json',
      ...(beta === null ? {} : { 'anthropic-beta': beta }),
    }
    let answer: Response
    let text: string
    try {
      answer = await fetch(`${baseUrl}${pathAndQuery}`, { headers, signal: this.signal })
      text = await answer.text()
    } catch (error) {
      const why = error instanceof Error ? clean(error.message) : 'for no known reason'
      throw new BillingProblem('unavailable', `The Admin API could not be reached: ${why}`)
    }
    this.#characters += text.length
    if (this.#characters > MOST_CHARACTERS) throw tooMuch()
    if (!answer.ok) {
      const said = clean(messageOf(text))
      throw problemOfRefusal(
        { status: answer.status, retryAfter: answer.headers.get('retry-after'), said },
        now(),
      )
    }
    const read = schema.safeParse(parseJson(text))
    if (read.success) return read.data
    const { path: place = [], message = '' } = read.error.issues[0] ?? {}
    throw notAsItShould(path, `${place.map(String).join('.') || 'all of it'}: ${message}`)
  }
}

const DAY_MS = 86_400_000

const refusalSchema = z.object({ error: z.object({ message: z.string() }) })

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** Puts rows under their days and tells how many there were. Throws for a time that was not asked for. */
function sortIn<T>(days: ByDay<T>, buckets: readonly OfDay<T>[]): number {
  let rows = 0
  for (const { startingAt, results } of buckets) {
    const ms = Date.parse(startingAt)
    const day = ms % DAY_MS === 0 ? days.get(dayOf(ms)) : undefined
    if (day === undefined)
      throw new BillingProblem('invalid', 'A report tells of days that were not asked for.')
    day.push(...results)
    rows += results.length
  }
  return rows
}

function isOfKind(error: unknown, kinds: readonly BillingProblemKind[]): boolean {
  return isNamed<BillingProblem>(error, 'BillingProblem') && kinds.includes(error.kind)
}

function notAsItShould(path: string, what: string): BillingProblem {
  return new BillingProblem('invalid', `The answer of ${path} is not as it should be (${what}).`)
}

function tooMuch(): BillingProblem {
  return new BillingProblem(
    'invalid',
    'The report is larger than what is read of one. Choose a shorter period.',
  )
}

/** The message of a refusal, in the form that all of this API have; nothing of any other. */
function messageOf(text: string): string {
  const read = refusalSchema.safeParse(parseJson(text))
  return read.success ? read.data.error.message : ''
}
