import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { objectName } from '@/lib/revisions/loose-objects'
import { getFileDiff } from '@/lib/server/changes/changes'
import { deleteRun } from '@/lib/server/changes/delete-run'
import { type LogSettings, setLog } from '@/lib/server/log/log'
import { fork } from '@/lib/server/runs/fork'
import { startTestApp } from '@/lib/server/testing/test-app'

const ann = person('ann')
const permissions = { write: true, shell: false, hosts: [], web: false, mcp: [] }
const apps: Awaited<ReturnType<typeof startTestApp>>[] = []
let said: string[] = []
let before: LogSettings
beforeEach(() => {
  before = setLog({ format: 'text', level: 'info', secrets: [] })
  said = []
  vi.spyOn(console, 'info').mockImplementation((line) => void said.push(String(line)))
})
afterEach(async () => {
  setLog(before)
  vi.restoreAllMocks()
  for (const app of apps.splice(0)) await app.dispose()
})

async function start() {
  const app = await startTestApp({ files: { 'a.txt': 'a\n' } })
  apps.push(app)
  const call = (path: string, content: string) => ({
    toolCalls: [{ name: 'write_file', input: { path, content } }],
  })
  const prompt = (path: string, content: string) =>
    JSON.stringify(`Do it. [[sim: ${JSON.stringify([call(path, content), { text: 'done' }])}]]`)
  return {
    app,
    write: async (path: string, content: string) => {
      const runId = await app.launch(`return agent(${prompt(path, content)})`, {
        workspace: app.workspace,
        permissions,
      })
      await app.ended(runId)
      return runId
    },
    prompt,
    /** Whether the contents of a file are stored. */
    async has(content: string) {
      const { repository } = await app.app.fileStores.of(app.workspace)
      const name = objectName('blob', Buffer.from(content))
      // A reader of its own: the store may have been sorted out since.
      const { code } = await repository.git.run(['cat-file', '-e', name], { answers: [1, 128] })
      return code === 0
    },
    remove: async (runId: string) => {
      await deleteRun(app.app, runId)
      await app.app.pruning.done()
    },
    stores: () => readdirSync(join(app.dataDir, 'files')),
  }
}

describe('files that were kept for a run', () => {
  test('go with it, but for those that another run refers to, and the sizes are told', async () => {
    const { has, write, remove } = await start()
    const first = await write('one.txt', 'of the first\n')
    await write('two.txt', 'of the second\n')
    await remove(first)
    expect([await has('of the first\n'), await has('of the second\n'), await has('a\n')]).toEqual([
      false,
      true,
      true,
    ])
    expect(said.join('\n')).toMatch(/files kept for runs: .* before, .* after a deletion/)
    await write('three.txt', 'of the first\n')
    expect(await has('of the first\n')).toBe(true)
  })

  test('stay where a fork shares them', async () => {
    const { app, has, write, remove } = await start()
    const origin = await write('one.txt', 'shared\n')
    const forked = await fork(app.app, origin, {}, ann)
    await app.ended(forked.id)
    await remove(origin)
    expect(await has('shared\n')).toBe(true)
    const diff = await getFileDiff(app.app, forked.id, { path: 'one.txt' })
    expect(diff).toMatchObject({ kind: 'text', added: 1 })
    await remove(forked.id)
    expect(await has('shared\n')).toBe(false)
  })

  test('stay while a run is at work on the same folder, and go at the next start', async () => {
    const { app, has, write, prompt, stores } = await start()
    const first = await write('one.txt', 'of the first\n')
    const second = await app.launch(
      `await checkpoint({ title: 'Go on?' }); return agent(${prompt('two.txt', 'of the second\n')})`,
      { workspace: app.workspace, permissions },
    )
    await app.until(second, ({ event }) => event.type === 'checkpoint.opened')
    await deleteRun(app.app, first)
    await app.app.pruning.done()
    expect(await has('of the first\n')).toBe(true)
    await app.app.engine.answer(second, 'c1', true, ann)
    await app.ended(second)
    expect(await has('of the second\n')).toBe(true)
    await app.restart()
    await app.app.pruning.done()
    expect([await has('of the first\n'), await has('of the second\n')]).toEqual([false, true])
    // What no run is left of goes whole.
    await app.app.engine.remove(second)
    await app.restart()
    expect(existsSync(join(app.dataDir, 'files'))).toBe(true)
    expect(stores()).toEqual([])
  })
})
