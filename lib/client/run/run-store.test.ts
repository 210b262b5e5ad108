import { describe, expect, it, vi } from 'vitest'
import type { PulseFrame } from '@/lib/api/stream'
import type { Envelope, RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { toSnapshot } from '@/lib/core/run/state'
import { at, committed, created, ended, journalFixture } from '@/lib/view/testing'
import { createRunStore } from './run-store'

const turnStarted: RunEvent = {
  type: 'turn.started',
  agentId: 'a',
  turn: 0,
  attempt: 1,
  model: 'claude-sonnet-5-5',
  maxTokens: 16_000,
  reservedNanoUsd: 0,
  account: null,
  batchId: null,
  reservedTokens: 0,
  clampedBy: null,
}
const journal = journalFixture(
  ['A'],
  created('a', 'A'),
  created('b', 'A'),
  turnStarted,
  committed('a', 0),
  { ...turnStarted, turn: 1 },
  committed('a', 1),
  ended('a'),
)

function open(upTo: number) {
  const paints: (() => void)[] = []
  const signals = { onGap: vi.fn(), onLostText: vi.fn() }
  const store = createRunStore(
    (callback) => paints.push(callback),
    () => signals,
  )
  const paint = () => {
    for (const callback of paints.splice(0)) callback()
  }
  store.hydrate(toSnapshot(foldAll(null, journal.slice(0, upTo))))
  paint()
  return { store, signals, paint, asked: () => paints.length }
}

const microtask = () => Promise.resolve()
const events = (from: number, to: number): { events: Envelope[] } => ({ events: journal.slice(from, to) })

function pulse(turn: number, text = '', from = 0): PulseFrame {
  return {
    agents: [{ agentId: 'a', turn, outputTokens: 7, costNanoUsd: 70_000, lastByteAt: at(9), line: 'so far' }],
    text: text === '' ? [] : [{ agentId: 'a', turn, from, text, thinking: false }],
    tokensPerSecond: 40,
  }
}

describe('run store', () => {
  it('arrives at the same state by snapshot and tail as by the whole journal', async () => {
    const { store, paint } = open(3)
    store.receiveEvents(events(3, 6))
    store.receiveEvents(events(6, journal.length))
    await microtask()
    paint()
    expect(store.getView().state).toEqual(foldAll(null, journal))
  })

  it('folds many frames in one microtask and tells its subscribers once a paint', async () => {
    const { store, paint, asked } = open(3)
    const listener = vi.fn()
    store.subscribe(listener)
    store.receiveEvents(events(3, 5))
    store.receiveEvents(events(5, 7))
    await microtask()
    expect([listener.mock.calls.length, asked()]).toEqual([0, 1])
    paint()
    expect(listener).toHaveBeenCalledTimes(1)
  })

  it('leaves untouched agents identical, so only changed nodes repaint', async () => {
    const { store, paint } = open(4)
    const before = store.getView().state?.agents.get('b')
    store.receiveEvents(events(4, 6))
    await microtask()
    paint()
    expect(store.getView().state?.agents.get('b')).toBe(before)
  })

  it('ignores events it already has and asks for a snapshot at a gap', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { store, signals } = open(4)
    store.receiveEvents(events(2, 5))
    await microtask()
    expect([store.seq(), signals.onGap.mock.calls.length]).toEqual([5, 0])
    store.receiveEvents(events(6, 7))
    await microtask()
    expect([store.seq(), signals.onGap.mock.calls.length]).toEqual([5, 1])
  })

  it('shows a pulse until its turn commits, and a late pulse of that turn never again', async () => {
    const { store, paint } = open(5)
    store.receivePulse(pulse(0, 'Hello'))
    paint()
    expect([store.getView().pulses.get('a')?.outputTokens, store.getView().texts.get('a')?.text]).toEqual([
      7,
      'Hello',
    ])
    store.receiveEvents(events(5, 6))
    await microtask()
    store.receivePulse(pulse(0, ' again', 5))
    paint()
    expect([store.getView().pulses.size, store.getView().texts.size]).toEqual([0, 0])
    store.receivePulse(pulse(1))
    paint()
    expect(store.getView().pulses.get('a')?.turn).toBe(1)
  })

  it('puts pieces of text where they belong and asks again when one is missing', () => {
    const { store, paint, signals } = open(5)
    store.receivePulse(pulse(0, 'Hello'))
    store.receivePulse(pulse(0, 'lo world', 3))
    paint()
    expect(store.getView().texts.get('a')?.text).toBe('Hello world')
    store.receivePulse(pulse(0, 'later', 40))
    expect(signals.onLostText).toHaveBeenCalledTimes(1)
  })

  it('keeps frames that come before the snapshot', async () => {
    const { store, paint } = open(3)
    const fresh = createRunStore(
      (callback) => callback(),
      () => ({ onGap: () => {}, onLostText: () => {} }),
    )
    fresh.receiveEvents(events(3, 5))
    await microtask()
    fresh.hydrate(toSnapshot(foldAll(null, journal.slice(0, 3))))
    paint()
    expect([fresh.seq(), store.seq()]).toEqual([5, 3])
  })
})
