import { expect, test } from 'vitest'
import { createCommandQueue } from './command-queue'

const never = new AbortController().signal

/** Enters, and notes when it got its slot. */
function enter(queue: ReturnType<typeof createCommandQueue>, owner: string, name: string, begun: string[]) {
  const told: number[] = []
  const slot = queue.enter({ owner, signal: never, onWait: (ahead) => told.push(ahead) }).then((leave) => {
    begun.push(name)
    return leave
  })
  return { told, leave: async () => (await slot)() }
}

test('owners take turns, each in the order in which it asked', async () => {
  const queue = createCommandQueue(1)
  const begun: string[] = []
  const all = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((name) => enter(queue, name.slice(0, 1), name, begun))
  for (const name of ['a1', 'a2', 'b1', 'c1', 'a3', 'b2']) {
    const at = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].indexOf(name)
    await all[at]?.leave()
  }
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2'])
  expect(queue.load()).toEqual([])
})

test('as many begin at once as there are slots', async () => {
  const queue = createCommandQueue(2)
  const begun: string[] = []
  const [first, , third] = ['1', '2', '3'].map((name) => enter(queue, 'a', name, begun))
  await Promise.resolve()
  expect(queue.load()).toEqual([{ owner: 'a', waiting: 1, working: 2 }])
  await first?.leave()
  await third?.leave()
  expect(begun).toEqual(['1', '2', '3'])
})

test('who waits is told how many go before it, whenever that changes', async () => {
  const queue = createCommandQueue(1)
  const begun: string[] = []
  const first = enter(queue, 'a', 'a1', begun)
  const waiting = enter(queue, 'a', 'a2', begun)
  const behind = enter(queue, 'a', 'a3', begun)
  enter(queue, 'b', 'b1', begun)
  expect({ waiting: waiting.told, behind: behind.told }).toEqual({ waiting: [0], behind: [1, 2] })
  await first.leave()
  await waiting.leave()
  expect(behind.told).toEqual([1, 2, 1, 0])
})

test('the order that is told is the order that comes', async () => {
  const names = ['a1', 'a2', 'b1', 'b2', 'b3', 'c1']
  const queue = createCommandQueue(1)
  const begun: string[] = []
  const first = enter(queue, 'x', 'x1', begun)
  const all = names.map((name) => ({ name, ...enter(queue, name.slice(0, 1), name, begun) }))
  const order = [...all].sort((one, other) => (one.told.at(-1) ?? 0) - (other.told.at(-1) ?? 0))
  await first.leave()
  for (const { leave } of order) await leave()
  expect(begun.slice(1)).toEqual(order.map(({ name }) => name))
})

test('who gives up waiting leaves its place, and nobody waits for it', async () => {
  const queue = createCommandQueue(1)
  const begun: string[] = []
  const first = enter(queue, 'a', 'a1', begun)
  const stop = new AbortController()
  const given = queue.enter({ owner: 'a', signal: stop.signal })
  const last = enter(queue, 'a', 'a3', begun)
  stop.abort(new Error('given up'))
  await expect(given).rejects.toThrow('given up')
  await expect(queue.enter({ owner: 'a', signal: stop.signal })).rejects.toThrow('given up')
  expect(last.told).toEqual([1, 0])
  await first.leave()
  await last.leave()
  expect(begun).toEqual(['a1', 'a3'])
})

test('a slot is given back once, however often it is asked', async () => {
  const queue = createCommandQueue(1)
  const leave = await queue.enter({ owner: 'a', signal: never })
  leave()
  leave()
  await queue.enter({ owner: 'a', signal: never })
  void queue.enter({ owner: 'a', signal: never })
  expect(queue.load()).toEqual([{ owner: 'a', waiting: 1, working: 1 }])
})
