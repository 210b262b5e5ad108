import { expect, test } from 'vitest'
import { type BulkOutcome, createBulk } from './bulk'

function setUp(kept: string | null = null) {
  const asked: { id: string; answer: (outcome: BulkOutcome) => void }[] = []
  const storage = { text: kept }
  const bulk = createBulk({
    send: (_act, id) => new Promise((answer) => asked.push({ id, answer })),
    load: () => storage.text,
    save: (text) => {
      storage.text = text
    },
  })
  return { asked, storage, bulk }
}

const runs = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `r${at}`, title: `Run ${at}`, isAlready: false }))
const done: BulkOutcome = { state: 'done', detail: null }

test('four runs are asked for at a time, and what is known to have ended is not asked for', async () => {
  const { asked, bulk } = setUp()
  const ended = bulk.start('cancel', [...runs(6), { id: 'old', title: 'Old', isAlready: true }], () => {})
  expect(asked.map(({ id }) => id)).toEqual(['r0', 'r1', 'r2', 'r3'])
  asked[1]?.answer(done)
  await expect.poll(() => asked.length).toBe(5)
  for (let at = 0; at < 6; at += 1) {
    await expect.poll(() => asked.length).toBeGreaterThan(at)
    asked[at]?.answer(at === 5 ? { state: 'failed', detail: 'no' } : done)
  }
  await ended
  expect(bulk.get()?.items.map(({ state }) => state)).toEqual([...Array(5).fill('done'), 'failed', 'already'])
  expect(bulk.get()?.isUnderWay).toBe(false)
})

test('what a reload cut off is kept, and goes on when somebody says so', async () => {
  const first = setUp()
  void first.bulk.start('delete', runs(6), () => {})
  first.asked[0]?.answer(done)
  await expect.poll(() => first.asked.length).toBe(5)
  const second = setUp(first.storage.text)
  expect(second.bulk.get()).toMatchObject({ act: 'delete', isUnderWay: false })
  expect(second.asked).toEqual([])
  const ended = second.bulk.goOn(() => {})
  for (let at = 0; at < 5; at += 1) {
    await expect.poll(() => second.asked.length).toBeGreaterThan(at)
    second.asked[at]?.answer(done)
  }
  await ended
  expect(second.asked.map(({ id }) => id)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5'])
  second.bulk.close()
  expect(second.storage.text).toBeNull()
})

test('only what failed is asked for again', async () => {
  const { asked, bulk } = setUp()
  const first = bulk.start('cancel', runs(2), () => {})
  asked[0]?.answer(done)
  asked[1]?.answer({ state: 'failed', detail: 'The server is not responding' })
  await first
  const again = bulk.again(() => {})
  expect(asked.map(({ id }) => id)).toEqual(['r0', 'r1', 'r1'])
  asked[2]?.answer(done)
  await again
  expect(bulk.get()?.items.every(({ state }) => state === 'done')).toBe(true)
})

test('rubbish in the store is no bulk act', () => {
  expect(setUp('{"act":"explode"}').bulk.get()).toBeNull()
  expect(setUp('{').bulk.get()).toBeNull()
})
