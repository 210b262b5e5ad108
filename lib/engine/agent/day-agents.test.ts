import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { harnessPerTest } from '../testing/per-test'
import { calls, conversations, says } from '../testing/replies'

const open = harnessPerTest()
const ann = person('ann')
const DAY_MS = 86_400_000
const many = (count: number) =>
  `return (await parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at)))).length`

describe('a daily cap of agents', () => {
  test('counts agents before they are made; the run waits where it is met, and goes on when it is raised', async () => {
    const own = open()
    await own.ended(await own.launch(many(2)))
    own.setCaps({ dayAgents: 5 })
    const runId = await own.launch(many(6))
    const { agents, run } = await own.paused(runId)
    expect(agents.size).toBe(3)
    expect([...agents.values()].every(({ endedAt }) => endedAt !== null)).toBe(true)
    expect(run).toMatchObject({
      pauseReason: 'day-agent-cap',
      reason: expect.stringMatching(
        /^The daily cap of 5 agents leaves 0, and 1 more was requested\. Raise it/,
      ),
    })
    expect(own.dispatcher.usage().agentsToday).toEqual({ used: 5, reserved: 0, cap: 5 })
    own.setCaps({ dayAgents: 8 })
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(6)
    expect(own.sent).toHaveLength(8)
  })

  test('is free again after midnight, though nobody raised it', async () => {
    const own = open()
    own.setCaps({ dayAgents: 2 })
    const runId = await own.launch(many(3))
    await own.paused(runId)
    await own.done(own.engine.resume(runId, ann))
    await own.paused(runId)
    own.clock.skip(DAY_MS)
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(3)
    expect(own.dispatcher.usage().agentsToday.used).toBe(1)
  })

  test('pauses nobody while agents of the run are at work, and says once why the script stands still', async () => {
    const own = open({ reply: () => says('late', 60_000) })
    own.setCaps({ dayAgents: 2 })
    const runId = await own.launch(many(3))
    await own.until(() => own.sent.length === 2)
    await own.pass(30_000)
    const { run, log } = await own.state(runId)
    expect(run.status).toBe('running')
    expect(log.map(({ message }) => message)).toEqual([
      'The daily agent cap is reached: no new agents start until there is room; running agents continue.',
    ])
    own.setCaps({ dayAgents: 10 })
    expect((await own.ended(runId)).run.status).toBe('completed')
  })

  test('ends the run where that was chosen: the call throws, and a kill does not forget it', async () => {
    const own = open()
    own.setCaps({ dayAgents: 1 })
    const script = `const said = [await agent('one')]
      try { await agent('two') } catch (error) { said.push(error.message) }
      await new Promise((go) => setTimeout(go, 60))
      return said`
    const runId = await own.launch(script, { onLimit: 'end' })
    await own.killedAfter(({ type }) => type === 'call.refused')
    expect((await own.ended(runId)).run).toMatchObject({
      status: 'stopped-at-limit',
      reason: expect.stringContaining('daily cap of 1 agents'),
    })
    expect(await own.result(runId)).toEqual([
      're: one',
      expect.stringContaining('The daily cap of 1 agents leaves 0'),
    ])
    expect(await own.events(runId, 'call.refused')).toMatchObject([{ cap: 'day-agents', endsRun: true }])
  })

  test('counts nothing of a dry run', async () => {
    const own = open()
    const faults = { refusals: 0, rateLimits: 0, errors: 0, cuts: 0 }
    const counted = () => own.database.prepare('SELECT agents FROM day_agents').all()
    await own.ended(await own.launch(many(3)))
    await own.ended(await own.launch(many(2), { dryRun: { faults } }))
    expect(counted()).toEqual([{ agents: 3 }])
  })
})

describe('agents that agents start', () => {
  const wave = (count: number) =>
    calls([
      'spawn_agents',
      { agents: Array.from({ length: count }, (_, at) => ({ label: `n${at}`, prompt: `n${at}` })) },
    ])
  const lead = (count: number) => ({ reply: conversations({ lead: [wave(count), says('done')] }) })

  test('are counted for the day all of them or none, and wait where there is no room', async () => {
    const own = open(lead(2))
    own.setCaps({ dayAgents: 2 })
    const runId = await own.launch(`return agent('lead', { spawn: true })`)
    const paused = await own.paused(runId)
    expect(paused.agents.size).toBe(1)
    expect(paused.run.reason).toContain('leaves 1, and 2 were requested')
    own.setCaps({ dayAgents: 3 })
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).agents.size).toBe(3)
  })

  test('are refused where the run ends at its limits, and nothing of the wave is started', async () => {
    const own = open(lead(2))
    own.setCaps({ dayAgents: 2 })
    const runId = await own.launch(`return agent('lead', { spawn: true })`, { onLimit: 'end' })
    const state = await own.ended(runId)
    expect(state.agents.size).toBe(1)
    expect((await own.told(runId))[1]).toMatch(/The daily cap of 2 agents leaves 1.* Nothing was started\.$/)
    expect(state.run.status).toBe('stopped-at-limit')
  })

  test('of two agents that wait for room at once pause the run: neither is at work', async () => {
    const own = open({ reply: conversations({ one: [wave(3), says('x')], two: [wave(3), says('x')] }) })
    own.setCaps({ dayAgents: 3 })
    const runId = await own.launch(
      `return parallel(['one', 'two'].map((name) => () => agent(name, { spawn: true })))`,
    )
    expect((await own.paused(runId)).run.pauseReason).toBe('day-agent-cap')
    own.setCaps({ dayAgents: null })
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).agents.size).toBe(8)
  })
})
