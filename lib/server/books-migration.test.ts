import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '@/db/open'
import { sim, startTestApp } from './testing'
import { installDir } from './testing-environment'

test('the books made of what was there before are those that would have been kept', async () => {
  const app = await startTestApp({ files: { 'a.txt': 'alpha\n' } })
  const reads = sim({ toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] }, { text: 'done', tokens: 40 })
  const script = `phase('Fan')
return await parallel([1, 2, 3].map((n) => () => agent(n + ${JSON.stringify(` ${reads}`)}, n === 3 ? { model: 'opus', phase: 'Other' } : {})))`
  await app.ended(await app.launch(script, { workspace: app.workspace, tags: ['a', 'b', 'a'] }))
  await app.ended(await app.launch(`return await agent('plain')`))
  await app.app.engine.shutDown(0)
  const { connection, release } = openDatabase(app.crashed(), join(installDir, 'db', 'migrations'))
  const books = () =>
    [
      'SELECT * FROM run_costs ORDER BY run_id, day, model, phase, terms',
      'SELECT * FROM bills ORDER BY run_id',
      'SELECT * FROM tag_costs ORDER BY day, tag, model, phase',
    ].map((sql) => connection.prepare(sql).all())
  const kept = books()
  expect(kept[0]?.length).toBeGreaterThan(2)
  expect(JSON.stringify(kept[2])).toMatch(/"tag":"b"/)
  expect(JSON.stringify(kept[0])).toMatch(/"repeated_tokens":[1-9]/)
  connection.exec('DELETE FROM run_costs; DELETE FROM bills; DELETE FROM tag_costs')
  const statements = ['0004_money.sql', '0006_tags.sql'].flatMap((file) =>
    readFileSync(join(installDir, 'db/migrations', file), 'utf8').split('--> statement-breakpoint'),
  )
  for (const statement of statements.filter((text) => /^\s*INSERT INTO (bills|run_costs|tag_costs)/.test(text)))
    connection.exec(statement)
  expect(books()).toEqual(kept)
  release()
  await app.dispose()
})
