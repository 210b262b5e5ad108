// kill -9 when 40 % of the turns are committed: what was committed may not be sent again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startSimulator, startSkein } from './processes.mjs'
import { call, follow, launch } from './skein.mjs'

const COUNT = 300

export async function killAtFortyPercent() {
  const dataDir = mkdtempSync(join(tmpdir(), 'skein-kill-'))
  const simulator = await startSimulator()
  const port = await freePort()
  try {
    const first = await startSkein({ baseUrl: simulator.url, dataDir, port })
    await call(first.url, 'PUT', '/api/settings', { dayCapUsd: null })
    const id = await launch(first.url, COUNT)
    let committed = 0
    let killing = null
    await follow(first.url, id, ({ event }) => {
      if (event.type === 'turn.committed') committed += 1
      if (committed >= COUNT * 0.4) killing ??= first.kill()
    }).catch(() => {})
    await killing
    const second = await startSkein({ baseUrl: simulator.url, dataDir, port })
    await follow(second.url, id, () => {})
    await report(second, simulator, id)
    await second.kill()
  } finally {
    simulator.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function report(server, simulator, id) {
  const { run, totals } = await call(server.url, 'GET', `/api/runs/${id}`)
  const { entries } = await call(simulator.url, 'GET', '/__sim/log')
  const sent = new Map()
  for (const { digest, path } of entries)
    if (path === 'POST /v1/messages') sent.set(digest, (sent.get(digest) ?? 0) + 1)
  const again = [...sent.values()].filter((times) => times > 1).length
  const failed = []
  for (let after = 0; ; ) {
    const response = await fetch(`${server.url}/api/runs/${id}/events?after=${after}&limit=5000`, {
      headers: { accept: 'application/json' },
    })
    const { events, next } = await response.json()
    if (next === null) break
    after = next
    failed.push(...events.filter(({ event }) => event.type === 'turn.failed'))
  }
  console.log(
    `\nkill -9 at 40 % of ${COUNT} agents: the run ended ${run.status} with ${totals.turns} committed turns`,
  )
  console.log(
    `  ${failed.length} turns were in flight, ${again} requests were sent twice, ${Math.max(0, again - failed.length)} committed turns were sent again   (target 0)`,
  )
}
