import type { ApplicationElicitResult, ToolExecution } from '@modelcontextprotocol/ext-tasks/client'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Json } from '@/lib/core/base/json'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { serveApi } from '../api/members/testing'
import { startTestApi } from '../api/testing'
import { connectTasks } from './testing'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A client that follows tasks, and what it was asked meanwhile. */
async function open(answer: (message: string) => ApplicationElicitResult) {
  const api = await startTestApi()
  closing.push(() => api.dispose())
  const served = await serveApi(api)
  closing.push(() => served.close())
  const asked: { message: string; schema: Json }[] = []
  const { session, close } = await connectTasks(served.url, (message, schema) => {
    asked.push({ message, schema })
    return answer(message)
  })
  closing.push(close)
  return { api, session, asked }
}

const accept = (content: ApplicationElicitResult['content'] & object): ApplicationElicitResult => ({
  action: 'accept',
  content,
})
const no = (): ApplicationElicitResult => ({ action: 'decline' })
const content = z.object({ content: z.array(z.looseObject({ text: z.string().optional() })) })
const textOf = (result: unknown) => JSON.parse(content.parse(result).content[0]?.text ?? '')
const ask = (text: string) =>
  `agent(${JSON.stringify(`Say it. ${sim({ text, tokens: 4000 })}`)}, { maxTokens: 4000 })`

function taskIdOf(run: ToolExecution<unknown>) {
  if (run.kind !== 'task') throw new Error('The launch is no task.')
  return run.handle.taskId
}

describe('a launch by a client that follows tasks', () => {
  test('is a task: it works, asks with the price, and completes with the result', async () => {
    const { session, asked } = await open((message) =>
      message.startsWith('Which') ? accept({ glob: '*.ts', most: 3 }) : accept({ answer: true }),
    )
    const script = workflow(`
      const plan = await checkpoint({ title: 'Which files?', detail: 'All of src.', input: {
        type: 'object', properties: { glob: { type: 'string' }, most: { type: 'integer', minimum: 1 } }, required: ['glob'] } })
      const yes = await checkpoint({ title: 'Go on?' })
      return { plan, yes, said: await ${ask('hello')} }`)
    const run = await session.callTool('launch', { script, limits: { usd: 2 } })
    expect(run.kind).toBe('task')
    const statuses: string[] = []
    const { outcome } = await run.settle({
      onEvent: (event) => {
        if (event.type === 'task') statuses.push(`${event.task.status} ${event.task.statusMessage ?? ''}`)
      },
    })
    expect(outcome.status).toBe('completed')
    expect(outcome.status === 'completed' && textOf(outcome.result)).toMatchObject({
      status: 'completed',
      result: { plan: { glob: '*.ts', most: 3 }, yes: true, said: 'hello' },
    })
    expect(asked.map(({ message }) => message.split('\n')[0])).toEqual(['Which files?', 'Go on?'])
    expect(asked[0]?.message).toMatch(/All of src\.[\s\S]*Estimated at launch: \$[\s\S]*Cap: \$2\./)
    expect(asked[0]?.schema).toEqual({
      type: 'object',
      properties: { glob: { type: 'string' }, most: { type: 'integer', minimum: 1 } },
      required: ['glob'],
    })
    expect(statuses.join('\n')).toMatch(/input_required .*agents have ended; spent \$0, cap \$2/)
  })

  test('asks before a draft starts and at its cap, and goes on as it is told', async () => {
    const { session, asked } = await open((message) =>
      message.startsWith('Start') ? accept({ answer: true }) : accept({ do: 'raise', to: 20 }),
    )
    const script = workflow(`for (let at = 0; at < 4; at++) await ${ask('x')}\nreturn 'done'`)
    const run = await session.callTool('launch', { script, limits: { usd: 0.03 }, approval: 'ask' })
    const { outcome } = await run.settle()
    expect(outcome.status === 'completed' && textOf(outcome.result)).toMatchObject({ result: 'done' })
    expect(asked.map(({ message }) => message.split('\n')[0])).toEqual([
      'Start “test”?',
      'Raise the dollar cap, or stop the run?',
    ])
    expect(asked[1]?.schema).toMatchObject({ properties: { do: { enum: ['raise', 'stop'] } } })
  })

  test('is cancelled with its run, and a no to a draft cancels it as well', async () => {
    const { api, session } = await open(no)
    const waits = workflow('await new Promise((done) => setTimeout(done, 3600000))')
    const run = await session.callTool('launch', { script: waits })
    await run.cancel()
    expect((await run.settle()).outcome.status).toBe('cancelled')
    const id = taskIdOf(run)
    expect((await api.state(id)).run.status).toBe('cancelled')
    const draft = await session.callTool('launch', { script: waits, approval: 'ask' })
    expect((await draft.settle()).outcome.status).toBe('cancelled')
  })

  test('fails with the words of its run, and is there for another client under the id of the run', async () => {
    const { api, session } = await open(no)
    const run = await session.callTool('launch', { script: workflow("throw new Error('It broke.')") })
    const { outcome } = await run.settle()
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('It broke.') },
    })
    const id = taskIdOf(run)
    expect(await session.task(id).snapshot()).toMatchObject({ status: 'failed', taskId: id })
    await api.app.engine.remove(id)
    await expect(session.task(id).snapshot()).rejects.toThrow(`There is no run ${id}`)
    const refused = await session.callTool('launch', { workflow: 'no-such-workflow' })
    expect(refused.kind).toBe('immediate')
    const others = await session.callTool('workflows')
    expect(others.kind).toBe('immediate')
  })

  test('leaves a question open that somebody declines, since a form has no no', async () => {
    const { api, session, asked } = await open(no)
    const script = workflow(
      `return checkpoint({ title: 'Which?', input: { type: 'array', items: { type: 'string' } } })`,
    )
    const run = await session.callTool('launch', { script })
    const id = taskIdOf(run)
    const task = session.task(id)
    await api.until(id, (_, { checkpoints }) => checkpoints.length > 0)
    const key = `${(await api.state(id)).checkpoints[0]?.checkpointId}@5000000000`
    await task.updateJson({ [key]: { action: 'decline' } })
    expect((await api.state(id)).checkpoints[0]).toMatchObject({ status: 'open' })
    await task.updateJson({ [key]: { action: 'accept', content: { answer: '["a"]' } } })
    const { outcome } = await run.settle()
    expect(outcome.status === 'completed' && textOf(outcome.result)).toMatchObject({ result: ['a'] })
    expect(JSON.stringify(asked.map(({ schema }) => schema))).toMatch(/JSON that fits|^\[\]$/)
  })
})
