import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { answer } from '../../runs/checkpoints'
import { answers, dies, says } from '../../testing/scripts'
import { startTestApp, type TestApp } from '../../testing/test-app'

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
    const [result, all] = [await app.result(runId), await app.journal(runId)]
    const journal = all.filter(({ event }) => event.type !== 'run.time-skipped')
    expect(result).toMatchObject({ yes: true, late: 'nobody', dead: null, schema: { n: 4 } })
    const bought = app.simulator.log().entries.length

    // What ran is what is replayed, whatever became of the file.
    writeFileSync(join(app.workspace, '.claude/workflows/inner.js'), 'nothing that runs')
    rmSync(join(app.workspace, '.claude'), { recursive: true })
    await app.reopen(runId)
    const after = await app.ended(runId)

    expect(await app.result(runId)).toEqual(result)
    expect(app.simulator.log().entries).toHaveLength(bought)
    // A machine that stood still while it was taken up again is no record of the run's.
    const again = (await app.journal(runId)).filter(({ event }) => event.type !== 'run.time-skipped')
    expect(again.slice(0, -1)).toEqual(journal.slice(0, -1))
    expect(again).toHaveLength(journal.length)
    expect(after.outcomeCounts).toEqual(before.outcomeCounts)
    expect(after.run.status).toBe(before.run.status)
  })
})
