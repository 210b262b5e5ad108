import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { startTestApp, type TestApp } from '../../testing/test-app'
import { ReadingNotes } from './readings'

let app: TestApp
afterEach(() => app.dispose())

const digest = (text: string) => Buffer.from(text).toString('hex').slice(-32)

/** A process that dies while it reads: the note is written, and never taken back. */
function dieReading(runId: string, what: string): void {
  void new ReadingNotes(join(app.dataDir, 'reading'), digest).during(runId, what, () => new Promise(() => {}))
}

test('the second death over one reading pauses the run and says so, and a person may go on', async () => {
  app = await startTestApp({ files: { 'a.txt': 'a' } })
  const runId = await app.launch("await checkpoint({ title: 'Go on?' })\nreturn 'continued'", {
    workspace: app.workspace,
  })
  await app.until(runId, ({ event }) => event.type === 'checkpoint.opened')
  dieReading(runId, 'the workflows of /hostile')
  await app.restart()
  expect((await app.state(runId)).run.status).toBe('running')
  dieReading(runId, 'the workflows of /hostile')
  await app.restart()
  const { run, checkpoints } = await app.state(runId)
  expect(run).toMatchObject({ status: 'paused', pauseReason: 'reading' })
  expect(run.reason).toContain('crashed 2 times while this run was reading the workflows of /hostile')
  // A start in which nothing is read changes nothing.
  await app.restart()
  expect((await app.state(runId)).run.status).toBe('paused')
  await app.app.engine.resume(runId, person('tester'))
  const [question] = checkpoints
  await app.app.engine.answer(runId, question?.checkpointId ?? '', true, person('tester'))
  await app.ended(runId)
  expect((await app.state(runId)).run.status).toBe('completed')
  expect(readdirSync(join(app.dataDir, 'reading'))).toEqual([])
})

test('a run that is held back can be cancelled', async () => {
  app = await startTestApp()
  const runId = await app.launch("await checkpoint({ title: 'Go on?' })\nreturn 1")
  await app.until(runId, ({ event }) => event.type === 'checkpoint.opened')
  for (let deaths = 0; deaths < 2; deaths++) {
    dieReading(runId, 'its files')
    await app.restart()
  }
  expect((await app.state(runId)).run.status).toBe('paused')
  await app.app.engine.cancel(runId, person('tester'))
  expect((await app.state(runId)).run.status).toBe('cancelled')
})

test('deaths over different readings do not add up, and a reading that came to an end is forgotten', async () => {
  app = await startTestApp()
  const folder = join(app.dataDir, 'notes')
  const notes = () => new ReadingNotes(folder, digest)
  const never = () => new Promise<never>(() => {})
  void notes().during('run', 'one thing', never)
  void notes().during('run', 'another', never)
  expect(notes().diedOver('run')?.times).toBe(1)
  const later = notes()
  await later.during('run', 'one thing', async () => {})
  await later.during('run', 'another', () => Promise.reject(new Error('unreadable'))).catch(() => {})
  expect(later.diedOver('run')).toBeNull()
  expect(notes().diedOver('run')).toBeNull()
  void later.during('run', 'one thing', never)
  later.close()
  expect(notes().diedOver('run')).toBeNull()
  writeFileSync(join(folder, 'half.json'), '{"runId":')
  expect(notes().diedOver('run')).toBeNull()
})
