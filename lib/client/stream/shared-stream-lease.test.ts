import { expect, test } from 'vitest'
import { acquireLeaderLease } from './shared-stream-lease'

/** Tabs over one storage, with a clock that a test turns. */
function browser() {
  let value: string | null = null
  let nowMs = 0
  let sleptMs = 0
  const tabs = new Map<
    string,
    { beats: Set<() => void>; changes: Set<() => void>; events: string[]; leave: () => void }
  >()
  const notifyOthers = (from: string) => {
    for (const [name, { changes }] of tabs) if (name !== from) for (const change of [...changes]) change()
  }
  const open = (name: string, isStealing = false) => {
    const tab = {
      beats: new Set<() => void>(),
      changes: new Set<() => void>(),
      events: [] as string[],
      leave: () => {},
    }
    tabs.set(name, tab)
    const ports = {
      read: () => value,
      write: (next: string) => {
        value = next
        notifyOthers(name)
      },
      clear: () => {
        value = null
        notifyOthers(name)
      },
      onChange: (callback: () => void) => {
        tab.changes.add(callback)
        return () => tab.changes.delete(callback)
      },
      every: (callback: () => void) => {
        tab.beats.add(callback)
        return () => tab.beats.delete(callback)
      },
      nowMs: () => nowMs,
      awakeMs: () => nowMs - sleptMs,
    }
    tab.leave = acquireLeaderLease(
      ports,
      name,
      isStealing,
      () => tab.events.push('acquired'),
      () => tab.events.push('lost'),
    )
    return tab
  }
  /** Time passes for the tabs whose timers run. */
  const pass = (ms: number, awake = [...tabs.keys()]) => {
    nowMs += ms
    for (const name of awake) for (const beat of [...(tabs.get(name)?.beats ?? [])]) beat()
  }
  /** The machine sleeps: no tab gets to run. */
  const sleep = (ms: number) => {
    nowMs += ms
    sleptMs += ms
  }
  return { open, pass, sleep, plant: (text: string) => (value = text) }
}
const settle = () => Promise.resolve()

test('the first tab leads, the others wait, and the next one leads when it leaves', async () => {
  const { open, pass } = browser()
  const [a, b, c] = [open('a'), open('b'), open('c')]
  await settle()
  pass(2_000)
  pass(2_000)
  expect([a.events, b.events, c.events]).toEqual([['acquired'], [], []])
  a.leave()
  expect([...b.events, ...c.events]).toEqual(['acquired'])
})

test('a leader that renews keeps the leader lock, one whose timers sleep loses it and is told', async () => {
  const { open, pass } = browser()
  const [a, b] = [open('a'), open('b')]
  await settle()
  for (let at = 0; at < 20; at++) pass(2_000)
  expect(b.events).toEqual([])
  pass(9_000, ['b'])
  expect([a.events, b.events]).toEqual([['acquired', 'lost'], ['acquired']])
})

test('a night in which the machine slept takes the leader lock from nobody, whichever tab wakes first', async () => {
  const { open, pass, sleep } = browser()
  const [a, b] = [open('a'), open('b')]
  await settle()
  for (let at = 0; at < 3; at++) pass(2_000)
  sleep(8 * 3_600_000)
  pass(2_000, ['b'])
  pass(2_000)
  expect([a.events, b.events]).toEqual([['acquired'], []])
})

test('a leader lock that is stolen is lost where it was held', async () => {
  const { open } = browser()
  const a = open('a')
  await settle()
  const b = open('b', true)
  await settle()
  expect([a.events, b.events]).toEqual([['acquired', 'lost'], ['acquired']])
})

test('rubbish in the storage is no leader', async () => {
  for (const rubbish of ['', 'x', 'x y', '{"tab":1}', ' 99999', 'x NaN']) {
    const { open, plant } = browser()
    plant(rubbish)
    const a = open('a')
    await settle()
    expect([rubbish, a.events]).toEqual([rubbish, ['acquired']])
  }
})
