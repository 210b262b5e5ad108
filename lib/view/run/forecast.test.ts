import { describe, expect, it } from 'vitest'
import type { RunEvent } from '@/lib/core/run/events'
import { committed, created, ended, told } from '../testing'
import { etaWords, forecast, spendForecast } from './forecast'

const started = (agentId: string): RunEvent => ({ type: 'agent.started', agentId, attempt: 1 })
/** Made, started, paid and ended: three seconds of work, as a journal fixture ticks. */
const done = (id: string, phase = 'A'): RunEvent[] => [
  created(id, phase),
  started(id),
  committed(id, 0),
  ended(id),
]
const three = ['a', 'b', 'c'].flatMap((id) => done(id))

describe('a forecast', () => {
  it('takes each open agent for one of its phase, one that runs for half of it, at the pace of now', () => {
    const state = told(['A'], ...three, created('d', 'A'), started('d'), created('e', 'A'))
    // Two seconds each: one that runs is half done, one is to come, and one runs at a time.
    expect(forecast(state)).toEqual({
      leftMs: 3_000,
      isAtLeast: false,
      costNanoUsd: 3_500_000,
      capInMs: null,
    })
  })

  it('says that there is more to come while an announced phase has no agents', () => {
    const seen = forecast(told(['A', 'B'], ...three, created('d', 'A'), started('d')))
    expect(seen?.isAtLeast).toBe(true)
    expect(etaWords(seen)).toBe('> 5s')
    expect(spendForecast(seen, 5_000_000_000)).toBe('on track for $0.0028+')
  })

  it('says when the cap is reached', () => {
    const state = told(['A'], ...three, created('d', 'A'), started('d'), created('e', 'A'))
    const capped = { ...state, run: { ...state.run, limits: { ...state.run.limits, nanoUsd: 2_800_000 } } }
    const seen = forecast(capped)
    expect(seen?.capInMs).toBe(1_500)
    expect(spendForecast(seen, 2_800_000)).toBe('reaches its $0.0028 cap in about 5s')
  })

  it('says nothing before three agents have ended, while nothing runs, while paused, and after the end', () => {
    const few = told(['A'], ...three.slice(0, 8), created('d', 'A'), started('d'))
    const still = told(['A'], ...three, created('d', 'A'))
    const running = told(['A'], ...three, created('d', 'A'), started('d'))
    const paused = { ...running, run: { ...running.run, status: 'paused' as const } }
    for (const state of [few, still, paused]) {
      expect(forecast(state)).toBeNull()
      expect(etaWords(forecast(state))).toBe('–')
      expect(spendForecast(forecast(state), 1)).toBeNull()
    }
  })

  it('does not learn the pace from answers that were reused', () => {
    const reused = { runId: 'r0', agentId: 'x', spent: null }
    const free = three.map((event) =>
      event.type === 'agent.ended' ? { ...event, reusedFrom: reused } : event,
    )
    expect(forecast(told(['A'], ...free, created('d', 'A'), started('d')))).toBeNull()
  })

  it('knows no cost where a price is unknown', () => {
    const state = told(['A'], ...three, created('d', 'A'), started('d'))
    const seen = forecast({ ...state, totals: { ...state.totals, costNanoUsd: null } })
    expect([seen?.costNanoUsd, seen?.capInMs]).toEqual([null, null])
    expect(spendForecast(seen, 5)).toBeNull()
  })
})
