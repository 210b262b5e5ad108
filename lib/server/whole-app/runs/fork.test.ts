import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type ForkInput, forkSchema } from '@/lib/api/fork'
import { person } from '@/lib/core/base/actor'
import { answer } from '../../runs/checkpoints'
import { fork, previewFork } from '../../runs/fork'
import { eventsOf, sim, startTestApp, type TestApp, workflow } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ files: { 'a.ts': '// TODO: a\n', 'b.ts': 'eval(1)\n' } })
})
afterAll(() => app.dispose())

const never = new AbortController().signal
const forked = async (runId: string, body: ForkInput = {}) => {
  const { id } = await fork(app.app, runId, forkSchema.parse(body), person('tester'))
  const state = await app.ended(id)
  const bought = [...state.agents.values()].filter(({ reusedFrom }) => reusedFrom === null)
  return { id, state, bought, result: await app.result(id) }
}
const preview = (runId: string, body: ForkInput = {}) =>
  previewFork(app.app, runId, forkSchema.parse(body), person('tester'), never)

/** Races, staggered timers, a budget loop, the same prompt twice, a called workflow and a question. */
const everything = `export const meta = { name: 'test', description: 'x' }
const late = (ms) => new Promise((done) => setTimeout(() => done('timer ' + ms), ms))
phase('Race')
const winner = await Promise.race([agent('quick'), late(60000), agent('slow ${'x'.repeat(20)}')])
const order = []
await Promise.all([1, 2, 3].map(async (n) => { await late(n * 3); order.push(await agent('after ' + n)) }))
phase('Twice')
const twice = await pipeline(['a', 'b', 'a'], (item) => agent('same ' + item), (before, item) => agent(before + ' then ' + item))
phase('Loop')
const loops = []
const before = budget.spent()
while (budget.spent() < before + 600 && loops.length < 40) loops.push(await agent('once more ' + loops.length))
const called = await workflow({ script: "export const meta = { name: 'child', description: 'x' }\\nreturn await agent('in the child')" })
const said = await checkpoint({ title: 'Go on?', detail: '' })
return { winner, order, twice, loops, called, said, end: await agent('end ' + said) }`

describe('a fork', () => {
  test('with nothing changed buys nothing and gives the same result, races, timers, loops and questions included', async () => {
    const runId = await app.launch(everything)
    await app.until(runId, ({ event }) => event.type === 'checkpoint.opened')
    await answer(app.app, runId, 'c1', true, person('tester'))
    const origin = await app.ended(runId)
    expect(origin.run.status).toBe('completed')
    const { state, bought, result, id } = await forked(runId)
    expect(bought).toEqual([])
    expect(result).toEqual(await app.result(runId))
    expect(state.run).toMatchObject({ status: 'completed', forkedFrom: { runId }, title: 'test (fork)' })
    expect(state.totals).toMatchObject({ spentNanoUsd: 0, turns: 0 })
    expect(state.outcomeCounts.reused).toBe(origin.agents.size)
    expect(eventsOf(await app.journal(id), 'checkpoint.answered')[0]).toMatchObject({
      by: 'person',
      actor: person('tester'),
    })
    const again = await forked(id)
    expect(again.bought).toEqual([])
    expect(again.result).toEqual(result)
  })

  test('of one changed call runs that call and what its answer went into, and nothing else', async () => {
    const script = (ask: string) =>
      workflow(`
const first = await parallel(['one', ${JSON.stringify(ask)}, 'three'].map((word) => () => agent('Tell about ' + word, { phase: 'First' })))
const second = await parallel(first.map((said, at) => () => agent('Weigh: ' + said, { phase: 'Second' })))
return await agent('Sum up: ' + second.join('; '), { phase: 'Last' })`)
    const runId = await app.launch(script('two'))
    const origin = await app.ended(runId)
    const body = { script: script('something quite different') }
    const estimated = await preview(runId, body)
    expect(estimated).toMatchObject({ reused: { calls: 4 }, toRun: { calls: 3 }, isWhole: true, error: null })
    expect(estimated.toRun.phases).toEqual([
      { phase: 'First', calls: 1 },
      { phase: 'Second', calls: 1 },
      { phase: 'Last', calls: 1 },
    ])
    const likely = estimated.toRun.costNanoUsd?.likely ?? 0
    expect(likely).toBeGreaterThan(0)
    const spent = origin.totals.spentNanoUsd
    expect(estimated.reused.costNanoUsd).toBeLessThan(spent)
    const { bought, state } = await forked(runId, body)
    expect(bought.map(({ phase }) => phase)).toEqual(['First', 'Second', 'Last'])
    expect(state.outcomeCounts).toMatchObject({ succeeded: 7, reused: 4 })
  })

  test('asks one agent otherwise, by its id', async () => {
    const runId = await app.launch(`return [await agent('Name a colour'), await agent('Name a number')]`)
    await app.ended(runId)
    const { bought } = await forked(runId, {
      agents: [{ agentId: 'a2', prompt: 'Name a letter', model: 'haiku' }],
    })
    expect(bought.map(({ id, model, preview }) => [id, model, preview.length > 0])).toEqual([
      ['a2', 'claude-haiku-5-5', true],
    ])
    expect((await app.app.store.loadAgent(bought.length > 0 ? await lastRun() : '', 'a2'))?.spec.prompt).toBe(
      'Name a letter',
    )
  })

  test('buys what failed again, and another model buys everything again', async () => {
    const bad = sim({ fault: { kind: 'status', status: 400 } })
    const runId = await app.launch(
      `return await parallel([() => agent('good'), () => agent(${JSON.stringify(bad)})])`,
    )
    const origin = await app.ended(runId)
    expect(origin.outcomeCounts).toMatchObject({ succeeded: 1, failed: 1 })
    expect((await forked(runId)).bought.map(({ id }) => id)).toEqual(['a2'])
    expect((await preview(runId, { model: 'haiku' })).toRun.calls).toBe(2)
  })

  test('of a try runs all of it, and buys what was tried no more', async () => {
    const script = workflow(
      `return await parallel(Array.from({ length: 7 }, (_, at) => () => agent('item ' + at)))`,
    )
    const runId = await app.launch(script, { sampleItems: 3 })
    const tried = await app.ended(runId)
    expect(tried.agents.size).toBe(3)
    expect(tried.run).toMatchObject({ sampleItems: 3, estimate: null })
    expect(eventsOf(await app.journal(runId), 'run.noted').map(({ message }) => message)).toEqual([
      'parallel() was given 7 items, and the first 3 are tried',
    ])
    const whole = await forked(runId)
    expect(whole.state.run).toMatchObject({ sampleItems: null, status: 'completed' })
    expect([whole.state.outcomeCounts.reused, whole.bought.length]).toEqual([3, 4])
  })

  test('hears an answer that comes while what it inherits is written down', async () => {
    // The moment is short: rounds in which the script is busy for longer and longer come upon it.
    const script = (ask: string) =>
      workflow(`
for (let round = 0; round < 60; round++) {
  const known = async () => { await agent('known ' + round); for (let at = 0; at < (round % 25) * 12000; at++); }
  await parallel([known, () => agent('${ask} ' + round)])
}
return 'done'`)
    const runId = await app.launch(script('told'))
    await app.ended(runId)
    const { state, bought } = await forked(runId, { script: script('told otherwise') })
    expect(state.run).toMatchObject({ status: 'completed', error: null })
    expect(bought.length).toBe(60)
  })

  test('says what is wrong: no such run, a draft, a script that cannot be read, an agent that is not there', async () => {
    await expect(fork(app.app, 'nobody', {}, person('tester'))).rejects.toThrow('There is no run nobody')
    const draft = await app.launch(`return await agent('a')`, { approval: 'ask' })
    await expect(fork(app.app, draft, {}, person('tester'))).rejects.toThrow('The run is a draft')
    const runId = await app.launch(`return await agent('a')`)
    await app.ended(runId)
    await expect(fork(app.app, runId, { script: 'import x' }, person('tester'))).rejects.toThrow(
      /does not parse/,
    )
    await expect(fork(app.app, runId, { agents: [{ agentId: 'a9' }] }, person('tester'))).rejects.toThrow(
      'no agent a9',
    )
    await app.app.engine.remove(runId)
    await expect(preview(runId)).rejects.toThrow(`There is no run ${runId}`)
  })
})

async function lastRun(): Promise<string> {
  const { runs } = await app.app.store.listRuns({
    statuses: null,
    workflow: null,
    text: null,
    offset: 0,
    limit: 1,
  })
  return runs[0]?.run.id ?? ''
}

describe('a preview', () => {
  /** A random workflow of a seed: waves of calls, some of which are told what earlier ones said. */
  const randomScript = (seed: number, changed: number | null) => {
    let state = seed * 2654435761 + 1
    const next = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state % below
    }
    const lines: string[] = ['const said = []']
    const count = 6 + next(8)
    for (let at = 0; at < count; at++) {
      const from = at > 0 && next(3) > 0 ? ` + said[${next(at)}]` : ''
      const twist = changed === at ? 'quite otherwise ' : ''
      lines.push(`said.push(await agent('${twist}call ${at} of ${seed}: '${from}))`)
    }
    lines.push(next(2) === 0 ? 'return said' : `return await agent('fold ' + said.join(' | '))`)
    return { script: workflow(lines.join('\n')), count }
  }

  test('estimates exactly what is bought, over seeded forks of random workflows', async () => {
    let reused = 0
    const one = async (seed: number) => {
      const { script, count } = randomScript(seed, null)
      const runId = await app.launch(script)
      await app.ended(runId)
      const body = { script: randomScript(seed, seed % count).script }
      const estimated = await preview(runId, body)
      const { bought, state } = await forked(runId, body)
      expect({ seed, toRun: estimated.toRun.calls, reused: estimated.reused.calls }).toEqual({
        seed,
        toRun: bought.length,
        reused: state.outcomeCounts.reused,
      })
      reused += state.outcomeCounts.reused
    }
    const seeds = Array.from({ length: inject('forkSeeds') }, (_, at) => 1 + at)
    for (let from = 0; from < seeds.length; from += 10)
      await Promise.all(seeds.slice(from, from + 10).map(one))
    expect(reused).toBeGreaterThan(3 * seeds.length)
  })

  test('estimates what is bought by other models, efforts, speeds and deliveries, over seeded forks', async () => {
    const models = [
      'claude-sonnet-5-5',
      'claude-opus-5-5',
      'claude-haiku-5-5',
      'claude-opus-4-7',
      'claude-sonnet-4-6',
    ]
    const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const
    const off: number[] = []
    const widths: number[] = []
    const misses: unknown[] = []
    const one = async (seed: number) => {
      const pick = <T>(from: readonly T[], salt: number): T | undefined =>
        from[(seed * 7 + salt * 13) % from.length]
      const { script, count } = randomScript(seed, null)
      const files = seed % 3 === 0 ? { workspace: app.workspace } : {}
      const runId = await app.launch(script, { model: pick(models, 1), ...files })
      await app.ended(runId)
      const body = forkSchema.parse({
        script: randomScript(seed, seed % count).script,
        ...(seed % 4 === 0 ? {} : { model: pick(models, 2) }),
        ...(seed % 2 === 0 ? { effort: pick(efforts, 3) } : {}),
        ...(seed % 5 < 2 ? { speed: 'fast' } : {}),
        ...(seed % 3 === 1 ? { delivery: 'batch' } : {}),
      })
      const estimated = (await preview(runId, body)).toRun.costNanoUsd
      const { state } = await forked(runId, body)
      const bought = state.totals.spentNanoUsd + state.totals.unsettledNanoUsd
      if (estimated === null || bought < estimated.low || bought > estimated.high)
        misses.push({ seed, ...body, script: '', estimated, bought })
      if (estimated === null || bought === 0) return
      off.push(Math.abs(bought / estimated.likely - 1))
      widths.push(estimated.high / estimated.low)
    }
    const seeds = Array.from({ length: inject('forkSeeds') }, (_, at) => 1 + at)
    for (let from = 0; from < seeds.length; from += 10)
      await Promise.all(seeds.slice(from, from + 10).map(one))
    const middle = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
    expect(misses).toEqual([])
    expect(middle(widths)).toBeLessThanOrEqual(3)
    expect(middle(off)).toBeLessThanOrEqual(0.25)
  })
})
