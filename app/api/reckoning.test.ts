import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { envelopeSchema } from '@/lib/core/events'
import { foldAll } from '@/lib/core/fold'
import { sim, workflow } from '@/lib/server/testing'
import { barrierIdle as idleOnMap } from '@/lib/view/barrier-idle'
import { criticalPath, pathLength } from '@/lib/view/critical-path'
import { elapsedMs } from '@/lib/view/time'
import { foldHistory, noHistory } from '@/lib/view/timeline-history'
import { barrierIdle as idleOnTimeline, lifetimeOf } from '@/lib/view/timeline-sums'
import { startTestApi, type TestApi } from './testing'

// What the page says of time is reckoned here a second time, from the exported file and nothing else, in the plainest
// way: loops over agents with their times in milliseconds.

const time = z.string().transform((text) => Date.parse(text))
const place = z.object({ barrierId: z.string(), item: z.number() }).nullable()
const fileSchema = z.object({
  run: z.looseObject({ startedAt: time, endedAt: time }),
  agents: z.array(
    z.looseObject({
      id: z.string(),
      position: z.number(),
      queuedAt: time,
      endedAt: time,
      dependsOn: z.array(z.string()),
      barrier: place,
    }),
  ),
  barriers: z.array(z.looseObject({ id: z.string(), kind: z.string(), closedAt: time, within: place })),
  events: z.array(envelopeSchema),
})
type File = z.infer<typeof fileSchema>

let api: TestApi
let file: File

beforeAll(async () => {
  api = await startTestApi({ simulator: { speed: 20 } })
  const paced = (tokens: number) => sim({ tokens, tokensPerSecond: 200 })
  const id = await api.launch(
    workflow(`
phase('Read')
const paces = ${JSON.stringify([paced(40), paced(400), paced(90), paced(900), paced(200)])}
const read = await parallel(paces.map((pace, at) => async () => {
  const first = await agent('read ' + at + pace, { label: 'read ' + at })
  // Some items ask on, and one opens a barrier of its own inside the outer one.
  if (at === 1) return agent('again ' + first + paces[0], { label: 'again' })
  if (at === 2) return (await parallel([3, 0].map((pace) => () => agent('inner ' + pace + paces[pace])))).join(' ')
  return first
}))
phase('Check')
const checked = await pipeline(read, (one, _, at) => agent('check ' + at + ' ' + one + paces[at % 2]), (one) => agent('judge ' + one + paces[0]))
await agent('unrelated' + paces[4])
phase('Write')
return agent('write ' + checked.join(' ') + paces[2])`),
  )
  await api.ended(id)
  const { body } = await api.call('GET', `/api/runs/${id}/export`)
  file = fileSchema.parse(body)
}, 60_000)
afterAll(() => api.dispose())

const history = () => foldHistory(noHistory, file.events)

test('the file holds what makes the reckoning hard: nested barriers, a pipeline, items of several agents', () => {
  expect(file.barriers.map(({ kind, within }) => [kind, within !== null]).sort()).toEqual([
    ['parallel', false],
    ['parallel', true],
    ['pipeline', false],
  ])
  expect(file.agents.length).toBe(20)
})

test('the run and each of its agents took as long as their first and last times are apart', () => {
  const { run } = foldAll(null, file.events)
  expect(elapsedMs(run, 0)).toBe(file.run.endedAt - file.run.startedAt)
  const { agents, lastAt } = history()
  for (const { id, queuedAt, endedAt } of file.agents) {
    const track = agents.get(id)
    expect([id, track === undefined ? null : lifetimeOf(track, lastAt)]).toEqual([id, endedAt - queuedAt])
  }
})

test('what stood idle at each barrier, as the map says it', () => {
  const expected = new Map<string, { sumMs: number; worstMs: number }>()
  for (const barrier of file.barriers) {
    if (barrier.kind !== 'parallel') continue
    const ends = new Map<number, number>()
    for (const agent of file.agents) {
      // The way out through all barriers an agent stands in, the innermost first.
      for (
        let at = agent.barrier;
        at !== null;
        at = file.barriers.find(({ id }) => id === at?.barrierId)?.within ?? null
      )
        if (at.barrierId === barrier.id) ends.set(at.item, Math.max(ends.get(at.item) ?? 0, agent.endedAt))
    }
    const waits = [...ends.values()].map((end) => barrier.closedAt - end)
    expected.set(barrier.id, { sumMs: waits.reduce((sum, wait) => sum + wait, 0), worstMs: Math.max(...waits) })
  }
  const shown = new Map(
    idleOnMap(foldAll(null, file.events)).map(({ barrierId, sumMs, worstMs }) => [barrierId, { sumMs, worstMs }]),
  )
  expect(shown).toEqual(expected)
  expect(Math.max(...[...expected.values()].map(({ sumMs }) => sumMs))).toBeGreaterThan(0)
})

test('what each agent stood idle, as the timeline shades it', () => {
  const expected = file.agents.flatMap(({ id, endedAt, barrier }) => {
    const own = file.barriers.find((one) => one.id === barrier?.barrierId)
    return own === undefined || own.kind !== 'parallel' || own.closedAt <= endedAt
      ? []
      : [`${id} ${own.closedAt - endedAt}`]
  })
  const { lastAt } = history()
  const shown = idleOnTimeline(history(), lastAt).map(({ agentId, from, until }) => `${agentId} ${until - from}`)
  expect(shown.sort()).toEqual(expected.sort())
  expect(expected.length).toBeGreaterThan(3)
})

test('the critical path, walked back from the last end to the answer that each agent waited for', () => {
  const later = (a: File['agents'][number], b: File['agents'][number]) =>
    a.endedAt !== b.endedAt ? a.endedAt > b.endedAt : a.position > b.position
  const latest = (among: File['agents']) =>
    among.reduce<File['agents'][number] | null>((best, one) => (best === null || later(one, best) ? one : best), null)
  const path: File['agents'] = []
  for (let at = latest(file.agents); at !== null; ) {
    const current = at
    path.unshift(current)
    const before = file.agents.filter((one) => one.id !== current.id && one.endedAt <= current.queuedAt)
    const needed = before.filter(({ id }) => current.dependsOn.includes(id))
    at = latest(needed.length > 0 ? needed : before)
  }
  const shown = criticalPath(history())
  expect(shown.map(({ agentId }) => agentId)).toEqual(path.map(({ id }) => id))
  expect(pathLength(shown)).toBe(path.reduce((sum, { queuedAt, endedAt }) => sum + endedAt - queuedAt, 0))
  expect(path.length).toBeGreaterThan(3)
})
