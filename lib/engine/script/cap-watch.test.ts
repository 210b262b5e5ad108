import { expect, test } from 'vitest'
import { CapWatch } from './cap-watch'

/** Refuses a round of calls whose items ask again as soon as each is told, so many times. */
function rounds(watch: CapWatch, width: number, times: number): void {
  for (let call = 0; call < width; call++) watch.asked()
  for (let time = 1; time <= times; time++)
    for (let call = 0; call < width; call++) {
      watch.refused()
      if (time < times) watch.asked()
    }
}

test('a loop is barren after three awaits that brought nothing but refusals, however wide they are', () => {
  for (const width of [1, 3, 4096]) {
    const watch = new CapWatch(3)
    rounds(watch, width, 2)
    expect(watch.isBarren).toBe(false)
    rounds(watch, width, 1)
    expect(watch.isBarren).toBe(true)
  }
})

test('one wide call whose every item tries twice is two rounds, and its reduce is reached', () => {
  const watch = new CapWatch(3)
  rounds(watch, 3096, 2)
  expect(watch.isBarren).toBe(false)
  watch.asked()
  expect(watch.isBarren).toBe(false)
})

test('an answer restarts the count, and calls that were out by then are no round', () => {
  const watch = new CapWatch(3)
  for (let call = 0; call < 100; call++) watch.asked()
  watch.answered()
  for (let call = 0; call < 99; call++) watch.refused()
  expect(watch.isBarren).toBe(false)
  rounds(watch, 1, 3)
  expect(watch.isBarren).toBe(true)
  watch.somethingNew()
  expect(watch.isBarren).toBe(false)
})
