import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { defaultLimits } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { answers, calls, fails, says, silence } from '../testing/replies'
import type { Reply, Sent } from '../testing/scripted-provider'

const open = harnessPerTest()
const ann = person('ann')

/** Prompts with this word fail the first time they are heard, and are answered the second time. */
const onceBad = (word: string) => {
  let left = 1
  return ({ prompt }: Sent): Reply =>
    prompt.includes(word) && left-- > 0 ? fails('invalid-request') : says(`re: ${prompt}`)
}

describe('a retry of what failed', () => {
  test('tries failed agents again in the same run, keeps what was answered, and runs what hangs on them', async () => {
    const own = open({ reply: onceBad('brittle') })
    const runId = await own.launch(`
const all = await parallel(['steady', 'brittle', 'sturdy'].map((word) => () => agent('Say ' + word)))
return { missing: all.filter((one) => one === null).length, sum: await agent('Sum: ' + all.join('; ')) }`)
    expect((await own.ended(runId)).run.status).toBe('completed-with-failures')
    expect(await own.result(runId)).toMatchObject({ missing: 1 })
    await own.done(own.engine.retryFailed(runId, null, ann))
    expect(await own.result(runId)).toBeNull()
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({ status: 'completed', error: null })
    expect(await own.result(runId)).toMatchObject({ missing: 0 })
    expect(state.agents.get('a2')).toMatchObject({ status: 'succeeded', attempt: 2, failure: null })
    expect(await own.events(runId, 'run.retried')).toEqual([
      { type: 'run.retried', refusals: [], forgotten: ['a2'], paidBy: ann, actor: ann },
    ])
    const bought = (await own.events(runId, 'turn.committed')).map(({ agentId }) => agentId)
    expect(bought.sort()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5'])
    expect(state.outcomeCounts).toMatchObject({ succeeded: 5, failed: 0 })
    await own.checkRows(runId)
  })

  test('of agents with tools and retries of their own begins them with their question alone', async () => {
    let isBroken = true
    const own = open({
      reply: ({ answers: given }) =>
        given === 0
          ? calls(['flag', { kind: 'uncertain', reason: 'r' }])
          : isBroken
            ? fails('invalid-request')
            : answers({}),
    })
    const runId = await own.launch(`return agent('x', { schema: { type: 'object' } })`, { minSuccess: 0 })
    await own.ended(runId)
    isBroken = false
    await own.done(own.engine.retryFailed(runId, null, ann))
    const state = await own.ended(runId)
    expect(own.sent.map(({ answers: given }) => given)).toEqual([0, 1, 0, 1])
    expect(state.agents.get('a1')).toMatchObject({ status: 'flagged', attempt: 2 })
  })

  test('that dies in its middle goes on with the same attempt', async () => {
    let left = 1
    const own = open({
      reply: ({ prompt }) =>
        prompt === 'fragile' && left-- > 0 ? fails('invalid-request') : says('ok', 100),
    })
    const runId = await own.launch(`return await parallel([() => agent('fragile'), () => agent('sound')])`)
    expect((await own.ended(runId)).outcomeCounts.failed).toBe(1)
    own.engine.retryFailed(runId, null, ann).catch(() => {})
    await own.killedAfter((event) => event.type === 'turn.started' && event.attempt === 2)
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ attempt: 2, status: 'succeeded' })
    expect(await own.events(runId, 'agent.created')).toHaveLength(2)
    expect(own.sent.filter(({ prompt }) => prompt === 'sound')).toHaveLength(1)
    await own.checkRows(runId)
  })

  test('that dies right after it was asked for is carried out all the same', async () => {
    const own = open({ reply: onceBad('brittle') })
    const runId = await own.launch(`return agent('brittle')`, { minSuccess: 0 })
    await own.ended(runId)
    own.engine.retryFailed(runId, null, ann).catch(() => {})
    await own.killedAfter(({ type }) => type === 'run.retried')
    await own.ended(runId)
    expect(await own.result(runId)).toBe('re: brittle')
  })

  test('opens the questions that the end of the run had closed', async () => {
    const own = open()
    const runId = await own.launch(`return [await agent('a'), await checkpoint('Go on?')]`)
    await own.happened(runId, ({ type }) => type === 'checkpoint.opened')
    await own.done(own.engine.cancel(runId, ann))
    await own.ended(runId)
    expect((await own.state(runId)).checkpoints[0]?.status).toBe('unanswered')
    await own.done(own.engine.retryFailed(runId, null, ann))
    await own.done(own.engine.answer(runId, 'c1', true, ann))
    await own.ended(runId)
    expect(await own.result(runId)).toEqual(['re: a', true])
    expect(own.sent).toHaveLength(1)
  })

  test('asks agents again that a cancel cut, and those that somebody skipped', async () => {
    let isSilent = true
    const own = open({ reply: ({ prompt }) => (isSilent && prompt !== 'done' ? silence : says('ok')) })
    const runId = await own.launch(
      `return parallel(['done', 'skipped', 'cut'].map((name) => () => agent(name)))`,
    )
    await own.until(() => own.sent.length === 3)
    await own.done(own.engine.actOnAgent(runId, 'a2', { do: 'skip' }, ann))
    await own.done(own.engine.cancel(runId, ann))
    await own.ended(runId)
    isSilent = false
    await own.done(own.engine.retryFailed(runId, null, ann))
    const state = await own.ended(runId)
    expect([...state.agents.values()].map(({ status, attempt }) => [status, attempt])).toEqual([
      ['succeeded', 1],
      ['succeeded', 2],
      ['succeeded', 2],
    ])
  })

  test('goes on under new limits where some are given', async () => {
    const own = open({ reply: () => says('ok', 10, { outputTokens: 1000 }) })
    const runId = await own.launch(
      `return (await parallel(Array.from({ length: 9 }, (_, n) => () => agent('q' + n, { maxTokens: 1100 })))).filter(Boolean).length`,
      {
        limits: { ...defaultLimits, nanoUsd: 40_000_000 },
        onLimit: 'end',
        minSuccess: 0,
      },
    )
    expect((await own.ended(runId)).run.status).toBe('stopped-at-limit')
    await own.done(own.engine.retryFailed(runId, defaultLimits, ann))
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(await own.result(runId)).toBe(9)
    expect(state.totals.turns).toBe(9)
  })

  test('leaves agents that the edited answers no longer lead to, and what they cost', async () => {
    let left = 1
    const own = open({
      reply: ({ prompt }) => (prompt === 'brittle' && left-- > 0 ? fails('invalid-request') : says(prompt)),
    })
    const runId = await own.launch(
      `const said = await agent('brittle'); return said === null ? agent('fallback') : said`,
    )
    await own.ended(runId)
    await own.done(own.engine.retryFailed(runId, null, ann))
    const state = await own.ended(runId)
    expect(await own.result(runId)).toBe('brittle')
    expect(state.agents.get('a2')).toMatchObject({ status: 'succeeded' })
    expect(state.totals.turns).toBe(2)
  })

  test('is refused where there is nothing to retry, and says what to do instead', async () => {
    const own = open()
    const refusal = async (runId: string) => {
      const outcome = await own.settled(own.engine.retryFailed(runId, null, ann))
      return outcome.ok || !(outcome.error instanceof Error) ? '' : outcome.error.message
    }
    const fine = await own.launch(`return await agent('fine')`)
    await own.ended(fine)
    expect(await refusal(fine)).toBe('No agent of this run failed; there is nothing to retry.')
    const thrown = await own.launch(`await agent('fine')\nthrow new Error('mine')`)
    await own.ended(thrown)
    expect(await refusal(thrown)).toContain('Edit it and fork the run')
    expect(await refusal(await own.draft(`return 1`))).toContain('The run is draft')
    expect(await refusal('nobody')).toBe('There is no run nobody.')
  })
})

describe('one agent of an ended run', () => {
  test('is asked again with more output, and the others keep what they answered', async () => {
    const own = open({
      reply: ({ prompt, request }) => says(`${prompt} of ${request.maxTokens > 50_000 ? 'many' : 'few'}`),
    })
    const runId = await own.launch(
      `return parallel(['a', 'b'].map((name) => () => agent(name, { maxTokens: 2000 })))`,
    )
    await own.ended(runId)
    const asked = { maxTokens: 100_000, delivery: null }
    await own.done(own.engine.actOnAgent(runId, 'a2', { do: 'retry', asked }, ann))
    await own.ended(runId)
    expect(await own.result(runId)).toEqual(['a of few', 'b of many'])
    expect(own.sent).toHaveLength(3)
    expect(await own.events(runId, 'run.retried')).toMatchObject([{ forgotten: ['a2'] }])
    expect(await own.events(runId, 'agent.changed')).toMatchObject([
      { agentId: 'a2', maxTokens: 100_000, actor: ann },
    ])
  })
})
