import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { answer } from '../../runs/checkpoints'
import { answers, dies, ran, says } from '../../testing/scripts'
import { eventsOf, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

const inner = `export const meta = { name: 'inner', description: 'd', phases: [{ title: 'Inside' }] }
const first = await Promise.race([agent(${says('same', 40)}), agent(${says('same', 5)}, { label: 'second' })])
await new Promise((resolve) => setTimeout(resolve, 30))
return [first, args, await agent(${says('inner end')})]`

/**
 * Races, staggered timers, a budget loop, identical prompts, a workflow in a workflow, a rejected answer, a
 * question.
 */
const everything = `
const order = []
const race = Promise.race([agent(${says('slow', 120)}), agent(${says('quick', 10)}), new Promise((resolve) => setTimeout(resolve, 60, 'timer'))])
const any = Promise.any([agent(${says('any', 30)}), new Promise((_, reject) => setTimeout(reject, 1, new Error('no')))])
for (const wait of [40, 5, 20, 5]) setTimeout(() => order.push('t' + wait), wait)
const lanes = await pipeline(['a', 'b', 'c'], (item, _, index) => new Promise((resolve) => setTimeout(resolve, 30 - index * 10, item)),
  () => agent(${says('identical', 10)}), (said, item) => { order.push(item); return said + item })
const nested = await parallel([() => workflow('inner', { n: 1 }), () => workflow('inner', { n: 2 }), () => workflow('nowhere')])
const dead = await agent(${dies('dead two')})
const schema = await agent(${answers({ n: 4 })}, { schema: { type: 'object', properties: { n: { type: 'integer' } } } })
let rounds = 0
while (budget.remaining() > 0 && rounds < 50) {
  rounds += 1
  await agent.settled('round ' + ${says('one two three four five six seven eight nine ten')}, { failIf: () => rounds % 2 === 0 }).then((one) => order.push(one.status))
}
const yes = await checkpoint({ title: 'Go on?' })
const late = await checkpoint({ title: 'Late?', timeoutMs: 10, default: 'nobody' })
return { race: await race, any: await any, order, lanes, nested, rounds, yes, late, dead, spent: budget.usd.spent(), schema }`

describe('a run that has ended', () => {
  test('replays from its journal to the same result, buying nothing and recording nothing again', async () => {
    app = await startTestApp({ simulator: { speed: 1 }, files: { '.claude/workflows/inner.js': inner } })
    const runId = await app.launch(everything, { workspace: app.workspace, budget: { outputTokens: 150 } })
    await app.until(runId, ({ event }) => event.type === 'checkpoint.opened')
    await answer(app.app, runId, 'c1', true, person('ada'))
    const before = await app.ended(runId)
    expect(before.run.error).toBeNull()
    const [result, journal] = [await app.result(runId), await app.journal(runId)]
    expect(result).toMatchObject({ yes: true, late: 'nobody', dead: null, schema: { n: 4 } })
    const bought = app.simulator.log().entries.length

    // What ran is what is replayed, whatever became of the file.
    writeFileSync(join(app.workspace, '.claude/workflows/inner.js'), 'nothing that runs')
    rmSync(join(app.workspace, '.claude'), { recursive: true })
    await app.reopen(runId)
    const after = await app.ended(runId)

    expect(await app.result(runId)).toEqual(result)
    expect(app.simulator.log().entries).toHaveLength(bought)
    const again = await app.journal(runId)
    expect(again.slice(0, -1)).toEqual(journal.slice(0, -1))
    expect(again).toHaveLength(journal.length)
    expect(after.outcomeCounts).toEqual(before.outcomeCounts)
    expect(after.run.status).toBe(before.run.status)
  })

  test('is told again of a cap that it met, although the cap was raised since', async () => {
    app = await startTestApp()
    const script = `const said = []
for (const one of ['a', 'b', 'c']) said.push(await agent(one + ${says('yes')}).catch((error) => error.message.slice(0, 9)))
await checkpoint('Raise it now.')
return said`
    const runId = await app.launch(script, { limits: { agents: 1 } })
    await app.until(runId, ({ event }) => event.type === 'checkpoint.opened')
    const { limits } = (await app.state(runId)).run
    await app.app.engine.changeLimits(runId, { ...limits, agents: 100 }, null, person('ada'))
    await app.restart()
    await answer(app.app, runId, 'c1', true, person('ada'))
    await app.ended(runId)
    expect(await app.result(runId)).toEqual(['yes', "The run's", "The run's"])
    expect(eventsOf(await app.journal(runId), 'call.refused')).toHaveLength(2)
  })

  test('sees the dollar cap as it stood at each fact', async () => {
    app = await startTestApp()
    const runId = await app.launch(
      `const before = budget.usd.total; await checkpoint('Raise it now.'); return [before, budget.usd.total]`,
      { limits: { usd: 2 } },
    )
    await app.until(runId, ({ event }) => event.type === 'checkpoint.opened')
    const { limits } = (await app.state(runId)).run
    await app.app.engine.changeLimits(runId, { ...limits, nanoUsd: 3_000_000_000 }, null, person('ada'))
    await answer(app.app, runId, 'c1', true, person('ada'))
    await app.ended(runId)
    expect(await app.result(runId)).toEqual([2, 3])
    await app.reopen(runId)
    await app.ended(runId)
    expect(await app.result(runId)).toEqual([2, 3])
  })

  test('of the first version, whose timers are numbered, still replays', async () => {
    app = await startTestApp({ simulator: { speed: 1 } })
    const script = `const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms, ms))
return [await Promise.race([wait(50), wait(5)]), await agent(${says('x')}), await wait(5)]`
    const { runId, result, journal } = await ran(app, script)
    const numbers = new Map(
      eventsOf(journal, 'timer.set').map(({ timerId }, at) => [timerId, String([1, 2, 4][at])]),
    )
    await app.reopen(runId, (event) =>
      event.type === 'timer.set' || event.type === 'timer.fired'
        ? { ...event, timerId: numbers.get(event.timerId) ?? '' }
        : event,
    )
    await app.ended(runId)
    expect(await app.result(runId)).toEqual(result)
    expect(eventsOf(await app.journal(runId), 'timer.set')).toHaveLength(3)
  })

  test('finds its timers again by their scope and delay, also when the script was edited before them', async () => {
    app = await startTestApp({ simulator: { speed: 1 } })
    const timers = `const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms, ms))
return await Promise.race([wait(400), wait(40)])`
    const { runId } = await ran(app, `await agent(${says('old')})\n${timers}`)
    const edited = `export const meta = { name: 'test', description: 'a test' }\nawait agent(${says('old')}); await agent(${says('new')}); await agent(${says('newer')})\n${timers}`
    await app.reopen(runId, (event) => event, edited)
    await app.ended(runId)
    const journal = await app.journal(runId)
    expect(await app.result(runId)).toBe(40)
    expect(eventsOf(journal, 'timer.set')).toHaveLength(2)
    expect(eventsOf(journal, 'agent.created')).toHaveLength(3)
  })
})
