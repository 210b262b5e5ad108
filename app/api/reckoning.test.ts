import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { envelopeSchema } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { elapsedMs } from '@/lib/view/format/time'
import { barrierIdle as idleOnMap } from '@/lib/view/timeline/barrier-idle'
import { criticalPath, pathLength } from '@/lib/view/timeline/critical-path'
import { foldHistory, noHistory } from '@/lib/view/timeline/timeline-history'
import { barrierIdle as idleOnTimeline, lifetimeOf } from '@/lib/view/timeline/timeline-sums'
import { startTestApi, type TestApi } from './testing'

// What the page says of time is reckoned here a second time, from the exported file and nothing else, in the
// plainest way: loops over agents with their times in milliseconds.

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
  barriers: z.array(
    z.looseObject({ id: z.string(), kind: z.string(), openedAt: time, closedAt: time, within: place }),
  ),
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
})
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

/**
 * By parallel barrier, for each of its items the agent that ended last, on the way out through all barriers.
 */
function lastOfItems() {
  return file.barriers
    .filter(({ kind }) => kind === 'parallel')
    .map((barrier) => {
      const items = new Map<number, File['agents'][number]>()
      for (const agent of file.agents)
        for (let at = agent.barrier; at !== null; at = around(at.barrierId))
          if (at.barrierId === barrier.id && agent.endedAt > (items.get(at.item)?.endedAt ?? 0))
            items.set(at.item, agent)
      return { barrier, last: [...items.values()] }
    })
}

const around = (barrierId: string) => file.barriers.find(({ id }) => id === barrierId)?.within ?? null

test('what stood idle at each barrier, as the map says it', () => {
  const expected = lastOfItems().map(({ barrier, last }) => {
    const waits = last.map(({ endedAt }) => barrier.closedAt - endedAt)
    return [barrier.id, waits.reduce((sum, wait) => sum + wait, 0), Math.max(...waits)]
  })
  const shown = idleOnMap(foldAll(null, file.events)).map(({ barrierId, sumMs, worstMs }) => [
    barrierId,
    sumMs,
    worstMs,
  ])
  expect(shown).toEqual(expected)
  expect(shown.length).toBe(2)
})

test('what each item stood idle, as the timeline shades it behind its last agent', () => {
  const expected = lastOfItems().flatMap(({ barrier, last }) =>
    last.flatMap(({ id, endedAt }) =>
      endedAt < barrier.closedAt ? [`${barrier.id} ${id} ${barrier.closedAt - endedAt}`] : [],
    ),
  )
  const { lastAt } = history()
  const shown = idleOnTimeline(history(), lastAt).map(
    ({ barrierId, agentId, from, until }) => `${barrierId} ${agentId} ${until - from}`,
  )
  expect(shown.sort()).toEqual(expected.sort())
  expect(expected.length).toBeGreaterThan(3)
})

test('the critical path, walked back from the last end to what let each agent begin', () => {
  type Agent = File['agents'][number]
  const later = (a: Agent, b: Agent) =>
    a.endedAt !== b.endedAt ? a.endedAt > b.endedAt : a.position > b.position
  const latest = (among: readonly Agent[]) =>
    among.reduce<Agent | null>((best, one) => (best === null || later(one, best) ? one : best), null)
  const isIn = (agent: Agent, barrierId: string) => {
    for (let at = agent.barrier; at !== null; at = around(at.barrierId))
      if (at.barrierId === barrierId) return true
    return false
  }
  const samePlace = (a: File['barriers'][number]['within'], b: typeof a) =>
    a === null || b === null ? a === b : a.barrierId === b.barrierId && a.item === b.item
  const path: Agent[] = []
  for (let at = latest(file.agents); at !== null; ) {
    const current = at
    path.unshift(current)
    // Its own place in the script, then the place where the barrier around it was opened, and so on.
    const scopes = [{ place: current.barrier, until: current.queuedAt }]
    for (let out = current.barrier; out !== null; ) {
      const barrier = file.barriers.find(({ id }) => id === out?.barrierId)
      if (barrier === undefined) break
      scopes.push({ place: barrier.within, until: barrier.openedAt })
      out = barrier.within
    }
    const left = file.barriers
      .filter(({ within, closedAt }) =>
        scopes.some(({ place, until }) => samePlace(place, within) && closedAt <= until),
      )
      .sort((a, b) => a.closedAt - b.closedAt)
      .at(-1)
    const slowest = left === undefined ? null : latest(file.agents.filter((one) => isIn(one, left.id)))
    const needed = latest(
      file.agents.filter((one) => current.dependsOn.includes(one.id) && one.endedAt <= current.queuedAt),
    )
    const beside = latest(
      file.agents.filter((one) =>
        scopes.some(
          ({ place, until }) => samePlace(place, one.barrier) && one.endedAt <= until && one !== current,
        ),
      ),
    )
    const otherwise = needed ?? beside
    at = left !== undefined && (otherwise === null || left.closedAt > otherwise.endedAt) ? slowest : otherwise
  }
  const shown = criticalPath(history())
  expect(shown.map(({ agentId }) => agentId)).toEqual(path.map(({ id }) => id))
  expect(pathLength(shown)).toBe(path.reduce((sum, { queuedAt, endedAt }) => sum + endedAt - queuedAt, 0))
  expect(path.length).toBeGreaterThan(3)
})
