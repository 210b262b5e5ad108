import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { openInlineSandbox } from '@/lib/script/testing'
import { harnessPerTest } from '../testing/per-test'
import { answers, conversations, fails, says, silence } from '../testing/replies'

const open = harnessPerTest()

describe('a script', () => {
  test('gets its args as they were given, and gives what it returns', async () => {
    const own = open()
    const args = { list: [1, null, 'ü'], deep: { a: true } }
    const runId = await own.launch('return args', {}, args)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual(args)
    expect(state.run).toMatchObject({ status: 'completed', reason: null, resultInputs: [] })
  })

  test('that throws makes the run failed, with line and column', async () => {
    const own = open()
    const runId = await own.launch(`const missing = null\nawait agent('x')\nreturn missing.length`)
    const { run } = await own.ended(runId)
    expect(run.status).toBe('failed')
    expect(run.error).toMatchObject({ message: expect.stringMatching(/TypeError/), line: 4 })
    expect(run.error?.column).toBeGreaterThan(0)
    expect(run.reason).toBe(run.error?.message)
    expect(await own.result(runId)).toBeNull()
  })

  test('that waits for nothing fails with that sentence', async () => {
    const own = open()
    const runId = await own.launch('await new Promise(() => {})')
    expect((await own.ended(runId)).run).toMatchObject({
      status: 'failed',
      reason: 'The script is deadlocked: it waits, but no agent, timer or question is left.',
    })
  })

  test('whose branch throws goes on with null, and the throw is noted', async () => {
    const own = open()
    const runId = await own.launch(`return parallel([() => agent('fine'), () => nowhere()])`)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual(['re: fine', null])
    expect(state.log).toMatchObject([{ kind: 'noted', message: expect.stringContaining('ReferenceError') }])
    expect(state.barriers).toMatchObject([{ kind: 'parallel', size: 2, closedAt: expect.any(String) }])
  })

  test('that returns early leaves no agent running, and no question open', async () => {
    const own = open({ reply: conversations({ slow: [silence] }) })
    const runId = await own.launch(`agent('slow'); checkpoint('Nobody waits?'); return agent('quick')`)
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(state.outcomeCounts).toMatchObject({ succeeded: 1, cancelled: 1 })
    expect(state.agents.get('a1')).toMatchObject({ status: 'cancelled', reservedNanoUsd: 0 })
    expect(state.checkpoints).toMatchObject([{ status: 'unanswered' }])
    expect((await own.journal(runId)).at(-1)?.event.type).toBe('run.ended')
    expect(own.dispatcher.usage()).toMatchObject({ slots: { used: 0 }, today: { reservedNanoUsd: 0 } })
    await own.checkRows(runId)
  })

  test('that tells much of its course has it written down in few commits, each line once', async () => {
    const own = open()
    const runId = await own.launch(
      `for (let at = 0; at < 500; at++) { log('line ' + at); await agent('x').catch(() => {}); if (at === 3) break }\nfor (let at = 0; at < 2000; at++) log('more ' + at)\nreturn 1`,
    )
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(own.commits).toBeLessThan(60)
    const lines = (await own.events(runId, 'run.logged')).map(({ message }) => message)
    expect(new Set(lines).size).toBe(lines.length)
    expect(lines).toHaveLength(2004)
  })

  test('that dies with its server logs nothing twice, though it says everything again', async () => {
    const own = open()
    const runId = await own.launch(
      `log('one'); log('same'); log('same'); phase('P'); await agent('x'); log('same'); return parallel([() => agent('y')])`,
    )
    await own.killedAfter((event) => event.type === 'agent.ended')
    await own.ended(runId)
    expect((await own.events(runId, 'run.logged')).map(({ message }) => message)).toEqual([
      'one',
      'same',
      'same',
      'same',
    ])
    expect(await own.events(runId, 'run.phase-entered')).toHaveLength(1)
    expect(await own.events(runId, 'barrier.opened')).toHaveLength(1)
  })

  test('whose sandbox dies again and again pauses the run, which goes on when somebody resumes it', async () => {
    let isDying = true
    const own = open({
      openSandbox: (start) => {
        const inner = openInlineSandbox(start)
        return {
          ...inner,
          deliver: async (facts) =>
            isDying ? { kind: 'died', message: 'out of memory' } : inner.deliver(facts),
        }
      },
    })
    const runId = await own.launch(`return agent('x', { label: 'the x' })`)
    const { run } = await own.paused(runId)
    expect(run).toMatchObject({
      pauseReason: 'script',
      reason: expect.stringMatching(
        /out of memory\): when 1 of its 1 agents had ended, the last of them the x/,
      ),
    })
    isDying = false
    await own.done(own.engine.resume(runId, person('ann')))
    expect((await own.ended(runId)).run.status).toBe('completed')
  })

  test('whose sandbox dies before anything has happened says so', async () => {
    const own = open({
      openSandbox: (start) => ({
        ...openInlineSandbox(start),
        start: async () => ({ kind: 'died', message: 'gone' }),
      }),
    })
    const runId = await own.launch(`return 1`)
    expect((await own.paused(runId)).run.reason).toContain('before its first agent had ended')
    await own.done(own.engine.cancel(runId, person('ann')))
    expect((await own.ended(runId)).run.status).toBe('cancelled')
  })

  test('that waits for room on this machine says so', async () => {
    const own = open({
      openSandbox: (start) => {
        const inner = openInlineSandbox(start)
        return {
          ...inner,
          start: (onWait) => {
            onWait?.()
            return inner.start()
          },
        }
      },
    })
    const runId = await own.launch(`return 1`)
    expect((await own.ended(runId)).log.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The script is queued/),
    ])
  })
})

describe('agent.settled', () => {
  test('tells how an agent ended, whatever that was', async () => {
    const schema = `{ type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }`
    const own = open({
      reply: conversations({
        good: [says('fine', 10, { inputTokens: 7, outputTokens: 3 })],
        empty: [says('')],
        bad: [fails('invalid-request', { message: 'no' })],
        never: [answers({})],
        slow: [silence],
      }),
    })
    const runId = await own.launch(
      `return Promise.all([agent.settled('good'), agent.settled('empty'), agent.settled('bad'), agent.settled('never', { schema: ${schema} }), agent.settled('slow')])`,
      { minSuccess: 0 },
    )
    await own.until(() => own.sent.some(({ prompt }) => prompt === 'slow'))
    await own.done(own.engine.actOnAgent(runId, 'a5', { do: 'skip' }, person('ann')))
    await own.ended(runId)
    expect(await own.result(runId)).toMatchObject([
      {
        status: 'succeeded',
        value: 'fine',
        failure: null,
        flags: [],
        usage: { inputTokens: 7, outputTokens: 3 },
      },
      { status: 'flagged', value: '', flags: [{ kind: 'empty' }] },
      { status: 'failed', value: null, failure: { kind: 'invalid-request', message: 'no' } },
      { status: 'failed', value: null, failure: { kind: 'schema' } },
      { status: 'skipped', value: null, failure: null },
    ])
  })

  test('of an answer that the script itself turns down says so once, however often it is replayed', async () => {
    const own = open({ reply: ({ prompt }) => says(prompt, prompt === 'last' ? 500 : 5) })
    const runId = await own.launch(
      `const one = await agent('x', { failIf: () => true }); await agent('last'); return one`,
      { minSuccess: 0 },
    )
    await own.killedAfter((event) => event.type === 'turn.started' && event.agentId === 'a2')
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'failed', failure: { kind: 'rejected' } })
    expect(await own.events(runId, 'agent.rejected')).toHaveLength(1)
    expect(own.sent.filter(({ prompt }) => prompt === 'x')).toHaveLength(1)
  })
})

describe('schemas of calls', () => {
  test('that nobody can meet throw with their place before an agent is made, and each is checked once', async () => {
    let checks = 0
    const own = open({
      schemas: {
        checkSchema: async () => {
          checks += 1
          return [{ path: '/properties/n', message: 'minimum 5 is greater than maximum 1' }]
        },
        check: async () => [],
      },
    })
    const runId = await own.launch(
      `const schema = { type: 'object' }; const said = []; for (const n of [1, 2, 3]) try { await agent('x' + n, { schema }) } catch (error) { said.push(error.message) }\nreturn said`,
    )
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual(
      Array(3).fill(
        'The schema of this agent() call cannot be used: /properties/n minimum 5 is greater than maximum 1',
      ),
    )
    expect(state.agents.size).toBe(0)
    expect(checks).toBe(1)
  })

  test('that contradict themselves are found by the checker that ships', async () => {
    const own = open()
    const runId = await own.launch(
      `try { await agent('x', { schema: { type: 'object', properties: { n: { type: 'integer', minimum: 5, maximum: 1 } }, required: ['n'] } }) } catch (error) { return error.message }`,
    )
    await own.ended(runId)
    expect(await own.result(runId)).toBe(
      'The schema of this agent() call cannot be used: /properties/n minimum 5 is greater than maximum 1',
    )
  })
})
