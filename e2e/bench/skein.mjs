// The work through Skein's production server, with its journal on and one live watcher.
import { cpuSeconds, peakMegabytes, percentile } from './processes.mjs'
import { script } from './work.mjs'

/** Posts JSON and gives the answer; anything but success ends the benchmark with the server's own words. */
export async function call(url, method, path, body) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}

/** Launches without caps (they have a benchmark of their own) and approves, as the first paid run must be. */
export async function launch(url, count) {
  await call(url, 'PUT', '/api/settings', { dayCapUsd: null })
  const limits = { usd: null, agents: count + 10 }
  const { id, status } = await call(url, 'POST', '/api/runs', { script: script(count), limits })
  if (status === 'draft') await call(url, 'POST', `/api/runs/${id}/approve`)
  return id
}

/** Follows a run to its end; `heard` gets each envelope and the time it was heard. */
export async function follow(url, id, heard) {
  const response = await fetch(`${url}/api/runs/${id}/events`, { headers: { accept: 'text/event-stream' } })
  const decoder = new TextDecoder()
  let buffer = ''
  for await (const chunk of response.body) {
    buffer += decoder.decode(chunk, { stream: true })
    const frames = buffer.split('\n\n')
    buffer = frames.pop()
    for (const frame of frames) {
      if (frame.startsWith('event: end')) return
      if (!frame.startsWith('event: events')) continue
      const at = Date.now()
      for (const envelope of JSON.parse(frame.slice(frame.indexOf('data: ') + 6)).events) heard(envelope, at)
    }
  }
}

export async function measure(server, count) {
  const cpuBefore = cpuSeconds(server.pid)
  const began = performance.now()
  const id = await launch(server.url, count)
  const delays = []
  const sent = []
  await follow(server.url, id, ({ at, event }, heardAt) => {
    if (event.type === 'agent.ended') delays.push(heardAt - Date.parse(at))
    if (event.type === 'turn.started') sent.push(Date.parse(at))
  })
  const wall = (performance.now() - began) / 1000
  const cpu = cpuSeconds(server.pid) - cpuBefore
  const snapshot = await call(server.url, 'GET', `/api/runs/${id}`)
  const { result } = await call(server.url, 'GET', `/api/runs/${id}/result`)
  // From the first request to the last of the fan-out; the reducing call comes after.
  const out = (sent[count - 1] - sent[0]) / 1000
  return {
    wall,
    cpu,
    memory: peakMegabytes(server.pid),
    delay: percentile(delays, 0.99),
    out,
    snapshot,
    result,
  }
}
