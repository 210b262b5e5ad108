import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Release, Slots } from './slots'

const never = new AbortController().signal

describe('slots', () => {
  test('go to the run that holds the fewest, and within a run to the lowest position', async () => {
    const slots = new Slots(2)
    const first = await slots.acquire('a', 0, never)
    const second = await slots.acquire('a', 1, never)
    const order: string[] = []
    const ask = (run: string, position: number) =>
      slots.acquire(run, position, never).then((release) => {
        order.push(`${run}${position}`)
        release()
      })
    const all = [ask('a', 9), ask('a', 3), ask('b', 7), ask('b', 1)]
    first()
    await Promise.all(all.slice(2))
    second()
    await Promise.all(all)
    expect(order[0]).toBe('b1')
    expect(order.filter((one) => one.startsWith('a'))).toEqual(['a3', 'a9'])
    expect(slots).toMatchObject({ used: 0, waiting: 0 })
  })

  test('starve no run when there are fewer of them than runs', async () => {
    const slots = new Slots(1)
    const runs = ['a', 'b', 'c']
    const order: string[] = []
    const holder = await slots.acquire('a', 0, never)
    const all = Array.from({ length: 9 }, (_, at) =>
      slots.acquire(runs[Math.floor(at / 3)] ?? '', at, never).then((release) => {
        order.push(runs[Math.floor(at / 3)] ?? '')
        release()
      }),
    )
    holder()
    await Promise.all(all)
    expect(order).toEqual(['b', 'c', 'a', 'b', 'c', 'a', 'b', 'c', 'a'])
  })

  test('of a run are bounded by its own limit, which may change while it waits', async () => {
    const slots = new Slots(10)
    slots.limit('a', 1)
    const held = await slots.acquire('a', 0, never)
    const waits: string[] = []
    const waiting = slots.acquire('a', 1, never, () => waits.push('a'))
    const other = await slots.acquire('b', 0, never)
    expect(waits).toEqual(['a'])
    slots.limit('a', 2)
    const second = await waiting
    for (const release of [held, other, second, second]) release()
    expect(slots).toMatchObject({ used: 0, waiting: 0 })
  })

  test('leak nowhere, whatever is asked, aborted and given back', async () => {
    const act = fc.record({
      run: fc.constantFrom('a', 'b', 'c'),
      do: fc.constantFrom('ask', 'abort', 'give'),
      pick: fc.nat(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(act, { maxLength: 60 }),
        async (max, acts) => {
          const slots = new Slots(max)
          const held: Release[] = []
          const asked: { controller: AbortController; done: Promise<void> }[] = []
          for (const { run, do: what, pick } of acts) {
            if (what === 'ask') {
              const controller = new AbortController()
              const done = slots.acquire(run, pick, controller.signal).then(
                (release) => void held.push(release),
                () => {},
              )
              asked.push({ controller, done })
            } else if (what === 'abort') asked[pick % Math.max(1, asked.length)]?.controller.abort()
            else held.splice(pick % Math.max(1, held.length), 1)[0]?.()
            await Promise.resolve()
            expect(slots.used).toBeLessThanOrEqual(max)
          }
          for (const { controller } of asked) controller.abort()
          await Promise.all(asked.map(({ done }) => done))
          for (const release of held) release()
          expect(slots).toMatchObject({ used: 0, waiting: 0 })
        },
      ),
      { numRuns: 150 },
    )
  })
})
