import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { noPhaseLimits } from '@/lib/core/spec/phase-settings'
import { defaultLimits, type Limits } from '@/lib/core/spec/run'
import { type Harness, type HarnessOptions, openHarness } from '../testing/harness'

let harness: Harness | null = null
function open(options: HarnessOptions = {}): Harness {
  harness = openHarness(options)
  return harness
}
afterEach(() => {
  const faults = harness?.reports ?? []
  harness?.close()
  harness = null
  expect(faults).toEqual([])
})

const limited = (more: Partial<Limits>): { limits: Limits } => ({ limits: { ...defaultLimits, ...more } })
const oneByOne = (count: number) =>
  `const said = []; for (let at = 0; at < ${count}; at++) said.push(await agent('q' + at, { maxTokens: 1100 })); return said`
const atOnce = (count: number, phase = '') =>
  `${phase === '' ? '' : `phase('${phase}'); `}return (await parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at)))).filter(Boolean).length`

describe('a cap of tokens', () => {
  test('pauses the run before it is passed, and the run goes on once it is raised', async () => {
    const own = open()
    const runId = await own.launch(oneByOne(40), limited({ tokens: 4_000 }))
    await own.until(async () => (await own.state(runId)).run.status === 'paused')
    const paused = await own.state(runId)
    expect(paused.run).toMatchObject({
      pauseReason: 'token-cap',
      reason: expect.stringContaining('Raise the cap'),
    })
    expect(paused.totals.inputTokens + paused.totals.outputTokens).toBeLessThanOrEqual(4_000)
    const more: Limits = { ...defaultLimits, tokens: 100_000 }
    await own.settled(own.engine.changeLimits(runId, more, null, person('ann')))
    await own.settled(own.engine.resume(runId, person('ann')))
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(state.outcomeCounts.succeeded).toBe(40)
    expect(own.sent).toHaveLength(40)
    await own.checkRows(runId)
  })

  test('ends the run where the launch chose so, says what to do, and keeps what was answered', async () => {
    const own = open()
    const runId = await own.launch(oneByOne(40), { ...limited({ tokens: 4_000 }), onLimit: 'end' })
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({
      status: 'stopped-at-limit',
      reason: expect.stringContaining('A fork with higher'),
    })
    expect(state.outcomeCounts.succeeded).toBeGreaterThan(0)
    expect(state.totals.inputTokens + state.totals.outputTokens).toBeLessThanOrEqual(4_000)
    await own.checkRows(runId)
  })
})

describe('a cap of agents', () => {
  test('refuses the calls beyond it, and the rest of the run is worth its money', async () => {
    const own = open()
    const runId = await own.launch(atOnce(10), limited({ agents: 4 }))
    const state = await own.ended(runId)
    expect(state.agents.size).toBe(4)
    expect(own.sent).toHaveLength(4)
    expect(await own.result(runId)).toBe(4)
    expect(state.run).toMatchObject({
      status: 'completed-with-failures',
      reason: expect.stringContaining('limit of 4 agents'),
    })
  })

  test('of one phase is met in that phase alone', async () => {
    const own = open()
    const phases = { narrow: { ...noPhaseLimits, agents: 2 } }
    const body = `phase('narrow'); const few = (await parallel([1, 2, 3].map((n) => () => agent('n' + n)))).filter(Boolean).length
phase('wide'); const all = (await parallel([1, 2, 3].map((n) => () => agent('w' + n)))).filter(Boolean).length; return [few, all]`
    const runId = await own.launch(body, limited({ phases }))
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual([2, 3])
    expect(state.run.reason).toContain('the phase “narrow”')
  })

  test('is met only once by a script that asks again and again', async () => {
    const own = open()
    const body = `let n = 0; for (;;) { try { await agent('q' + n++) } catch {} }`
    const runId = await own.launch(body, limited({ agents: 2 }))
    const state = await own.ended(runId)
    expect(state.run.status).toBe('stopped-at-limit')
    expect(own.sent).toHaveLength(2)
  })
})

describe('time', () => {
  const slow: HarnessOptions = { reply: ({ prompt }) => ({ kind: 'answer', text: prompt, afterMs: 20_000 }) }

  test('that is over pauses the run, and counts on from there once it is raised', async () => {
    const own = open(slow)
    const runId = await own.launch(oneByOne(4), limited({ wallClockSeconds: 30 }))
    await own.until(async () => (await own.state(runId)).run.status === 'paused')
    expect((await own.state(runId)).run).toMatchObject({ pauseReason: 'wall-clock-cap' })
    await own.settled(
      own.engine.changeLimits(runId, { ...defaultLimits, wallClockSeconds: 600 }, null, person('ann')),
    )
    await own.settled(own.engine.resume(runId, person('ann')))
    expect((await own.ended(runId)).run.status).toBe('completed')
    expect(own.sent).toHaveLength(4)
  })

  test('that is over ends the run where that was chosen, and its agents are cut', async () => {
    const own = open(slow)
    const runId = await own.launch(oneByOne(4), { ...limited({ wallClockSeconds: 30 }), onLimit: 'end' })
    const { run, outcomeCounts } = await own.ended(runId)
    expect(run.status).toBe('stopped-at-limit')
    expect(outcomeCounts).toMatchObject({ succeeded: 1, cancelled: 1 })
  })

  test('of a phase names the phase', async () => {
    const own = open(slow)
    const phases = { late: { ...noPhaseLimits, wallClockSeconds: 30 } }
    const runId = await own.launch(`phase('late'); ${oneByOne(4)}`, {
      ...limited({ phases }),
      onLimit: 'end',
    })
    const { run } = await own.ended(runId)
    expect(run).toMatchObject({
      status: 'stopped-at-limit',
      reason: expect.stringContaining('The “late” phase'),
    })
  })

  test('of one agent ends that agent as timed out, and no other', async () => {
    const own = open({
      reply: ({ prompt }) => ({ kind: 'answer', text: prompt, afterMs: prompt === 'long' ? 90_000 : 10 }),
    })
    const runId = await own.launch(
      `return parallel([() => agent('long', { timeoutMs: 30000 }), () => agent('short')])`,
    )
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual([null, 'short'])
    const [long, short] = [...state.agents.values()]
    expect(long).toMatchObject({ status: 'failed', failure: { kind: 'timeout' } })
    expect(short?.status).toBe('succeeded')
  })

  test('stands while a run is paused', async () => {
    const own = open(slow)
    const runId = await own.launch(oneByOne(2), limited({ wallClockSeconds: 50 }))
    await own.until(() => own.sent.length === 1)
    await own.settled(own.engine.pause(runId, person('ann')))
    own.clock.skip(3_600_000)
    await own.settled(own.engine.resume(runId, person('ann')))
    expect((await own.ended(runId)).run.status).toBe('completed')
  })
})

describe('a limit of the provider', () => {
  test('that ends hours from now pauses the run with a date, and the run goes on by itself then', async () => {
    let isFirst = true
    const own = open({
      reply: ({ prompt }) => {
        if (!isFirst) return { kind: 'answer', text: prompt, afterMs: 10 }
        isFirst = false
        return { kind: 'failure', failure: 'rate-limit', retryAfterMs: 2 * 3_600_000, afterMs: 5 }
      },
    })
    const runId = await own.launch(`return agent('patient')`)
    await own.until(async () => (await own.state(runId)).run.status === 'paused')
    const { resumesAt, pausedAt } = (await own.state(runId)).run
    expect(Date.parse(resumesAt ?? '') - Date.parse(pausedAt ?? '')).toBeGreaterThan(1.9 * 3_600_000)
    expect((await own.ended(runId)).run.status).toBe('completed')
    expect(await own.result(runId)).toBe('patient')
    expect(own.sent).toHaveLength(2)
  })
})
