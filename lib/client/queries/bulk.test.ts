import { expect, test } from 'vitest'
import { type BulkAct, type BulkOutcome, createBulk } from './bulk'

function setUp(kept: string | null = null) {
  const asked: { act: BulkAct; ids: readonly string[]; answer: (all: BulkOutcome['state']) => void }[] = []
  const storage = { text: kept }
  const bulk = createBulk({
    send: ({ act, tag }, ids) =>
      new Promise((resolve) =>
        asked.push({
          act: { act, tag },
          ids,
          answer: (state) => resolve(ids.map((id) => ({ id, state, detail: null }))),
        }),
      ),
    load: () => storage.text,
    save: (text) => {
      storage.text = text
    },
  })
  return { asked, storage, bulk }
}

const cancel: BulkAct = { act: 'cancel', tag: null }
const runs = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `r${at}`, title: `Run ${at}`, isAlready: false }))

test('ten runs are asked for at a time, and what is known to have ended is not asked for', async () => {
  const { asked, bulk } = setUp()
  const ended = bulk.start(cancel, [...runs(12), { id: 'old', title: 'Old', isAlready: true }], () => {})
  expect(asked[0]?.ids).toHaveLength(10)
  asked[0]?.answer('done')
  await expect.poll(() => asked.length).toBe(2)
  expect(asked[1]?.ids).toEqual(['r10', 'r11'])
  asked[1]?.answer('failed')
  await ended
  expect(bulk.get()?.items.map(({ state }) => state)).toEqual([
    ...Array(10).fill('done'),
    ...['failed', 'failed', 'already'],
  ])
  expect(bulk.get()?.isUnderWay).toBe(false)
})

test('what a reload cut off is kept, and goes on when somebody says so', async () => {
  const first = setUp()
  void first.bulk.start({ act: 'delete', tag: null }, runs(12), () => {})
  first.asked[0]?.answer('done')
  await expect.poll(() => first.asked.length).toBe(2)
  const second = setUp(first.storage.text)
  expect(second.bulk.get()).toMatchObject({ act: 'delete', isUnderWay: false })
  expect(second.asked).toEqual([])
  const ended = second.bulk.goOn(() => {})
  second.asked[0]?.answer('done')
  await ended
  expect(second.asked.map(({ ids }) => ids)).toEqual([['r10', 'r11']])
  second.bulk.close()
  expect(second.storage.text).toBeNull()
})

test('only what failed is asked for again', async () => {
  const { asked, bulk } = setUp()
  const first = bulk.start(cancel, runs(12), () => {})
  asked[0]?.answer('done')
  await expect.poll(() => asked.length).toBe(2)
  asked[1]?.answer('failed')
  await first
  const again = bulk.again(() => {})
  expect(asked[2]?.ids).toEqual(['r10', 'r11'])
  asked[2]?.answer('done')
  await again
  expect(bulk.get()?.items.every(({ state }) => state === 'done')).toBe(true)
})

test('a tag is taken back from the runs that got it, and from no other', async () => {
  const { asked, bulk } = setUp()
  const first = bulk.start(
    { act: 'tag', tag: 'kite' },
    [...runs(2), { id: 'had', title: 'Had', isAlready: true }],
    () => {},
  )
  asked[0]?.answer('done')
  await first
  const undone = bulk.undo(() => {})
  expect(asked[1]).toMatchObject({ act: { act: 'untag', tag: 'kite' }, ids: ['r0', 'r1'] })
  asked[1]?.answer('done')
  await undone
  expect(bulk.get()).toMatchObject({ act: 'untag', isUnderWay: false })
})

test('what was deleted is not brought back', async () => {
  const { asked, bulk } = setUp()
  const first = bulk.start({ act: 'delete', tag: null }, runs(1), () => {})
  asked[0]?.answer('done')
  await first
  await bulk.undo(() => {})
  expect(asked).toHaveLength(1)
})

test('rubbish in the store is no bulk act', () => {
  expect(setUp('{"act":"explode"}').bulk.get()).toBeNull()
  expect(setUp('{').bulk.get()).toBeNull()
})
