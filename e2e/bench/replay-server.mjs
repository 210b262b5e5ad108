// Serves one recorded run at its own pace, and everything else from the production server behind it.
import { createServer, request } from 'node:http'

const ended = /"type":"agent\.ended"[^}]*?"outcome":"succeeded"/g

/**
 * A server on a port of its own. `sent` fills with the number of succeeded agents that each frame leads to
 * and the moment it left, so a page can be asked when it showed that number.
 */
export async function startReplay(upstream, { id, snapshot, frames }) {
  const sent = []
  const { port: upstreamPort } = new URL(upstream)
  const server = createServer((incoming, answer) => {
    const { pathname } = new URL(incoming.url, upstream)
    if (pathname === `/api/runs/${id}`) {
      answer.writeHead(200, { 'content-type': 'application/json' })
      answer.end(JSON.stringify(snapshot))
    } else if (pathname === `/api/runs/${id}/events`)
      republish(answer, snapshot.outcomeCounts.succeeded, frames, sent)
    else if (pathname === '/api/stream') republish(answer, snapshot.outcomeCounts.succeeded, frames, sent, id)
    else if (pathname === `/api/runs/${id}/watch`) answer.writeHead(204).end()
    else {
      const headers = { ...incoming.headers, host: `127.0.0.1:${upstreamPort}` }
      const passed = request(
        { host: '127.0.0.1', port: upstreamPort, path: incoming.url, method: incoming.method, headers },
        (response) => {
          answer.writeHead(response.statusCode, response.headers)
          response.pipe(answer)
        },
      )
      passed.on('error', () => answer.destroy())
      incoming.pipe(passed)
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    sent,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** On a stream that several topics share, frames carry the name of theirs. */
function republish(answer, before, frames, sent, topic) {
  answer.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  answer.write('retry: 1000\n\n')
  sent.length = 0
  const began = performance.now()
  let succeeded = before
  let next = 0
  const timer = setInterval(() => {
    const nowMs = performance.now() - began
    while (next < frames.length && frames[next].atMs <= nowMs) {
      const { text } = frames[next++]
      const more = text.startsWith('event: events') ? (text.match(ended)?.length ?? 0) : 0
      const named = topic === undefined ? text : text.replace(/^event: /, `event: ${topic}/`)
      answer.write(`${named}\n\n`)
      succeeded += more
      if (more > 0) sent.push({ succeeded, atMs: Date.now() })
    }
  }, 5)
  answer.on('close', () => clearInterval(timer))
}
