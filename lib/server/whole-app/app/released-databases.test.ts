import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import type { Store } from '@/lib/core/ports/store'
import { foldAll } from '@/lib/core/run/fold'
import { runSpecSchema } from '@/lib/core/spec/run'
import { hasEnded } from '@/lib/core/spec/run-status'
import { getRun, listRuns } from '../../runs/read-run'
import { installDir } from '../../testing/environment'
import { startTestApp, type TestApp } from '../../testing/test-app'

const folder = join(installDir, 'db', 'released')
const home = mkdtempSync(join(tmpdir(), 'skein-released-'))
let app: TestApp | null = null
afterAll(async () => {
  await app?.dispose()
  rmSync(home, { recursive: true, force: true })
})

const released = readdirSync(folder).filter((name) => name.endsWith('.db.gz'))

test('there is a database of every release', () => {
  expect(released).toContain('0.2.0.db.gz')
})

test.each(released)(
  '%s is opened, its journals say what its rows do, and what was left open is worked to its end',
  async (name) => {
    const dataDir = join(home, name)
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(join(dataDir, 'skein.db'), gunzipSync(readFileSync(join(folder, name))))
    app ??= await startTestApp()
    await app.adopt(dataDir)
    const { store } = app.app
    const { runs } = await listRuns(app.app, { limit: 50, offset: 0 })
    expect(runs.length).toBeGreaterThanOrEqual(4)
    expect(new Set(runs.map(({ status }) => status))).toContain('completed')
    for (const { id } of runs) {
      const { run } = await getRun(app.app, id)
      if (!hasEnded(run.status)) continue
      const journal = await store.readJournal(id, 0, Number.MAX_SAFE_INTEGER)
      const rows = await store.loadState(id)
      expect(JSON.parse(JSON.stringify(foldAll(null, journal)))).toEqual(JSON.parse(JSON.stringify(rows)))
    }
    for (const simulated of [true, false])
      expect(await sumsOf(store.spentByPayer(simulated))).toEqual(await sumsOf(store.spentByDay(simulated)))
    await forkBuysNothing(app, runs.find(({ title }) => title === 'fans out')?.id ?? '')
    const waiting = runs.find(({ title }) => title === 'asks')
    expect(waiting).toBeDefined()
    await app.app.engine.answer(waiting?.id ?? '', 'c1', true, { kind: 'local', id: 'local', name: 'local' })
    expect((await app.ended(waiting?.id ?? '')).run.status).toBe('completed')
    expect((await store.workflows.list()).map(({ name: saved }) => saved)).toContain('kept')
  },
)

/** What was spent, unsettled and used in all: of whom it counts against as much as in all. */
async function sumsOf(rows: ReturnType<Store['spentByDay']>): Promise<number[]> {
  return (await rows).reduce(
    ([spent = 0, unsettled = 0, tokens = 0], row) => [
      spent + row.spentNanoUsd,
      unsettled + row.unsettledNanoUsd,
      tokens + row.tokens,
    ],
    [0, 0, 0],
  )
}

/** Forks a run of a release whose agents had file tools, as it was: each of its calls has to be found again. */
async function forkBuysNothing({ app, workspace, ended }: TestApp, runId: string): Promise<void> {
  const { run } = await getRun(app, runId)
  const input = await app.store.loadInput(runId)
  if (input === null || run.workspace === null) throw new Error('The run has no script or no files')
  const [agent] = await app.store.loadAgents(runId)
  expect(agent?.spec.tools.map(({ name }) => name)).toContain('read_file')
  const id = await app.engine.launch({
    spec: {
      ...runSpecSchema.parse(run),
      // The folder of that day is gone; what it held is named by its revision.
      workspace: { root: workspace, revision: run.workspace.revision },
      simulated: true,
      forkedFrom: { runId, title: run.title, isRetry: false },
    },
    ...input,
    idempotency: null,
    approved: true,
    actor: run.launchedBy,
  })
  const agents = [...(await ended(id)).agents.values()]
  expect(agents.length).toBeGreaterThan(1)
  expect(agents.map(({ reusedFrom }) => reusedFrom?.runId)).toEqual(agents.map(() => runId))
}
