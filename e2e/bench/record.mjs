// Records what the event stream of one large run says, and when: material for a replay without a provider.
import { call } from './skein.mjs'

/** Where a run is recorded from: so many agents ended, so all states are on the map at once. */
const BEGIN_AFTER = 60

/** A thousand agents, most of them streaming at a real model's pace, some of them flagged, broken or slow. */
export function script(count) {
  return `export const meta = { name: 'map-bench', description: 'A thousand agents', phases: [{ title: 'Survey' }, { title: 'Review' }, { title: 'Report' }] }
phase('Survey')
const maps = await parallel(Array.from({ length: 8 }, (_, at) => () => agent('Survey ' + at + ' [[sim: {"tokens": 40, "speed": 0}]]', { label: 'survey ' + at })))
phase('Review')
const faults = { 7: ', "fault": {"kind": "refusal"}', 11: ', "fault": {"kind": "status", "status": 400}' }
const said = await parallel(Array.from({ length: ${count} }, (_, at) => () =>
  agent('Review ' + at + ' given ' + maps[at % 8] + ' [[sim: {"tokens": ' + (150 + (at * 37) % 200) + ', "tokensPerSecond": 50, "ttftMs": 200, "speed": 1' + (faults[at % 41] ?? '') + '}]]', { label: 'review ' + at })))
phase('Report')
return await agent('Report on ' + said.filter(Boolean).length, { label: 'report' })`
}

/** Runs it and gives the snapshot in its middle and the frames that followed, each with its millisecond. */
export async function record(url, { agents, concurrency, forMs }) {
  await call(url, 'PUT', '/api/settings', { dayCapUsd: null })
  const limits = { usd: null, agents: agents + 50, items: agents + 50 }
  const { id, status } = await call(url, 'POST', '/api/runs', {
    script: script(agents),
    limits,
    concurrency,
    breaker: null,
  })
  if (status === 'draft') await call(url, 'POST', `/api/runs/${id}/approve`)
  let snapshot
  do {
    await new Promise((resolve) => setTimeout(resolve, 200))
    snapshot = await call(url, 'GET', `/api/runs/${id}`)
    if (snapshot.run.endedAt !== null)
      throw new Error(`The run ended as ${snapshot.run.status}: ${snapshot.run.reason}`)
  } while (snapshot.totals.agents.succeeded < BEGIN_AFTER)
  const frames = []
  const response = await fetch(`${url}/api/runs/${id}/events?after=${snapshot.seq}`, {
    headers: { accept: 'text/event-stream' },
  })
  const began = performance.now()
  const decoder = new TextDecoder()
  let buffer = ''
  for await (const chunk of response.body) {
    buffer += decoder.decode(chunk, { stream: true })
    const parts = buffer.split('\n\n')
    buffer = parts.pop()
    const atMs = performance.now() - began
    for (const text of parts) if (text.startsWith('event: ')) frames.push({ atMs, text })
    if (atMs > forMs || parts.some((text) => text.startsWith('event: end'))) break
  }
  await call(url, 'POST', `/api/runs/${id}/cancel`).catch(() => {})
  return { id, snapshot, frames }
}
