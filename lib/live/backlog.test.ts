import { afterEach, expect, test } from 'vitest'
import { temporaryStore } from '@/db/testing'
import { person } from '@/lib/core/base/actor'
import type { RunEvent } from '@/lib/core/run/events'
import { plainSpec } from '@/lib/core/testing/journals'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import { createRecorder } from '@/lib/engine/parts/recorder'
import { realClock } from '@/lib/server/testing/real-clock'
import { Backlog } from './backlog'
import { type Frame, frameOf } from './hub'

const made: { dispose(): void }[] = []
afterEach(() => {
  for (const one of made.splice(0)) one.dispose()
})

const logged = (count: number): RunEvent[] =>
  Array.from({ length: count }, (_, at) => ({ type: 'run.logged', message: `${at}` }))

/** A run in a file, what is committed to it as it comes, and how often its journal was read. */
async function journalOf(events: number) {
  const place = temporaryStore()
  made.push(place)
  const live = new Set<(frame: Frame) => void>()
  const recorder = createRecorder(
    place.store,
    realClock,
    (_, envelopes) => {
      const frame = frameOf(envelopes)
      if (frame !== null) for (const hear of live) hear(frame)
    },
    (error) => {
      throw error
    },
  )
  const created: RunEvent = { type: 'run.created', spec: plainSpec, actor: person('tester') }
  const run = { script: 's', args: null, idempotencyKey: null, idempotencyDigest: '' }
  await recorder.record('r', [created], [{ do: 'create-run', ...run }])
  const commit = (more: number) => recorder.record('r', logged(more))
  await commit(events - 1)
  const clock = createVirtualClock()
  const reads: number[] = []
  const backlog = new Backlog(
    {
      readJournal: (runId, after, limit) => {
        reads.push(after)
        return place.store.readJournal(runId, after, limit)
      },
    },
    clock,
  )
  /** What one who opens the run gets: the backlog, then what was committed since. */
  const watch = async (after = 0) => {
    const early: Frame[] = []
    const hear = (frame: Frame) => early.push(frame)
    live.add(hear)
    const frames: Frame[] = []
    for await (const frame of backlog.pages('r', after)) frames.push(frame)
    live.delete(hear)
    const seen = frames.flatMap(({ envelopes }) => envelopes.map(({ seq }) => seq))
    const last = seen.at(-1) ?? after
    for (const { envelopes } of early) for (const { seq } of envelopes) if (seq > last) seen.push(seq)
    return { seen, frames }
  }
  return { watch, commit, clock, reads }
}

const upTo = (count: number, after = 0) => Array.from({ length: count - after }, (_, at) => after + at + 1)

test('two hundred who open a run together read its journal once, and get the same bytes', async () => {
  const { watch, reads } = await journalOf(2_500)
  const all = await Promise.all(Array.from({ length: 200 }, () => watch()))
  for (const { seen } of all) expect(seen).toEqual(upTo(2_500))
  expect(reads).toEqual([0, 1000, 2000])
  const [first, ...others] = all
  for (const { frames } of others)
    for (const [at, frame] of frames.entries()) expect(frame.event).toBe(first?.frames[at]?.event)
})

test('nobody misses an event, whenever they come and whatever is committed meanwhile', async () => {
  const { watch, commit, reads } = await journalOf(1_200)
  let committed = 1_200
  const watching: Promise<void>[] = []
  const come = (after: number) => {
    const atLeast = committed
    const heard = watch(after).then(({ seen }) => {
      expect(seen).toEqual(upTo(after + seen.length, after))
      expect(after + seen.length).toBeGreaterThanOrEqual(atLeast)
    })
    watching.push(heard)
  }
  for (let round = 0; round < 30; round += 1) {
    const recorded = commit(37)
    for (const after of [0, round * 40, committed]) come(after)
    if (round % 3 === 0) await recorded
    come(0)
    await recorded
    committed += 37
  }
  await Promise.all(watching)
  expect((await watch(1_100)).seen).toEqual(upTo(committed, 1_100))
  expect(reads.length).toBeLessThan(watching.length * 2)
})

test('pages are forgotten after a few seconds, and those that could not be read at once', async () => {
  const { watch, clock, reads } = await journalOf(400)
  await watch()
  expect((await watch()).seen).toEqual(upTo(400))
  expect(reads).toEqual([0, 400])
  clock.advance(6_000)
  expect((await watch()).seen).toEqual(upTo(400))
  expect(reads).toEqual([0, 400, 0])
  let isBroken = true
  const backlog = new Backlog(
    { readJournal: async () => (isBroken ? Promise.reject(new Error('the disk is gone')) : []) },
    clock,
  )
  const read = async () => {
    for await (const _ of backlog.pages('r', 0)) throw new Error('nothing was committed')
  }
  await expect(read()).rejects.toThrow('the disk is gone')
  isBroken = false
  await read()
})
