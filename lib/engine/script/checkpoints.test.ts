import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { plainSpec } from '@/lib/core/testing/journals'
import type { Harness } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'

const open = harnessPerTest()
const ann = person('ann')
const asked = (own: Harness, runId: string, count = 1) =>
  own.until(async () => (await own.state(runId)).checkpoints.length === count)
const say = (own: Harness, runId: string, value: Json, id = 'c1', who = ann) =>
  own.settled(own.engine.answer(runId, id, value, who))

describe('a question of a script', () => {
  test('waits for as long as it takes, while everything else goes on', async () => {
    const own = open()
    const runId = await own.launch(
      `const asked = checkpoint({ title: 'Go on?', detail: 'Really?' }); const said = await agent('meanwhile'); return [await asked, said]`,
    )
    await asked(own, runId)
    await own.until(async () => (await own.state(runId)).outcomeCounts.succeeded === 1)
    await own.pass(86_400_000)
    const { run, checkpoints } = await own.state(runId)
    expect(run.status).toBe('running')
    expect(checkpoints).toMatchObject([{ status: 'open', title: 'Go on?', detail: 'Really?', dueAt: null }])
    await say(own, runId, { yes: 1 })
    await own.ended(runId)
    expect(await own.result(runId)).toEqual([{ yes: 1 }, 're: meanwhile'])
    expect(await own.events(runId, 'checkpoint.answered')).toMatchObject([{ by: 'person', actor: ann }])
  })

  test('with a time and a default is answered by it when the time is up', async () => {
    const own = open()
    const runId = await own.launch(
      `return checkpoint({ title: 'Go on?', timeoutMs: 60000, default: { n: 1 } })`,
    )
    const began = own.clock.now()
    await own.ended(runId)
    expect(await own.result(runId)).toEqual({ n: 1 })
    expect(own.clock.now() - began).toBeGreaterThanOrEqual(60_000)
    expect(await own.events(runId, 'checkpoint.answered')).toMatchObject([{ by: 'default', actor: null }])
  })

  test('with a time and no default throws when the time is up', async () => {
    const own = open()
    const runId = await own.launch(
      `try { await checkpoint({ title: 'Go on?', timeoutMs: 1000 }) } catch (error) { return error.message }`,
    )
    await own.ended(runId)
    expect(await own.result(runId)).toBe('Question "Go on?" timed out and has no default.')
    expect(await own.events(runId, 'checkpoint.expired')).toHaveLength(1)
  })

  test('of no time at all is over all the same', async () => {
    const own = open()
    const runId = await own.launch(`return checkpoint({ title: 'Go on?', timeoutMs: 1, default: false })`)
    await own.ended(runId)
    expect(await own.result(runId)).toBe(false)
  })

  test('whose time runs out while nobody is there is over when somebody is', async () => {
    const own = open()
    const runId = await own.launch(
      `return checkpoint({ title: 'Go on?', timeoutMs: 60000, default: 'late' })`,
    )
    await asked(own, runId)
    await own.restart(async () => own.clock.skip(0))
    await own.pass(30_000)
    expect((await own.state(runId)).checkpoints[0]?.status).toBe('open')
    await own.ended(runId)
    expect(await own.result(runId)).toBe('late')
  })

  test('asked twice with the same words is two questions, and each keeps its answer after a death', async () => {
    const own = open()
    const runId = await own.launch(`return [await checkpoint('Same?'), await checkpoint('Same?')]`)
    await asked(own, runId)
    await say(own, runId, 1)
    await asked(own, runId, 2)
    await own.restart()
    await say(own, runId, 2, 'c2')
    await own.ended(runId)
    expect(await own.result(runId)).toEqual([1, 2])
    expect(await own.events(runId, 'checkpoint.opened')).toHaveLength(2)
  })

  test('whose input nobody can give is refused before it is asked', async () => {
    const own = open()
    const runId = await own.launch(
      `try { await checkpoint({ title: 'Pick', input: { type: 'object', properties: { n: { type: 'nonsense' } } } }) } catch (error) { return error.message }`,
    )
    await own.ended(runId)
    expect(await own.result(runId)).toContain('The schema of this checkpoint() call cannot be used')
    expect((await own.state(runId)).checkpoints).toEqual([])
    expect((await own.state(runId)).outcomeCounts.refusedCalls).toBe(1)
  })
})

describe('an answer', () => {
  test('to a question that is not there, was answered, or ran out is refused with a sentence', async () => {
    const own = open()
    const runId = await own.launch(
      `const a = await checkpoint('A?'); const b = await checkpoint({ title: 'B?', timeoutMs: 1000, default: 0 }); await checkpoint('C?'); return [a, b]`,
    )
    await asked(own, runId)
    expect(await say(own, runId, 1, 'c9')).toMatchObject({ error: { kind: 'not-found' } })
    await say(own, runId, 1)
    expect(await say(own, runId, 2, 'c1', person('ben'))).toMatchObject({
      error: { kind: 'conflict', message: expect.stringContaining('ann') },
    })
    await asked(own, runId, 3)
    expect(await say(own, runId, 3, 'c2')).toMatchObject({ error: { kind: 'conflict' } })
    await own.done(own.engine.cancel(runId, ann))
    expect(await say(own, runId, 3, 'c3')).toMatchObject({ error: { kind: 'conflict' } })
    expect(await say(own, 'nobody', 3)).toMatchObject({ error: { kind: 'not-found' } })
  })

  test('given twice at once counts once, whoever it is', async () => {
    const own = open()
    const runId = await own.launch(`return checkpoint('A?')`)
    await asked(own, runId)
    const given = await Promise.all(
      ['ann', 'ben', 'cleo'].map((name) => say(own, runId, name, 'c1', person(name))),
    )
    expect(given.filter(({ ok }) => ok)).toHaveLength(1)
    await own.ended(runId)
    const winner = ['ann', 'ben', 'cleo'][given.findIndex(({ ok }) => ok)]
    expect(await own.result(runId)).toBe(winner)
    expect(await own.events(runId, 'checkpoint.answered')).toHaveLength(1)
  })

  test('that is written down when the server dies is heard after it', async () => {
    const own = open()
    const runId = await own.launch(`return checkpoint('A?')`)
    await asked(own, runId)
    own.engine.answer(runId, 'c1', 'kept', ann).catch(() => {})
    await own.killedAfter(({ type }) => type === 'checkpoint.answered')
    await own.ended(runId)
    expect(await own.result(runId)).toBe('kept')
  })

  test('to a paused run is taken, and heard once it goes on', async () => {
    const own = open()
    const runId = await own.launch(`return checkpoint('A?')`)
    await asked(own, runId)
    await own.done(own.engine.pause(runId, ann))
    expect(await say(own, runId, 'yes')).toMatchObject({ ok: true })
    await own.pass(60_000)
    expect((await own.state(runId)).run.status).toBe('paused')
    await own.done(own.engine.resume(runId, ann))
    await own.ended(runId)
    expect(await own.result(runId)).toBe('yes')
  })
})

describe('a trial run', () => {
  /** A run that nobody sees, by which a script is tried. */
  const trial = async (own: Harness, body: string) =>
    own.done(
      own.engine.launch({
        spec: plainSpec,
        script: `export const meta = { name: 'w', description: 'd' }\n${body}`,
        args: null,
        idempotency: null,
        approved: true,
        actor: ann,
        isTrialRun: true,
      }),
    )

  test('asks nobody: it goes on with the default, or with something that fits', async () => {
    const own = open()
    const input = `{ type: 'object', properties: { name: { enum: ['a', 'b'] } }, required: ['name'] }`
    const runId = await trial(
      own,
      `return [await checkpoint({ title: 'Which?', input: ${input} }), await checkpoint('Sure?'), await checkpoint({ title: 'D', default: 7, timeoutMs: 86400000 })]`,
    )
    const began = own.clock.now()
    await own.ended(runId)
    expect(await own.result(runId)).toEqual([{ name: 'a' }, true, 7])
    expect(own.clock.now() - began).toBeLessThan(5000)
  })

  test('waits for its timers a hundredth of what they say', async () => {
    const own = open()
    const runId = await trial(own, `await new Promise((go) => setTimeout(go, 100000)); return 'done'`)
    const began = own.clock.now()
    await own.ended(runId)
    expect(own.clock.now() - began).toBeLessThan(1500)
  })

  test('that a death interrupts is gone: who asked for it is gone as well', async () => {
    const own = open()
    const runId = await trial(own, `await new Promise((go) => setTimeout(go, 10000000)); return 1`)
    await own.until(async () => (await own.state(runId)).run.status === 'running')
    await own.restart()
    expect(await own.store.loadState(runId)).toBeNull()
  })
})
