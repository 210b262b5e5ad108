import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { defaultLimits } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { reopen } from '../testing/reopen'
import { answers, calls, fails, says } from '../testing/replies'
import type { Reply, Sent } from '../testing/scripted-provider'

const open = harnessPerTest()
const ada = person('ada')

/** Prompts say after how many milliseconds they are answered: `slow 120`. */
const timed = ({ prompt }: Sent): Reply => {
  if (prompt.startsWith('dead')) return fails('invalid-request')
  if (prompt.startsWith('schema')) return answers({ n: 4 })
  if (prompt.startsWith('flag')) return calls(['flag', { kind: 'uncertain', reason: 'r' }])
  return says(`said ${prompt}`, Number(prompt.split(' ').at(-1)) || 10)
}

const inner = `export const meta = { name: 'inner', description: 'd', phases: [{ title: 'Inside' }] }
const first = await Promise.race([agent('same 40'), agent('same 5', { label: 'second' })])
await new Promise((go) => setTimeout(go, 30))
return [first, args, await agent('inner end')]`

/** Races, staggered timers, a budget loop, equal prompts, workflows in a workflow, rejected answers, questions. */
const everything = `phase('All')
log('begins')
const order = []
const race = Promise.race([agent('slow 120'), agent('quick 10'), new Promise((go) => setTimeout(go, 60, 'timer'))])
const any = Promise.any([agent('any 30'), new Promise((_, no) => setTimeout(no, 1, new Error('no')))])
for (const wait of [40, 5, 20, 5]) setTimeout(() => order.push('t' + wait), wait)
const unneeded = setTimeout(() => order.push('never'), 30); clearTimeout(unneeded)
const lanes = await pipeline(['a', 'b', 'c'], (item, _, index) => new Promise((go) => setTimeout(go, 30 - index * 10, item)),
  () => agent('identical 10'), (said, item) => { order.push(item); return said + item })
const nested = await parallel([() => workflow('inner', { n: 1 }), () => workflow('inner', { n: 2 }), () => workflow('nowhere')])
const dead = await agent('dead')
const schema = await agent('schema', { schema: { type: 'object', properties: { n: { type: 'integer' } } } })
let rounds = 0
while (budget.remaining() > 0 && rounds < 50) {
  rounds += 1
  await agent.settled('round ' + rounds, { failIf: () => rounds % 2 === 0 }).then((one) => order.push(one.status))
}
const yes = await checkpoint({ title: 'Go on?' })
const late = await checkpoint({ title: 'Late?', timeoutMs: 10, default: 'nobody' })
return { race: await race, any: await any, order, lanes, nested, rounds, yes, late, dead, spent: budget.usd.spent(), schema }`

async function ranEverything() {
  const workflows: Record<string, string> = { inner }
  const own = open({ reply: timed, workflows })
  const runId = await own.launch(everything, { budgetTokens: 400, breaker: null })
  await own.happened(runId, ({ type }) => type === 'checkpoint.opened')
  await own.done(own.engine.answer(runId, 'c1', true, ada))
  const state = await own.ended(runId)
  expect(state.run.error).toBeNull()
  return { own, runId, state, workflows }
}

describe('a run that has ended', () => {
  test('replays from its journal to the same result, buying nothing and recording nothing again', async () => {
    const { own, runId, state: before, workflows } = await ranEverything()
    const [result, journal] = [await own.result(runId), await own.journal(runId)]
    expect(result).toMatchObject({ yes: true, late: 'nobody', dead: null, schema: { n: 4 } })
    const bought = own.sent.length
    // What ran is what is replayed, whatever became of the file.
    workflows.inner = 'nothing that runs'
    await reopen(own, runId)
    const after = await own.ended(runId)
    expect(await own.result(runId)).toEqual(result)
    expect(own.sent).toHaveLength(bought)
    const again = await own.journal(runId)
    expect(again.slice(0, -1)).toEqual(journal.slice(0, -1))
    expect(again).toHaveLength(journal.length)
    expect(after.outcomeCounts).toEqual(before.outcomeCounts)
    expect(after.run.status).toBe(before.run.status)
    await own.checkRows(runId)
  })

  test('of the first version, whose timers are numbered, still replays', async () => {
    const own = open({ reply: timed })
    const runId = await own.launch(`const wait = (ms) => new Promise((go) => setTimeout(go, ms, ms))
return [await Promise.race([wait(50), wait(5)]), await agent('x'), await wait(5)]`)
    await own.ended(runId)
    const result = await own.result(runId)
    const set = await own.events(runId, 'timer.set')
    const numbers = new Map(set.map(({ timerId }, at) => [timerId, String([1, 2, 4][at])]))
    await reopen(own, runId, {
      rewritten: (event) =>
        event.type === 'timer.set' || event.type === 'timer.fired'
          ? { ...event, timerId: numbers.get(event.timerId) ?? '' }
          : event,
    })
    await own.ended(runId)
    expect(await own.result(runId)).toEqual(result)
    expect(await own.events(runId, 'timer.set')).toHaveLength(3)
  })

  test('finds its timers again by their scope and delay, also when the script was edited before them', async () => {
    const own = open({ reply: timed })
    const timers = `const wait = (ms) => new Promise((go) => setTimeout(go, ms, ms))
return await Promise.race([wait(400), wait(40)])`
    const meta = `export const meta = { name: 'w', description: 'd' }\n`
    const runId = await own.launch(`${meta}await agent('old')\n${timers}`)
    await own.ended(runId)
    await reopen(own, runId, {
      script: `${meta}await agent('old'); await agent('new'); await agent('newer')\n${timers}`,
    })
    await own.ended(runId)
    expect(await own.result(runId)).toBe(40)
    expect(await own.events(runId, 'timer.set')).toHaveLength(2)
    expect(await own.events(runId, 'agent.created')).toHaveLength(3)
  })

  test('whose called workflow is gone from the database too cannot be replayed, and says so', async () => {
    const own = open({
      workflows: { inner: `export const meta = { name: 'inner', description: 'd' }\nreturn 1` },
    })
    const runId = await own.launch(`return workflow('inner')`)
    await own.ended(runId)
    own.database.prepare('DELETE FROM sources').run()
    await reopen(own, runId)
    const { run } = await own.ended(runId)
    expect(run.error?.message).toContain('The source of the workflow "inner" called by this run was deleted')
    expect(own.reports.splice(0)).toHaveLength(1)
  })
})

describe('what a script has been told', () => {
  test('of a cap it is told again, although the cap was raised since', async () => {
    const own = open()
    const script = `const said = []
for (const one of ['a', 'b', 'c']) said.push(await agent(one).catch((error) => error.message.slice(0, 9)))
await checkpoint('Raise it now.')
return said`
    const runId = await own.launch(script, { limits: { ...defaultLimits, agents: 1 } })
    await own.happened(runId, ({ type }) => type === 'checkpoint.opened')
    await own.done(own.engine.changeLimits(runId, { ...defaultLimits, agents: 100 }, null, ada))
    await own.restart()
    await own.done(own.engine.answer(runId, 'c1', true, ada))
    await own.ended(runId)
    expect(await own.result(runId)).toEqual(['re: a', "The run's", "The run's"])
    expect(await own.events(runId, 'call.refused')).toHaveLength(2)
  })

  test('of the dollar cap it is told as it stood at each fact', async () => {
    const own = open()
    const runId = await own.launch(
      `const before = budget.usd.total; await checkpoint('Raise it now.'); return [before, budget.usd.total]`,
      { limits: { ...defaultLimits, nanoUsd: 2e9 } },
    )
    await own.happened(runId, ({ type }) => type === 'checkpoint.opened')
    await own.done(own.engine.changeLimits(runId, { ...defaultLimits, nanoUsd: 3e9 }, null, ada))
    await own.done(own.engine.answer(runId, 'c1', true, ada))
    await own.ended(runId)
    expect(await own.result(runId)).toEqual([2, 3])
    await reopen(own, runId)
    await own.ended(runId)
    expect(await own.result(runId)).toEqual([2, 3])
  })

  test('of its limits before it began it is told as they were then', async () => {
    const own = open()
    const runId = await own.draft(`await agent('x'); return budget.usd.total`, {
      limits: { ...defaultLimits, nanoUsd: 2e9 },
    })
    await own.done(own.engine.changeLimits(runId, { ...defaultLimits, nanoUsd: 4e9 }, null, ada))
    await own.done(own.engine.approve(runId, ada))
    await own.ended(runId)
    expect(await own.result(runId)).toBe(4)
    await reopen(own, runId)
    await own.ended(runId)
    expect(await own.result(runId)).toBe(4)
  })
})

describe('time inside a script', () => {
  const races = `const winners = []
for (let round = 0; round < 4; round++) {
  const late = new Promise((go) => setTimeout(() => go('timer ' + round), 25))
  const runners = [10, 24, 60].map((ms) => agent('round ' + round + ' runner ' + ms).then(() => 'runner ' + ms))
  const winner = await Promise.race([...runners, late])
  winners.push(winner + ' at ' + budget.spent())
  log(winners.at(-1))
  await Promise.all(runners)
}
return winners`

  test.each([3, 7, 11, 14, 17, 19])(
    'repeats after deaths: races, timers and spending (from event %i on)',
    async (from) => {
      const own = open({ reply: timed })
      const runId = await own.launch(races)
      for (const share of [0, 1, 2]) {
        let left = from + share * 5
        await own.killedAfter(() => --left <= 0)
      }
      const state = await own.ended(runId)
      expect(state.run.error).toBeNull()
      expect(await own.result(runId)).toEqual(state.log.map(({ message }) => message))
      expect(await own.events(runId, 'agent.created')).toHaveLength(12)
      const fired = (await own.events(runId, 'timer.fired')).map(({ timerId }) => timerId)
      expect(new Set(fired).size).toBe(fired.length)
      expect(await own.events(runId, 'timer.set')).toHaveLength(4)
      await own.checkRows(runId)
    },
  )

  test('is the order of the journal: what was first before a death is first after it', async () => {
    const own = open({ reply: timed })
    const runId = await own.launch(
      `const seen = []; await Promise.all([30, 10, 20].map((ms) => agent('a ' + ms).then(() => seen.push(ms)))); await agent('then 50'); return seen`,
    )
    await own.killedAfter((event) => event.type === 'turn.started' && event.agentId === 'a4')
    await own.ended(runId)
    expect(await own.result(runId)).toEqual([10, 20, 30])
    expect(own.sent.filter(({ prompt }) => prompt.startsWith('a '))).toHaveLength(3)
  })
})
