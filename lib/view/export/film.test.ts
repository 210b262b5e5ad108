import { expect, test } from 'vitest'
import type { RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { committed, created, ended, journalFixture } from '../testing'
import { Replay } from '../timeline/replay'
import { foldHistory, noHistory } from '../timeline/timeline-history'
import { filmFrame, filmMoments, filmOfJournal } from './film-frames'
import { createReel, spansOf } from './film-reel'
import { filmSvg } from './map-film'

/** The film of a run that was told like this, and the pictures it is made of. */
function film(events: readonly RunEvent[], { title = 'Audit', hasNames = true } = {}) {
  const journal = journalFixture(['Read', 'Write'], ...events)
  const history = foldHistory(noHistory, journal)
  const replay = new Replay()
  replay.add(journal)
  const frames = filmMoments(history, history.lastAt).flatMap((ms) => {
    const state = replay.stateAfter(replay.countAt(ms))
    return state === null ? [] : [filmFrame(state, ms - history.origin)]
  })
  const state = foldAll(null, journal)
  return { frames, svg: filmSvg({ ...state, run: { ...state.run, title } }, frames, hasNames) }
}

/** Agents in waves of ten, as a run has them: called, started, a turn, ended. */
function crowd(count: number): RunEvent[] {
  const outcomes = ['succeeded', 'succeeded', 'succeeded', 'flagged', 'failed'] as const
  const ids = Array.from({ length: count }, (_, at) => `a${at}`)
  const lives = ids.map((id, at): RunEvent[] => [
    { type: 'agent.started', agentId: id, attempt: 1 },
    committed(id, 0),
    ended(id, outcomes[at % 5]),
  ])
  const work = lives.flatMap((life, at) => [
    ...(lives[at + 10]?.slice(0, 1) ?? []),
    ...(at < 10 ? life : life.slice(1)),
  ])
  return [...ids.map((id, at) => created(id, at % 2 === 0 ? 'Read' : 'Write')), ...work]
}

/** What a film shows in one of its pictures: the parts whose stretch it is in, and those that never go. */
function pictureAt(svg: string, frame: number): string {
  return svg.replace(/<g class="k f(\d+)-(\d+)(?: z)?">/g, (group, from, until) =>
    Number(from) <= frame && frame < Number(until) ? group : '<g class="hidden">',
  )
}
const figuresAt = (svg: string, frame: number) =>
  /<g class="k [^"]+"><text class="name figures"[^>]*>([^<]*)/.exec(pictureAt(svg, frame))?.[1]

test('a film begins with nothing, counts time, dollars and agents along, and ends as the run did', () => {
  const { frames, svg } = film([
    ...crowd(4),
    { type: 'run.ended', outcome: 'completed', reason: null, error: null, resultInputs: [], actor: null },
  ])
  expect(frames).toHaveLength(120)
  expect(figuresAt(svg, 0)).toMatch(/^00:00 · sim \$0 · no agents yet · Running$/)
  expect(figuresAt(svg, 60)).toMatch(/^00:0\d · sim \$0\.\d+ · \d of 4 agents · Running$/)
  expect(figuresAt(svg, 119)).toMatch(/^00:1\d · sim \$0\.0028 · 4 of 4 agents · Completed$/)
})

test('stretches of one value are one part, also where it comes back', () => {
  expect(spansOf(['a', 'a', null, 'b', 'a'], (one) => one)).toEqual([
    { value: 'a', from: 0, until: 2 },
    { value: 'b', from: 3, until: 4 },
    { value: 'a', from: 4, until: 5 },
  ])
})

test('what never comes or goes is no animation, and each stretch is one rule', () => {
  const reel = createReel(11)
  expect(reel.show({ from: 0, until: 11 }, 'x')).toBe('x')
  reel.show({ from: 2, until: 5 }, 'x')
  reel.show({ from: 2, until: 5 }, 'y')
  expect(reel.show({ from: 5, until: 11 }, 'z')).toBe('<g class="k f5-11 z">z</g>')
  expect(reel.style().match(/@keyframes f2-5/g)).toHaveLength(1)
  expect(reel.style()).toContain(
    '@keyframes f2-5{0%{visibility:hidden}16.25%{visibility:visible}40.63%{visibility:hidden}}',
  )
  expect(reel.style()).toContain('prefers-reduced-motion')
  expect(reel.parts()).toBe(3)
})

test.each([1_000, 3_000])(
  'a film of %i agents is no longer than three megabytes, and has few animations',
  (count) => {
    const { svg } = film(crowd(count))
    expect(svg.length).toBeLessThan(3_000_000)
    expect(svg.match(/class="k /g)?.length).toBeLessThan(2_600)
    const cells = (picture: string) => picture.match(/h\d+v\d+h-\d+z/g)?.length
    const hidden = /<g class="hidden">.*?<\/g>/gs
    const last = Number(/@keyframes f\d+-(\d+)\{[^@]*?visible\}\}/.exec(svg)?.[1])
    expect(cells(pictureAt(svg, last - 1).replace(hidden, ''))).toBeGreaterThanOrEqual(count)
  },
)

const hostile =
  '</style></title></svg><script>alert(1)</script><img src=x onerror=alert(2)>"\' \u202egpj.exe\u0000'

test('what others wrote is words and never markup, and no text of an agent but its label is in it', () => {
  const events: RunEvent[] = [
    { ...created('a1', 'Read'), label: hostile, preview: 'secret words of a prompt' },
    { ...created('a2', 'Read'), label: 'has sk-live-abcdef123456 in it' },
    ended('a1', 'failed'),
  ]
  const { svg } = film(events, { title: hostile })
  expect(svg).not.toMatch(/<script|<img/)
  expect(svg.match(/<\/style>/g)).toHaveLength(1)
  expect(svg).not.toMatch(/(?![\n\r\t])[\p{Cc}\u202a-\u202e]/u)
  expect(svg).not.toMatch(/secret words|answer of|No answer of that shape|sk-live/)
  expect(svg).not.toMatch(/\s(?:src|href)="/)
})

test('without names an agent is called by its number', () => {
  const events = [{ ...created('a1', 'Read'), label: 'Read the plans of the merger' }, ended('a1')]
  expect(film(events).svg).toContain('plans of the merger')
  const { svg } = film(events, { hasNames: false })
  expect(svg).not.toContain('plans of the merger')
  expect(svg).toContain('>agent a1<')
})

test('a journal that comes in pages makes the same pictures as one that is replayed', async () => {
  const journal = journalFixture(['Read', 'Write'], ...crowd(30))
  const history = foldHistory(noHistory, journal)
  const pages = async function* () {
    for (let at = 0; at < journal.length; at += 7) yield journal.slice(at, at + 7)
  }
  const moments = filmMoments(history, history.lastAt)
  expect(await filmOfJournal(pages(), moments, history.origin)).toEqual(film(crowd(30)).frames)
})
