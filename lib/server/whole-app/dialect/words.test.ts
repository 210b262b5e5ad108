import { afterEach, expect, test } from 'vitest'
import { startTestApp, type TestApp, workflow } from '@/lib/server/testing/test-app'
import { agentOptionWords, dialectWords } from '@/lib/view/workflows/dialect-help'

let app: TestApp
afterEach(() => app.dispose())

test('every word that the editor offers is one that scripts have', async () => {
  app = await startTestApp()
  const tests = dialectWords.map(({ name }) => `[${JSON.stringify(name)}, () => ${name}]`)
  const script = workflow(
    `return [${tests.join(', ')}].filter(([, read]) => { try { return read() === undefined } catch { return true } }).map(([name]) => name)`,
  )
  const id = await app.launch(script, { args: { a: 1 } })
  await app.ended(id)
  expect((await app.app.store.loadResult(id))?.result).toEqual([])
})

test('every option that the editor offers is one that agent() knows', async () => {
  app = await startTestApp()
  const options = Object.fromEntries(
    agentOptionWords.map(({ name }) => [
      name,
      name === 'schema' ? { type: 'object' } : ['not what it takes'],
    ]),
  )
  const id = await app.launch(workflow(`return agent('x', ${JSON.stringify(options)})`))
  await app.ended(id)
  const journal = JSON.stringify(await app.app.store.readJournal(id, 0, 1000))
  expect(journal).toContain('agent() label')
  expect(journal).not.toContain('is not known here')
})
