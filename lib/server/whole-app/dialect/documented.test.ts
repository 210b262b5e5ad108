import { afterAll, beforeAll, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { docSlugs, readDoc } from '../../docs/read-docs'
import { answer } from '../../runs/checkpoints'
import { startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.dispose())

const examples = docSlugs.flatMap((slug) =>
  [...readDoc(slug).matchAll(/^```js\n(.*?)^```$/gms)].map(([, script = '']) => ({
    name: `${slug}: ${/name: '([^']+)'/.exec(script)?.[1] ?? 'nameless'}`,
    script,
  })),
)

test('the docs have examples', () => {
  expect(examples.length).toBeGreaterThan(8)
})

test.each(examples)(
  'the example in $name runs to its end on the simulator, as it is written',
  async ({ script }) => {
    const runId = await app.launch(script)
    if (script.includes('checkpoint(')) {
      await app.until(runId, ({ event }) => event.type === 'checkpoint.opened')
      await answer(app.app, runId, 'c1', true, person('reader'))
    }
    const { run, agents, log } = await app.ended(runId)
    expect(run.error).toBeNull()
    expect(run.status).toBe('completed')
    expect(agents.size).toBeGreaterThan(0)
    expect(log.filter(({ kind }) => kind === 'noted').map(({ message }) => message)).toEqual([])
    expect(await app.result(runId)).not.toBeNull()
  },
)
