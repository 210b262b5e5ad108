import { BoundedCache } from '@/lib/core/base/bounded-cache'
import { cutText } from '@/lib/core/base/cut-text'
import type { Clock } from '@/lib/core/ports/clock'
import { parseUrl } from '@/lib/core/wire/parse-url'
import type { Asker } from '@/lib/threads/pool'
import { checkAddress, type Reach } from './allowed-address'
import { type Answered, type Guard, guardedRequest, type Resolve } from './guarded-request'
import { decodePage, kindOfType } from './page-text'
import { type AskPages, MOST_ROBOTS_BYTES, Robots } from './robots'

/** A page as it was when a run first fetched it. Its text is another's: whoever shows it to a model says so. */
export type Page = {
  /** Where it was found in the end. */
  url: string
  /** Milliseconds since the epoch. */
  fetchedAt: number
  /** Of the body, unpacked, as far as it was read. */
  bytes: number
  /** True when it is longer than what was read. */
  isCut: boolean
} & (
  | {
      kind: 'html' | 'text' | 'markdown' | 'json'
      title: string | null
      /** HTML as Markdown, everything else as it is. */
      markdown: string
      byline: string | null
      /** As the page writes it. */
      publishedAt: string | null
      links: readonly string[]
    }
  /** Read by whoever reads documents. */
  | { kind: 'pdf'; content: Uint8Array }
)

export type Fetched = { ok: true; page: Page } | { ok: false; problem: string }

export type FetchLimits = {
  /** Of a body, once it is unpacked. */
  bytes: number
  /** Of a PDF, which is of no use when it is cut. */
  pdfBytes: number
  /** Awake time from the first hop to the last byte, what robots may do included. */
  awakeMs: number
  /** Redirects that are followed. */
  hops: number
  /** Text kept of one page, in UTF-16 units. */
  characters: number
}

export const usualFetchLimits: FetchLimits = {
  bytes: 5_000_000,
  pdfBytes: 30_000_000,
  awakeMs: 30_000,
  hops: 5,
  characters: 1_000_000,
}

export type FetcherParts = Reach & {
  resolve: Resolve
  clock: Clock
  /** The threads in which pages are read. */
  ask: AskPages
  limits: FetchLimits
}

/** Who we say we are; the first word is what rules for robots name. */
const USER_AGENT = 'Skein/0.2 (research on behalf of a person)'
const ROBOT = 'Skein'
const ACCEPT = 'text/markdown, text/html;q=0.9, application/pdf;q=0.8, text/*;q=0.7, application/json;q=0.7'
/** What a run keeps of pages, in bytes of memory. */
const MOST_KEPT_BYTES = 50_000_000

/**
 * Fetches pages for one run: an address that was fetched once says the same for as long as it is kept. Nothing
 * of it reaches a machine that is not on the public internet, and no code of a page is run. Never rejects.
 */
export function createPageFetcher(parts: FetcherParts): {
  fetchPage(address: string, asker: Asker): Promise<Fetched>
} {
  const kept = new BoundedCache<Page>(MOST_KEPT_BYTES)
  const guard = (mostBytes: number): Guard => ({ ...parts, userAgent: USER_AGENT, accept: ACCEPT, mostBytes })
  const robots = new Robots({
    ask: parts.ask,
    userAgent: ROBOT,
    async follow(address, signal) {
      const followed = await follow(address, parts.limits.hops, async (hop) =>
        guardedRequest(hop, guard(MOST_ROBOTS_BYTES), signal),
      )
      return followed.answered
    },
  })

  async function fetchFresh(url: URL, asker: Required<Asker>): Promise<Fetched> {
    const { limits } = parts
    const most = Math.max(limits.bytes, limits.pdfBytes)
    const followed = await follow(url.href, limits.hops, async (hop) => {
      const checked = checkAddress(hop, parts)
      const refusal = checked.ok ? await robots.refusal(checked.value, asker) : checked.problem
      if (refusal !== null) return { kind: 'problem', problem: refusal }
      return await guardedRequest(hop, guard(most), asker.signal)
    })
    const { answered } = followed
    if (answered.kind === 'problem') return { ok: false, problem: answered.problem }
    if (answered.kind === 'redirect')
      return { ok: false, problem: `It redirects more than ${limits.hops} times.` }
    if (answered.status < 200 || answered.status >= 300)
      return { ok: false, problem: `${url.host} answered ${answered.status}.` }
    return await readPage(followed.url, answered, parts, asker)
  }

  return {
    async fetchPage(address, asker) {
      const checked = checkAddress(address, parts)
      if (!checked.ok) return { ok: false, problem: checked.problem }
      const { href } = checked.value
      const before = kept.get(href)
      if (before !== undefined) return { ok: true, page: before }
      const fetched = await withinTime(parts, asker, (timed) => fetchFresh(checked.value, timed))
      if (!fetched.ok) return fetched
      // Another call of the run may have been told meanwhile what this address says.
      const first = kept.get(href) ?? fetched.page
      kept.set(href, first, weightOf(first))
      return { ok: true, page: first }
    },
  }
}

/** Asks for an address and for those it redirects to, in turn; the last answer is a redirect when they go on. */
async function follow(
  address: string,
  hops: number,
  ask: (address: string) => Promise<Answered>,
): Promise<{ url: string; answered: Answered }> {
  let url = address
  for (let hop = 0; ; hop += 1) {
    const answered = await ask(url)
    if (answered.kind !== 'redirect' || hop >= hops) return { url, answered }
    const next = parseUrl(answered.location, url)
    if (next === null)
      return { url, answered: { kind: 'problem', problem: 'It redirects to what is no address.' } }
    next.hash = ''
    url = next.href
  }
}

async function withinTime(
  { clock, limits }: FetcherParts,
  asker: Asker,
  run: (asker: Required<Asker>) => Promise<Fetched>,
): Promise<Fetched> {
  const late = new AbortController()
  const cancel = clock.awake.after(limits.awakeMs, () => late.abort())
  const signal = asker.signal === undefined ? late.signal : AbortSignal.any([asker.signal, late.signal])
  try {
    return await run({ owner: asker.owner, signal })
  } catch (error) {
    if (!signal.aborted) throw error
    const seconds = limits.awakeMs / 1000
    return {
      ok: false,
      problem: late.signal.aborted ? `It took longer than ${seconds} seconds.` : 'It was stopped.',
    }
  } finally {
    cancel()
  }
}

async function readPage(
  url: string,
  { contentType, body }: Extract<Answered, { kind: 'answer' }>,
  { ask, clock, limits }: FetcherParts,
  asker: Asker,
): Promise<Fetched> {
  const kind = kindOfType(contentType)
  if (kind === null)
    return { ok: false, problem: `It is neither text nor a PDF, but ${cutText(contentType, 100)}.` }
  if (kind === 'pdf' && body.isCut)
    return { ok: false, problem: `The PDF is larger than ${limits.pdfBytes / 1e6} MB.` }
  const bytes = kind === 'pdf' ? body.bytes : body.bytes.subarray(0, limits.bytes)
  const isShort = bytes.length < body.bytes.length || body.isCut
  const about = { url, fetchedAt: clock.now(), bytes: bytes.length, isCut: isShort }
  if (kind === 'pdf') return { ok: true, page: { ...about, kind, content: bytes } }
  const text = decodePage(bytes, contentType)
  const asIs = { title: null, byline: null, publishedAt: null, links: [] }
  if (kind !== 'html') return { ok: true, page: cutPage({ ...about, ...asIs, kind, markdown: text }, limits) }
  const asked = await ask({ kind: 'read-page', html: text, address: url }, asker)
  if (!asked.ok) return { ok: false, problem: `The page could not be read: ${asked.reason}` }
  if (asked.answer.kind !== 'page') return { ok: false, problem: 'The page could not be read.' }
  const { title, byline, publishedAt, links, markdown } = asked.answer.page
  return { ok: true, page: cutPage({ ...about, kind, title, byline, publishedAt, links, markdown }, limits) }
}

type TextPage = Exclude<Page, { kind: 'pdf' }>

function cutPage(page: TextPage, { characters }: FetchLimits): TextPage {
  if (page.markdown.length <= characters) return page
  return { ...page, markdown: cutText(page.markdown, characters), isCut: true }
}

function weightOf(page: Page): number {
  if (page.kind === 'pdf') return page.content.length
  return page.markdown.length * 2 + page.links.reduce((sum, link) => sum + link.length * 2, 1_000)
}
