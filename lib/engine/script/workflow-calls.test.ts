import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { harnessPerTest } from '../testing/per-test'
import { says, silence } from '../testing/replies'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
const child = (body: string) => `export const meta = { name: 'child', description: 'd' }\n${body}`

describe('a workflow that a script calls', () => {
  test('runs with its own arguments and scope, and its result is that of the call', async () => {
    const own = open({ workflows: { child: child(`return [args.n, await agent('inside ' + args.n)]`) } })
    const runId = await own.launch(
      `return [await workflow('child', { n: 1 }), await workflow('child', { n: 2 }), await agent('outside')]`,
    )
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual([[1, 're: inside 1'], [2, 're: inside 2'], 're: outside'])
    expect([...state.agents.values()].map(({ scope }) => scope)).toEqual(['child#0', 'child#1', ''])
    expect(await own.events(runId, 'workflow.ended')).toMatchObject([
      { scope: 'child#0', error: null },
      { scope: 'child#1', error: null },
    ])
    await own.checkRows(runId)
  })

  test('may be given by its source', async () => {
    const own = open()
    const source = JSON.stringify(child(`return agent('given')`))
    const runId = await own.launch(`return workflow({ script: ${source} })`)
    await own.ended(runId)
    expect(await own.result(runId)).toBe('re: given')
    expect((await own.events(runId, 'workflow.entered'))[0]?.scope).toMatch(/^script:[0-9a-f]{12}#0$/)
  })

  test('may not call a third, and the run fails with that sentence', async () => {
    const workflows = { outer: child(`return workflow('inner')`), inner: child(`return agent('deep')`) }
    const own = open({ workflows })
    const { run, agents } = await own.ended(await own.launch(`return workflow('outer')`))
    expect(run.error?.message).toContain('a workflow that was called by another may not call a third')
    expect(agents.size).toBe(0)
  })

  test('that throws throws where it is called, and the journal says where', async () => {
    const own = open({ workflows: { child: child(`await agent('x')\nthrow new Error('mine')`) } })
    const runId = await own.launch(`try { await workflow('child') } catch (error) { return error.message }`)
    await own.ended(runId)
    expect(await own.result(runId)).toContain('mine')
    expect(await own.events(runId, 'workflow.ended')).toMatchObject([
      { error: { message: expect.stringContaining('mine'), line: 3 } },
    ])
  })

  test('that is not there is refused, and is refused again after a death although it is there by then', async () => {
    const workflows: Record<string, string> = {}
    const own = open({ workflows, reply: () => says('ok', 100) })
    const runId = await own.launch(
      `let said; try { await workflow('late') } catch (error) { said = error.message }\nawait agent('x'); return said`,
    )
    await own.happened(runId, ({ type }) => type === 'turn.started')
    workflows.late = child('return 1')
    await own.restart()
    await own.ended(runId)
    expect(await own.result(runId)).toContain('There is no workflow late here.')
    expect(await own.events(runId, 'call.refused')).toMatchObject([{ cap: null, endsRun: false }])
  })

  test('that needs a workspace cannot run without one, and can with one', async () => {
    const own = open({ workflows: { child: child('return 1') }, needs: { child: ['workspace'] }, tools: {} })
    const script = `try { return await workflow('child') } catch (error) { return error.message }`
    const without = await own.launch(script)
    await own.ended(without)
    expect(await own.result(without)).toMatch(/child/)
    expect(await own.result(without)).not.toBe(1)
    const runId = await own.launch(script, { workspace })
    await own.ended(runId)
    expect(await own.result(runId)).toBe(1)
  })

  test('whose search fails is refused, and the fault is reported', async () => {
    const own = open({ workflows: { child: new Error('the disk') } })
    const runId = await own.launch(`try { await workflow('child') } catch (error) { return error.message }`)
    await own.ended(runId)
    expect(await own.result(runId)).toContain('The workflow search failed; see the server log.')
    expect(own.reports.splice(0)).toMatchObject([{ message: 'the disk' }])
  })

  test('runs after a death from the source that was found, whatever the file says by then', async () => {
    const workflows = {
      child: child(`const a = await agent('first'); const b = await agent('second'); return [a, b]`),
    }
    const own = open({ workflows, reply: ({ prompt }) => says(prompt, prompt === 'second' ? 500 : 5) })
    const runId = await own.launch(`return workflow('child')`)
    await own.killedAfter((event) => event.type === 'turn.started' && event.agentId === 'a2')
    workflows.child = child(`return 'changed'`)
    await own.ended(runId)
    expect(await own.result(runId)).toEqual(['first', 'second'])
    expect(await own.events(runId, 'workflow.entered')).toHaveLength(1)
  })

  test('is no longer looked for once the run is cancelled', async () => {
    const own = open({ workflows: { child: child(`await agent('x'); return 1`) }, reply: () => silence })
    const runId = await own.launch(`return workflow('child')`)
    await own.until(() => own.sent.length === 1)
    await own.done(own.engine.cancel(runId, person('ann')))
    expect((await own.ended(runId)).run.status).toBe('cancelled')
    expect(await own.events(runId, 'workflow.ended')).toEqual([])
  })
})

describe('a fork', () => {
  test('calls the very source that its origin called, and buys nothing of it again', async () => {
    const workflows = { child: child(`return agent('inside')`) }
    const own = open({ workflows })
    const origin = await own.launch(`return workflow('child')`)
    await own.ended(origin)
    workflows.child = child(`return agent('changed')`)
    const runId = await own.launch(`return workflow('child')`, {
      forkedFrom: { runId: origin, title: 'o', isRetry: false },
    })
    await own.ended(runId)
    expect(await own.result(runId)).toBe('re: inside')
    expect(own.sent).toHaveLength(1)
    expect(await own.store.calledSources(runId)).toMatchObject([{ name: 'child', scope: 'child#0' }])
  })
})
