import { setMaxListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { noCalendarCaps } from '@/lib/core/ports/dispatcher'
import type { Governor } from '@/lib/core/ports/ports'
import { defaultLimits } from '@/lib/core/spec/run'
import { createEmbeddedDispatcher } from './embedded'

const open: Governor = {
  admit: async (_family, signal) => {
    signal.throwIfAborted()
    return { headers() {}, settle() {} }
  },
  headroom: () => [],
}

function dispatcherOf(capNanoUsd: number, governor = open) {
  const dispatcher = createEmbeddedDispatcher({
    now: () => 0,
    governor,
    maxConcurrency: 50,
    caps: noCalendarCaps,
    spentByDay: [],
    spentByPayer: [],
  })
  const opening = {
    payer: { id: 'ann', ownerId: null, project: 'default' },
    limits: { ...defaultLimits, nanoUsd: capNanoUsd },
    concurrency: null,
    spentNanoUsd: 0,
    tokens: 0,
    phases: [],
  }
  for (const runId of ['a', 'b']) dispatcher.open({ runId, ...opening })
  return dispatcher
}

const request = (runId: string, position: number, signal: AbortSignal) => ({
  runId,
  position,
  phase: 'one',
  family: 'f',
  maxTokens: 1000,
  likelyTokens: () => 1000,
  contenders: () => 1,
  inputTokens: 10,
  worstCase: (tokens: number) => tokens * 10,
  signal,
  onWait: () => {},
})

const rest = { used: 0, waiting: 0 }

describe('the embedded dispatcher', () => {
  test('reserves for a batch without a slot, and takes a reservation of an earlier process up again', async () => {
    const dispatcher = dispatcherOf(25_000)
    const { signal } = new AbortController()
    const earlier = dispatcher.restoreReservation('a', { nanoUsd: 10_000, tokens: 1010, phase: 'p' })
    const first = await dispatcher.reserve(request('a', 0, signal))
    expect(dispatcher.usage()).toMatchObject({ slots: rest, today: { reservedNanoUsd: 20_000 } })
    const waited: string[] = []
    const second = dispatcher.reserve({
      ...request('a', 1, signal),
      onWait: (reason, _, cap) => waited.push(`${reason} ${cap}`),
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(waited).toEqual(['budget usd-cap'])
    const spent = { spentNanoUsd: 4_000, unsettledNanoUsd: 0, tokens: 1, failure: null }
    earlier(spent)
    earlier(spent)
    const admitted = await second
    expect(dispatcher.usage().today).toMatchObject({ spentNanoUsd: 4_000, reservedNanoUsd: 20_000 })
    for (const admission of [first, admitted]) if (admission.kind === 'admitted') admission.settle(spent)
    expect(dispatcher.usage().today).toMatchObject({ spentNanoUsd: 12_000, reservedNanoUsd: 0 })
    const gone = new AbortController()
    gone.abort(new Error('gone'))
    await expect(dispatcher.reserve(request('a', 2, gone.signal))).rejects.toThrow('gone')
  })

  test('lets a thousand waiters through under a cap that three of them fill', async () => {
    const dispatcher = dispatcherOf(35_000)
    const { signal } = new AbortController()
    setMaxListeners(0, signal)
    let most = 0
    let inFlight = 0
    const one = async (position: number) => {
      const admission = await dispatcher.admit(request(position % 2 === 0 ? 'a' : 'b', position, signal))
      if (admission.kind !== 'admitted') throw new Error('capped')
      inFlight += 1
      most = Math.max(most, inFlight)
      await new Promise((resolve) => setImmediate(resolve))
      inFlight -= 1
      admission.settle({ spentNanoUsd: 1, unsettledNanoUsd: 0, tokens: 1, failure: null })
      admission.settle({ spentNanoUsd: 1, unsettledNanoUsd: 0, tokens: 1, failure: null })
    }
    await Promise.all(Array.from({ length: 1000 }, (_, position) => one(position)))
    expect(most).toBe(6)
    expect(dispatcher.usage()).toMatchObject({
      slots: rest,
      today: { spentNanoUsd: 1000, reservedNanoUsd: 0 },
    })
  })

  test('keeps no slot and no reservation of who is aborted, and the others still get theirs', async () => {
    const dispatcher = dispatcherOf(10_000)
    const leaving = new AbortController()
    const staying = new AbortController()
    const first = await dispatcher.admit(request('a', 0, staying.signal))
    const left = Array.from({ length: 5 }, (_, at) =>
      dispatcher.admit(request('a', 1 + at, leaving.signal)).catch(() => 'left'),
    )
    const stayed = dispatcher.admit(request('a', 9, staying.signal))
    await new Promise((resolve) => setImmediate(resolve))
    if (first.kind === 'admitted')
      first.settle({ spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, failure: null })
    leaving.abort(new Error('gone'))
    expect(await Promise.all(left)).toEqual(Array(5).fill('left'))
    const last = await stayed
    expect(last.kind).toBe('admitted')
    if (last.kind === 'admitted')
      last.settle({ spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, failure: null })
    expect(dispatcher.usage()).toMatchObject({ slots: rest, today: { reservedNanoUsd: 0 } })
  })

  test('gives the slot away while a rate limit is known to last, and takes it back after', async () => {
    let letGo = () => {}
    const blocked: Governor = {
      ...open,
      admit: async (_family, _signal, onWait) => {
        onWait(60_000)
        await new Promise<void>((resolve) => {
          letGo = resolve
        })
        return { headers() {}, settle() {} }
      },
    }
    const dispatcher = dispatcherOf(100_000, blocked)
    const { signal } = new AbortController()
    const admission = dispatcher.admit(request('a', 0, signal))
    await new Promise((resolve) => setImmediate(resolve))
    expect(dispatcher.usage().slots.used).toBe(0)
    letGo()
    const admitted = await admission
    expect(dispatcher.usage().slots.used).toBe(1)
    if (admitted.kind === 'admitted')
      admitted.settle({ spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, failure: null })
    expect(dispatcher.usage().slots).toMatchObject(rest)
  })
})
