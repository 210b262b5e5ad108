import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { RunCosts } from '@/lib/api/run-costs'
import type { RunResult } from '@/lib/api/runs'
import type { Json } from '@/lib/core/base/json'
import type { RunNote } from '@/lib/core/ports/run-note-store'
import type { RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { type Snapshot, toSnapshot } from '@/lib/core/run/state'
import { created, ended, journalFixture } from '../testing'
import { foldHistory, noHistory } from '../timeline/timeline-history'
import type { FilmFrame } from './film-frames'
import { htmlHead, htmlTail } from './html'

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64')

type Page = {
  events: readonly RunEvent[]
  phases?: readonly string[]
  result?: Json
  change?: (snapshot: Snapshot) => Snapshot
  frames?: readonly FilmFrame[]
  notes?: readonly RunNote[]
}

/** The head of the page of a run that was told like this. */
function page({
  events,
  phases = ['Read', 'Write'],
  result = null,
  change = (same) => same,
  frames = [],
  notes = [],
}: Page): string {
  const journal = journalFixture(phases, ...events)
  const snapshot = change(toSnapshot(foldAll(null, journal)))
  const { run, totals, outcomeCounts } = snapshot
  const costs: RunCosts = {
    lines: ['Read', 'Write'].map((phase, at) => ({
      phase,
      model: at === 0 ? 'claude-haiku-5-5' : 'claude-sonnet-5-5',
      delivery: 'live',
      turns: 1,
      isPriced: true,
      isMetered: true,
      cacheSavedNanoUsd: null,
      kinds: [{ kind: 'output', count: 10, costNanoUsd: (at + 1) * 1_000_000_000 }],
    })),
    unsettled: [],
    totals: { ...totals, reservedNanoUsd: 0 },
  }
  const told: RunResult = {
    result,
    hasResult: result !== null,
    status: run.status,
    outcomeCounts,
    resultInputs: [],
    flaggedSources: [],
  }
  const history = foldHistory(noHistory, journal)
  const report = (markdown: string) => `<p>report of ${markdown.length}</p>`
  return htmlHead({ snapshot, costs, result: told, history, frames, notes }, { report, sha256 })
}

function crowd(count: number): RunEvent[] {
  const outcomes = ['succeeded', 'succeeded', 'succeeded', 'flagged', 'failed'] as const
  return Array.from({ length: count }, (_, at) => [
    created(`a${at}`, at % 2 === 0 ? 'Read' : 'Write'),
    ended(`a${at}`, outcomes[at % 5]),
  ]).flat()
}

const mapOf = (html: string) => /<svg class="map".*?<\/svg>/s.exec(html)?.[0] ?? ''
const timelineOf = (html: string) => /<svg role="img" aria-label="Timeline.*?<\/svg>/s.exec(html)?.[0] ?? ''

test('the map of five thousand agents is two paths a status and group, and short for each agent', () => {
  const map = mapOf(page({ events: crowd(5_000) }))
  expect(map.match(/<path class="status-succeeded"/g)).toHaveLength(2)
  expect(map.match(/<path class="g g-failed"/g)).toHaveLength(2)
  expect(map).toContain('<title>1,500 agents: succeeded</title>')
  expect(map.length / 5_000).toBeLessThan(40)
})

test('what stands above the transcripts grows by a row of the table for each agent and little else', () => {
  const [small, large] = [page({ events: crowd(1_000) }), page({ events: crowd(5_000) })]
  expect((large.length - small.length) / 4_000).toBeLessThan(420)
})

test('of a large run the timeline has the two hundred agents that took longest, and says so', () => {
  const [late, ...others] = crowd(500).filter((event) => event.type === 'agent.created')
  const events = [...(late === undefined ? [] : [late]), ...others]
  const html = page({
    events: [...events, ...others.map((one) => ended(one.type === 'agent.created' ? one.agentId : ''))],
  })
  expect(html).toContain('The 200 agents of 500 that took longest')
  expect(timelineOf(html)).toContain('label a0<')
  expect(timelineOf(html).match(/label a\d+</g)).toHaveLength(200)
  expect(page({ events: crowd(20) })).not.toContain('that took longest')
})

test('no word on the map is smaller than ten pixels of the page, at any number of agents and phases', () => {
  for (const [count, phases] of [
    [3, 2],
    [60, 2],
    [1_000, 2],
    [400, 20],
  ] as const) {
    const titles = Array.from({ length: phases }, (_, at) => `Phase ${String.fromCharCode(65 + at)}`)
    const events = crowd(count).map(
      (event, at): RunEvent =>
        event.type === 'agent.created' && phases > 2
          ? { ...event, phase: titles[(at / 2) % phases] ?? null }
          : event,
    )
    const map = mapOf(page({ events, phases: phases > 2 ? titles : ['Read', 'Write'] }))
    const [, width, box] = /width="(\d+)" height="\d+" viewBox="([^"]+)"/.exec(map) ?? []
    const scale = Number(width) / Number((box ?? '').split(' ')[2])
    const sizes = [...map.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size) * scale)
    expect(sizes.length).toBeGreaterThan(3)
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10)
  }
})

test('every status has a glyph beside its colour, but the one that has not begun', () => {
  const map = mapOf(page({ events: [...crowd(60), created('late', 'Read')] }))
  for (const status of ['succeeded', 'flagged', 'failed']) expect(map).toContain(`class="g g-${status}"`)
  expect(map).toContain('class="status-queued"')
  expect(map).not.toContain('class="g g-queued"')
})

const hostile =
  '</style></title></svg><script>alert(1)</script><img src=x onerror=alert(2)>"\' \u202egpj.exe\u0000'

test('what others wrote is words and never markup, and cannot turn the direction of the page', () => {
  const events = [
    { ...created('a1', hostile), label: hostile },
    { ...created('a2', 'Read'), label: 'long '.repeat(5_000) },
    ended('a1', 'failed'),
    ended('a2', 'flagged'),
  ]
  const result = {
    report: 'x',
    findings: [{ file: hostile, title: hostile, detail: hostile, severity: hostile }],
  }
  const html = page({
    events,
    phases: [hostile, 'Read'],
    result,
    change: (snapshot) => ({
      ...snapshot,
      run: {
        ...snapshot.run,
        title: hostile,
        reason: hostile,
        error: { kind: 'thrown', message: hostile, line: null, column: null, stack: null },
      },
    }),
  })
  expect(html).not.toMatch(/<script|<img|onerror=alert\(2\)>"/)
  expect(html.match(/<\/style>/g)).toHaveLength(1)
  expect(html).not.toMatch(/(?![\n\r\t])[\p{Cc}\u202a-\u202e]/u)
  expect(html).toContain('[U+202E]gpj.exe[U+0000]')
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
})

test('the one script of the page is the one that its policy names', () => {
  const html = page({ events: crowd(2) }) + htmlTail
  const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text ?? '')
  expect(scripts).toHaveLength(1)
  expect(html).toContain(`script-src 'sha256-${sha256(scripts[0] ?? '')}'`)
  expect(html).toContain("default-src 'none'")
  expect(html).not.toMatch(/\s(?:src|href)="(?!#|data:image\/svg\+xml,)/)
})

test('times stand in UTC and are marked for the reader’s own; costs are bars by phase and by model', () => {
  const html = page({ events: crowd(2) })
  expect(html).toContain(
    '<time datetime="2026-11-22T10:00:01.000Z">2026-11-22 10:00:01 UTC</time>, 4s so far',
  )
  expect(html).toContain('<bdi>Write</bdi><span class="n">sim $2.00 · 67 %</span><i style="width:100%"></i>')
  expect(html).toContain(
    '<bdi>Haiku 5.5</bdi><span class="n">sim $1.00 · 33 %</span><i style="width:50%"></i>',
  )
})

test('failures and flags are named with their reasons, and lead to the transcript', () => {
  const html = page({ events: crowd(5) })
  expect(html).toContain('<p>1 failed, 1 flagged.</p>')
  expect(html).toMatch(
    /<a href="#a4"><bdi>label a4<\/bdi><\/a> <span class="soft" dir="auto">No answer of that shape\./,
  )
  expect(page({ events: crowd(2) })).toContain('No agent failed, and no answer is flagged.')
})

test('the film of the run is folded away under its map, where there is one', () => {
  const frames = [{ statuses: new Map([['a0', 'running' as const]]), words: '00:01 · one picture' }]
  const html = page({ events: crowd(2), frames })
  expect(html).toMatch(/<details><summary>Replay<\/summary><div [^>]*><svg [^>]*class="film"/)
  expect(html).toContain('00:01 · one picture')
  expect(page({ events: crowd(2) })).not.toContain('Replay')
})

test('notes are told as plain text with who and when; a page without any has no such part', () => {
  const by = { kind: 'person', id: 'p1', name: '<b>Ann</b>' } as const
  const at = '2026-11-30T08:00:00.000Z'
  const text = 'Look:\n<script>alert(1)</script> https://ok.example/a?b=1&c=2 javascript:alert(2)'
  const html = page({ events: [], notes: [{ id: 'n1', runId: 'r', text, by, at, edited: { by, at } }] })
  expect(html).toContain('<a href="#part-notes">Notes</a>')
  expect(html).toContain('<bdi>&lt;b&gt;Ann&lt;/b&gt;</bdi>')
  expect(html).toContain('edited <time datetime="2026-11-30T08:00:00.000Z">')
  expect(html).toContain(
    'Look:\n&lt;script&gt;alert(1)&lt;/script&gt; <a href="https://ok.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">https://ok.example/a?b=1&amp;c=2</a> javascript:alert(2)',
  )
  expect(page({ events: [] })).not.toContain('part-notes')
})
