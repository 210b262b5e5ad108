import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Envelope } from '@/lib/core/run/events'
import { defaultLimits } from '@/lib/core/spec/run'
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

const wave = (count: number) =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at)))`
const typesOf = (journal: readonly Envelope[]) => journal.map(({ event }) => event.type)

describe('time', () => {
  test('an hour of waiting in a script takes no time of ours', async () => {
    const own = open()
    const runId = await own.launch(
      `await new Promise((done) => setTimeout(done, 3600000)); return agent('late')`,
    )
    expect((await own.ended(runId)).run.status).toBe('completed')
    expect(await own.result(runId)).toBe('re: late')
  })

  test('that the machine slept counts against no limit of the run, its phases or its agents', async () => {
    const own = open({ reply: ({ prompt }) => ({ kind: 'answer', text: prompt, afterMs: 20_000 }) })
    const limits = { ...defaultLimits, wallClockSeconds: 60 }
    const runId = await own.launch(`return agent('long', { timeoutMs: 40000, phase: 'one' })`, { limits })
    await own.until(() => own.sent.length === 1)
    own.clock.skip(8 * 3_600_000)
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({ status: 'completed', pausedMs: 8 * 3_600_000 })
    expect(typesOf(await own.journal(runId))).toContain('run.time-skipped')
    await own.checkRows(runId)
  })

  test('that the server was down counts against none either', async () => {
    const own = open({ reply: ({ prompt }) => ({ kind: 'answer', text: prompt, afterMs: 20_000 }) })
    const limits = { ...defaultLimits, wallClockSeconds: 60 }
    const runId = await own.launch(`return agent('long', { timeoutMs: 40000 })`, { limits })
    await own.until(() => own.sent.length === 1)
    own.clock.skip(3_600_000)
    await own.restart()
    expect((await own.ended(runId)).run.status).toBe('completed')
  })

  test('a timer of the script waits through a night and a restart, and still fires after what it waited for', async () => {
    const own = open({ reply: ({ prompt }) => ({ kind: 'answer', text: prompt, afterMs: 50_000 }) })
    const body = `return Promise.race([agent('answer'), new Promise((done) => setTimeout(() => done('too late'), 60000))])`
    const runId = await own.launch(body)
    await own.until(() => own.sent.length === 1)
    own.clock.skip(8 * 3_600_000)
    await own.restart()
    await own.ended(runId)
    expect(await own.result(runId)).toBe('answer')
  })
})

describe('a server that asks to be left alone', () => {
  test.each([
    ['for hours', 4 * 3_600_000],
    ['for three hundred years', 9_999_999_999_000],
  ])('%s pauses the run with the date, and it goes on by itself then', async (_, retryAfterMs) => {
    let asked = 0
    const own = open({
      reply: ({ prompt }) =>
        asked++ === 0
          ? { kind: 'failure', failure: 'rate-limit', retryAfterMs, afterMs: 5 }
          : { kind: 'answer', text: prompt, afterMs: 5 },
    })
    const runId = await own.launch(`return agent('patient')`)
    await own.until(async () => (await own.state(runId)).run.status === 'paused')
    const { run } = await own.state(runId)
    const dueMs = Date.parse(run.resumesAt ?? '')
    expect(run).toMatchObject({
      pauseReason: 'rate-limit',
      reason: expect.stringContaining('resumes automatically at'),
    })
    expect(dueMs - own.clock.now()).toBeGreaterThan(retryAfterMs - 60_000)
    await own.restart()
    own.clock.skip(retryAfterMs - 10_000)
    await own.rest()
    expect((await own.state(runId)).run.status).toBe('paused')
    expect((await own.ended(runId)).run.status).toBe('completed')
    expect(own.clock.now()).toBeGreaterThanOrEqual(dueMs)
  })
})

describe('acts', () => {
  test('a run that has not ended is not retried, and nothing else waits for that', async () => {
    const own = open({ reply: () => ({ kind: 'silence' }) })
    const runId = await own.launch(wave(3))
    await own.until(() => own.sent.length === 3)
    expect(await own.settled(own.engine.retryFailed(runId, null, person('ann')))).toMatchObject({
      ok: false,
      error: { kind: 'conflict', message: 'The run is running; only an ended run can be retried.' },
    })
    expect(await own.settled(own.engine.cancel(runId, person('ben')))).toEqual({
      ok: true,
      value: { kind: 'done' },
    })
    expect((await own.state(runId)).run.status).toBe('cancelled')
  })

  test('three presses on retry send each failed agent out once', async () => {
    let isBroken = true
    const own = open({
      reply: ({ prompt }) =>
        isBroken
          ? { kind: 'failure', failure: 'refusal', retryAfterMs: null, afterMs: 5 }
          : { kind: 'answer', text: prompt, afterMs: 5 },
    })
    const runId = await own.launch(wave(4), { breaker: null })
    await own.ended(runId)
    isBroken = false
    const presses = [1, 2, 3].map((press) =>
      own.settled(own.engine.retryFailed(runId, null, person(`person ${press}`))),
    )
    const answers = await Promise.all(presses)
    expect(answers.map(({ ok }) => ok)).toEqual([true, false, false])
    await own.ended(runId)
    expect(own.sent).toHaveLength(8)
  })

  test('what is being done to an agent is refused when it is asked again', async () => {
    const own = open({ reply: () => ({ kind: 'silence' }) })
    const runId = await own.launch(wave(2))
    await own.until(() => own.sent.length === 2)
    const first = own.settled(own.engine.actOnAgent(runId, 'a1', { do: 'retry', asked: null }, person('ann')))
    const second = own.settled(
      own.engine.actOnAgent(runId, 'a1', { do: 'retry', asked: null }, person('ben')),
    )
    expect(await second).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('ann has asked to retry') },
    })
    expect(await first).toEqual({ ok: true, value: { kind: 'done' } })
    await own.settled(own.engine.cancel(runId, person('ann')))
  })

  test('a cancel that was answered is kept, whenever the server dies', async () => {
    const own = open({ reply: () => ({ kind: 'silence' }) })
    const runId = await own.launch(wave(2))
    await own.until(() => own.sent.length === 2)
    const cancelled = own.engine.cancel(runId, person('ann')).catch(() => {})
    await own.until(async () => typesOf(await own.journal(runId)).includes('run.settling'))
    await own.restart()
    void cancelled
    expect((await own.ended(runId)).run).toMatchObject({ status: 'cancelled', reason: 'cancelled by ann' })
    expect(own.sent).toHaveLength(2)
  })

  test('a run whose end is on its way is neither paused, resumed nor cancelled, and says so', async () => {
    // One agent lets go slowly of a script that has returned already.
    const own = open({
      reply: ({ prompt }) =>
        prompt === 'slow'
          ? { kind: 'clinging', text: prompt, afterMs: 60_000, clingMs: 5_000 }
          : { kind: 'answer', text: prompt, afterMs: 10 },
    })
    const runId = await own.launch(`agent('slow'); return agent('quick')`)
    await own.until(() => own.engine.active(runId)?.stops.signal.aborted === true)
    const { engine } = own
    const acts = [
      own.settled<unknown>(engine.pause(runId, person('ann'))),
      own.settled<unknown>(engine.resume(runId, person('ben'))),
      own.settled<unknown>(engine.cancel(runId, person('cleo'))),
    ]
    for (const outcome of await Promise.all(acts))
      expect(outcome).toMatchObject({ ok: false, error: { kind: 'conflict', message: /just ending/ } })
    expect((await own.ended(runId)).run.status).toBe('completed')
  })

  /** Presses at every moment around the last answer of a run, in turn; tells how often it was taken. */
  async function atEveryMoment(
    press: (own: Harness, runId: string) => Promise<unknown>,
    kept: (own: Harness, runId: string) => Promise<boolean>,
  ) {
    const own = open()
    let taken = 0
    for (let moment = 0; moment < 25; moment++) {
      const runId = await own.launch(`return agent('quick')`)
      const before = own.sent.length
      await own.until(() => own.sent.length > before)
      own.clock.advance(5)
      await own.rest()
      own.clock.advance(50)
      for (let at = 0; at < moment; at++) {
        await new Promise((go) => setImmediate(go))
        own.clock.advance(1)
      }
      const outcome = await own.settled(press(own, runId))
      await own.ended(runId)
      expect(await kept(own, runId), `moment ${moment}`).toBe(outcome.ok)
      if (outcome.ok) taken += 1
    }
    return taken
  }

  test('a cancel is kept when it was answered, also where the script returns at that moment', async () => {
    const taken = await atEveryMoment(
      (own, runId) => own.engine.cancel(runId, person('ann')),
      async (own, runId) => (await own.state(runId)).run.status === 'cancelled',
    )
    expect(taken).toBeGreaterThan(0)
  })

  test('a cut is refused when its agent had said its last word', async () => {
    const taken = await atEveryMoment(
      (own, runId) => own.engine.actOnAgent(runId, 'a1', { do: 'skip' }, person('ann')),
      async (own, runId) => (await own.state(runId)).agents.get('a1')?.status === 'skipped',
    )
    expect(taken).toBeLessThan(25)
  })

  test('an answer that comes after a cancel is not taken', async () => {
    const own = open()
    const runId = await own.launch(`return checkpoint({ title: 'Go on?' })`)
    await own.until(async () => (await own.state(runId)).checkpoints.length === 1)
    const cancelled = own.settled(own.engine.cancel(runId, person('ann')))
    const answered = own.settled(own.engine.answer(runId, 'c1', true, person('ben')))
    expect(await cancelled).toMatchObject({ ok: true })
    const answer = await answered
    const checkpoint = (await own.state(runId)).checkpoints[0]
    expect(answer.ok).toBe(checkpoint?.status === 'answered')
  })

  test("a pause stops a question's clock", async () => {
    const own = open()
    const runId = await own.launch(`return checkpoint({ title: 'Go on?', timeoutMs: 60000, default: false })`)
    await own.until(async () => (await own.state(runId)).checkpoints.length === 1)
    await own.settled(own.engine.pause(runId, person('ann')))
    own.clock.advance(3_600_000)
    await own.rest()
    await own.settled(own.engine.resume(runId, person('ann')))
    expect((await own.state(runId)).checkpoints[0]?.status).toBe('open')
    await own.settled(own.engine.answer(runId, 'c1', true, person('ben')))
    await own.ended(runId)
    expect(await own.result(runId)).toBe(true)
  })
})

describe('a workspace that takes long to open', () => {
  test('can be paused meanwhile, stays so, and goes on when it is resumed', async () => {
    let arrive = () => {}
    const own = open({
      openTools: () =>
        new Promise((resolve) => {
          arrive = () =>
            resolve({
              definitions: [],
              call: async () => ({ text: '', isError: false }),
              revision: 'r',
              files: null,
              check: null,
              findQuotes: null,
              endAgent: async () => {},
              close: async () => {},
            })
        }),
    })
    const runId = await own.launch(wave(2), { workspace: { root: '/slow', revision: 'r' } })
    expect(await own.settled(own.engine.pause(runId, person('ann')))).toMatchObject({ ok: true })
    arrive()
    own.clock.advance(1000)
    await own.rest()
    expect((await own.state(runId)).run.status).toBe('paused')
    await own.settled(own.engine.resume(runId, person('ann')))
    expect((await own.ended(runId)).run.status).toBe('completed')
    await own.checkRows(runId)
  })

  test('holds up no cancel', async () => {
    const own = open({ openTools: () => new Promise(() => {}) })
    const runId = await own.launch(wave(2), { workspace: { root: '/slow', revision: 'r' } })
    await own.rest()
    expect(await own.settled(own.engine.cancel(runId, person('ann')))).toEqual({
      ok: true,
      value: { kind: 'done' },
    })
    expect((await own.ended(runId)).run.status).toBe('cancelled')
    expect(own.sent).toEqual([])
  })
})

describe('a database that cannot be written', () => {
  test('holds the run where it is, refuses acts with the reason, and loses nothing: it goes on once there is room', async () => {
    const own = open()
    const runId = await own.launch(wave(30), { concurrency: 4 })
    await own.until(() => own.sent.length === 8)
    const pages = Number(own.database.pragma('page_count', { simple: true }))
    own.database.pragma(`max_page_count = ${pages}`)
    await own.until(() => own.reports.length === 1, 'a full disk')
    expect(String(own.reports.splice(0)[0])).toContain('The disk is full')
    own.clock.advance(600_000)
    await own.rest()
    const sent = own.sent.length
    expect(await own.settled(own.engine.pause(runId, person('ann')))).toMatchObject({
      ok: false,
      error: { kind: 'busy', message: expect.stringContaining('Free some space') },
    })
    own.clock.advance(600_000)
    await own.rest()
    expect(own.sent).toHaveLength(sent)
    own.database.pragma('max_page_count = 1073741823')
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(own.sent).toHaveLength(30)
    await own.checkRows(runId)
  })

  test('is not waited for by a kill: what had been committed is there, and only turns in flight are sent again', async () => {
    const own = open()
    const runId = await own.launch(wave(30), { concurrency: 4 })
    await own.until(() => own.sent.length === 8)
    own.database.pragma(`max_page_count = ${Number(own.database.pragma('page_count', { simple: true }))}`)
    await own.until(() => own.reports.length === 1, 'a full disk')
    own.reports.splice(0)
    const committed = (await own.journal(runId)).filter(({ event }) => event.type === 'turn.committed').length
    const sent = own.sent.length
    own.database.pragma('max_page_count = 1073741823')
    await own.restart()
    expect((await own.ended(runId)).run.status).toBe('completed')
    expect(own.sent.length - 30).toBe(sent - committed)
  })
})

describe('a script that is told no', () => {
  test.each([
    ['one by one', `for (;;) { try { await workflow('none') } catch {} }`],
    ['fifty at once', `for (;;) await parallel(Array.from({ length: 50 }, () => () => workflow('none')))`],
    [
      'with pauses',
      `for (;;) { try { await workflow('none') } catch {} await new Promise((go) => setTimeout(go, 100)) }`,
    ],
  ])('for ever, %s, is ended and says so', async (_, body) => {
    const own = open()
    const { run } = await own.ended(await own.launch(body))
    expect(run.status).toBe('failed')
    expect(run.reason).toContain('every call was refused repeatedly')
    expect(run.reason).toContain('There is no workflow none here.')
  })

  test('forty times goes on with what it finds then', async () => {
    const own = open()
    const body = `for (let at = 0; at < 40; at++) try { await workflow('none' + at) } catch {}
return agent('own')`
    const runId = await own.launch(body)
    await own.ended(runId)
    expect(await own.result(runId)).toBe('re: own')
  })

  test('is not ended while an agent is at work, whose answer may lead elsewhere', async () => {
    const own = open({ reply: ({ prompt }) => ({ kind: 'answer', text: prompt, afterMs: 60_000 }) })
    const body = `let isDone = false
agent('slow').then(() => { isDone = true })
while (!isDone) try { await workflow('none') } catch {}
return 'continued'`
    const runId = await own.launch(body)
    await own.ended(runId)
    expect(await own.result(runId)).toBe('continued')
  })

  test('a thousand times at once has that written down in few commits', async () => {
    const own = open()
    const limits = { ...defaultLimits, agents: 4 }
    const runId = await own.launch(`${wave(1_000).replace('return', 'await')}; return agent('last')`, {
      limits,
    })
    await own.ended(runId)
    expect(own.commits).toBeLessThan(100)
  })
})

describe('memory', () => {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')

  test.each([
    ['that ended by itself', wave(3), async () => {}],
    [
      'that was cancelled',
      `await checkpoint({ title: 'Go on?' })`,
      (own: Harness, id: string) => own.engine.cancel(id, person('ann')),
    ],
    [
      'that asked how far it may go',
      wave(9),
      (own: Harness, id: string) => own.engine.answer(id, 'g1', { do: 'go-on' }, person('ann')),
    ],
  ])('nothing keeps a run %s', async (_, body, act) => {
    if (typeof collect !== 'function') throw new Error('No collection can be asked for here')
    const own = open()
    const kept: WeakRef<object>[] = []
    for (let at = 0; at < 5; at++) {
      const runId = await own.launch(body, { approved: { agents: 4, nanoUsd: null } })
      const active = own.engine.active(runId)
      if (active !== null) kept.push(new WeakRef(active))
      await own.until(async () => {
        const { run, checkpoints } = await own.state(runId)
        return run.endedAt !== null || checkpoints.length > 0
      })
      await own.settled<unknown>(act(own, runId))
      await own.ended(runId)
    }
    for (let at = 0; at < 3; at++) {
      await own.rest()
      collect()
    }
    expect(kept).toHaveLength(5)
    // The last one may still stand in a register or in a closure of the machine.
    expect(kept.slice(0, 4).map((run) => run.deref())).toEqual([undefined, undefined, undefined, undefined])
  })
})
