// npm run bench:backup: how long commits take while a database of two gigabytes is backed up, beside how long they
// take without. Linux only; build first, and have five gigabytes free in the folder for temporary files.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, root, startSimulator, startSkein } from '../processes.mjs'
import { call } from '../skein.mjs'
import { script } from '../work.mjs'

// No query of the store fills a table that is none of its own.
const Database = createRequire(import.meta.url)('better-sqlite3')

const GIGABYTES = Number(process.env.BENCH_GIGABYTES ?? 2)
const PIECE_BYTES = 1_000_000
const AGENTS = 6000
const AT_ONCE = 50
const WITHOUT_MS = 20_000
const wanted = { ratio: 2, worstSeconds: 0.25 }

if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}
const folder = mkdtempSync(join(tmpdir(), 'skein-backup-bench-'))
const dataDir = join(folder, 'data')
const simulator = await startSimulator()
try {
  await (await start()).kill()
  fill(join(dataDir, 'skein.db'))
  const server = await start()
  try {
    await measure(server.url)
  } finally {
    await server.kill()
  }
} finally {
  simulator.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function start() {
  const more = { SKEIN_MAX_CONCURRENCY: String(AT_ONCE) }
  return startSkein({ baseUrl: simulator.url, dataDir, port: await freePort(), more })
}

/** Rows that no table of Skein's knows, of bytes that cannot be packed. */
function fill(file) {
  const connection = new Database(file)
  connection.exec('CREATE TABLE bench_filler (bytes BLOB)')
  const add = connection.prepare('INSERT INTO bench_filler VALUES (randomblob(?))')
  for (let at = 0; at < (GIGABYTES * 1e9) / PIECE_BYTES; at += 1) add.run(PIECE_BYTES)
  connection.pragma('wal_checkpoint(TRUNCATE)')
  connection.close()
  console.log(`\nA database of ${(statSync(file).size / 1e9).toFixed(2)} GB, ${AT_ONCE} agents at work`)
}

async function measure(url) {
  await call(url, 'PUT', '/api/settings', { dayCapUsd: null })
  const limits = { usd: null, agents: AGENTS + 10 }
  await call(url, 'POST', '/api/runs', { script: script(AGENTS), limits, approval: 'auto' })
  // The run's first agents and the first use of each route are no part of it.
  await sleep(5_000)
  const without = await commitsDuring(url, () => sleep(WITHOUT_MS))
  tell('without a backup', without)
  const began = performance.now()
  const beside = await commitsDuring(url, async () => {
    await call(url, 'POST', '/api/backups/run')
    while ((await call(url, 'GET', '/api/backups')).isUnderWay) await sleep(100)
  })
  tell('during a backup', beside)
  const { last, files } = await call(url, 'GET', '/api/backups')
  if (last?.trouble != null || files.length === 0) throw new Error(`The backup failed: ${last?.trouble}`)
  const seconds = (performance.now() - began) / 1000
  console.log(`  the backup took ${seconds.toFixed(1)} s, ${(files[0].bytes / 1e9).toFixed(2)} GB`)
  const ratio = quantile(beside, 0.99) / quantile(without, 0.99)
  console.log(`  p99 ${ratio.toFixed(2)} times that without   (wanted: at most ${wanted.ratio})`)
}

/** How many commits took at most so many seconds, by bound, while something went on. */
async function commitsDuring(url, act) {
  const before = await commits(url)
  await act()
  const after = await commits(url)
  return after.map(([bound, count], at) => [bound, count - before[at][1]])
}

async function commits(url) {
  const text = await (await fetch(`${url}/metrics`)).text()
  return [...text.matchAll(/^skein_store_commit_seconds_bucket\{le="([^"]+)"[^}]*\} (\d+)/gm)].map(
    ([, bound, count]) => [bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), Number(count)],
  )
}

/** Between two bounds, evenly spread, as Prometheus does. */
function quantile(buckets, share) {
  const wanted = share * buckets.at(-1)[1]
  const at = buckets.findIndex(([, count]) => count >= wanted)
  const [bound, count] = buckets[at]
  const [below, fewer] = at === 0 ? [0, 0] : buckets[at - 1]
  return below + ((bound - below) * (wanted - fewer)) / Math.max(1, count - fewer)
}

function tell(what, buckets) {
  const total = buckets.at(-1)[1]
  const slow = total - buckets.find(([bound]) => bound === wanted.worstSeconds)[1]
  const ms = (share) => `${(1000 * quantile(buckets, share)).toFixed(1)} ms`
  console.log(
    `  ${what.padEnd(20)} ${total} commits, p50 ${ms(0.5)}, p99 ${ms(0.99)}, over ${1000 * wanted.worstSeconds} ms: ${slow}   (wanted: 0)`,
  )
}
