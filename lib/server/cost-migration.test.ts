import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openDatabase } from '@/db/open'
import { readTurn } from '@/db/store/rows'
import { cacheSavedNanoUsd } from '@/lib/core/cache-saving'
import { sim, startTestApp } from './testing'
import { installDir } from './testing-environment'

const rowSchema = z.record(z.string(), z.unknown())

test('the rollups made of what was there before are those that would have been kept', async () => {
  const app = await startTestApp({ files: { 'a.txt': 'alpha\n' } })
  const reads = sim({ toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] }, { text: 'done', tokens: 40 })
  const script = `phase('Fan')
return await parallel([1, 2, 3].map((n) => () => agent(n + ${JSON.stringify(` ${reads}`)}, n === 3 ? { model: 'opus', phase: 'Other' } : {})))`
  await app.ended(await app.launch(script, { workspace: app.workspace, tags: ['a', 'b', 'a'] }))
  await app.ended(await app.launch(`return await agent('plain')`))
  await app.app.engine.shutDown(0)
  const { connection, release } = openDatabase(app.crashed(), join(installDir, 'db', 'migrations'))
  const all = (sql: string) =>
    connection
      .prepare(sql)
      .all()
      .map((row) => rowSchema.parse(row))
  const rollups = () =>
    [
      'SELECT * FROM run_costs ORDER BY run_id, day, model, phase, pricing_tiers',
      'SELECT * FROM run_totals ORDER BY run_id',
      'SELECT * FROM tag_costs ORDER BY day, tag, model, phase',
    ].map((sql) => all(sql).map(({ cache_saved_nano_usd: _saved, ...row }) => row))
  const kept = rollups()
  expect(kept[0]?.length).toBeGreaterThan(2)
  expect(JSON.stringify(kept[2])).toMatch(/"tag":"b"/)
  expect(JSON.stringify(kept[0])).toMatch(/"repeated_tokens":[1-9]/)
  connection.exec(
    'DELETE FROM run_costs; DELETE FROM run_totals; DELETE FROM tag_costs; ALTER TABLE run_costs DROP COLUMN cache_saved_nano_usd',
  )
  connection.exec("UPDATE runs SET head = json_remove(head, '$.totals.cacheSavedNanoUsd')")
  const statements = ['0004_money.sql', '0006_tags.sql'].flatMap((file) =>
    readFileSync(join(installDir, 'db/migrations', file), 'utf8').split('--> statement-breakpoint'),
  )
  for (const statement of statements.filter((text) =>
    /^\s*(INSERT INTO|UPDATE|ALTER TABLE) `?(run_totals|run_costs|tag_costs|runs)\b/.test(text),
  ))
    connection.exec(statement)
  expect(rollups()).toEqual(kept)

  // What the cache saved is read back from what new tokens were booked at: nobody had priced prompts without a cache.
  connection.exec(
    `UPDATE turns SET usage = json_set(usage, '$.inputTokens', 7),
       cost = json_set(json_remove(cost, '$.uncachedNanoUsd'), '$.byKind.input', 14001)`,
  )
  for (const statement of statements.filter((text) => /^\s*UPDATE runs\b/.test(text))) connection.exec(statement)
  const saved = new Map<unknown, number>()
  for (const row of all('SELECT * FROM turns')) {
    const { usage, cost } = readTurn(row)
    saved.set(row.run_id, (saved.get(row.run_id) ?? 0) + cacheSavedNanoUsd(usage, cost))
  }
  expect([...saved.values()].some((nanoUsd) => nanoUsd !== 0)).toBe(true)
  const inHeads = all("SELECT id, json_extract(head, '$.totals.cacheSavedNanoUsd') AS saved FROM runs")
  expect(new Map(inHeads.map((row) => [row.id, row.saved]))).toEqual(saved)
  release()
  await app.dispose()
})
