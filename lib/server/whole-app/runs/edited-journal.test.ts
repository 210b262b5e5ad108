import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, expect, test, vi } from 'vitest'
import { getRun } from '../../runs/read-run'
import { sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp
afterEach(() => app.dispose())

test('a run whose journal was edited is shown as failed with the place, and the others go on', async () => {
  app = await startTestApp()
  const slow = JSON.stringify(sim({ text: 'late '.repeat(400), tokensPerSecond: 50, speed: 1 }))
  const spoilt = await app.launch(`return [await agent('quick'), await agent(${slow})]`)
  const fine = await app.launch(
    `return [await agent('quick'), await agent('also quick'), await agent('third')]`,
  )
  await app.until(spoilt, ({ event }) => event.type === 'turn.started' && event.agentId === 'a2')
  const copy = app.crashed()
  const database = new Database(join(copy, 'skein.db'))
  database
    .prepare('UPDATE events SET data = ? WHERE run_id = ? AND seq = 6')
    .run('{"type":"agent.perhaps"}', spoilt)
  database.close()
  await app.adopt(copy)
  const state = await getRun(app.app, spoilt)
  expect(state.run.status).toBe('failed')
  expect(state.run.error?.message).toMatch(/^Event 6 in the journal of run .* was changed outside of Skein/)
  expect(vi.mocked(console.error).mock.calls.join()).toContain('UnreadableJournalError')
  vi.mocked(console.error).mockClear()
  expect((await app.ended(fine)).run.status).toBe('completed')
})
