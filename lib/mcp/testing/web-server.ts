import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { createMcpHandler, Server } from '@modelcontextprotocol/server'
import { onTestFinished } from 'vitest'

/** Answers a request itself, in place of the server of the protocol; false leaves it to that. */
export type Instead = (request: IncomingMessage, response: ServerResponse) => boolean

/** A server over HTTP on this machine whose one tool `hi` says a text; it is gone when the test ends. */
export async function openWebServer(
  says: () => string,
  instead: Instead = () => false,
): Promise<{ url: string; heard: IncomingHttpHeaders[] }> {
  const heard: IncomingHttpHeaders[] = []
  const handler = createMcpHandler(() => {
    const server = new Server({ name: 'web', version: '1' }, { capabilities: { tools: {} } })
    const tools = [{ name: 'hi', inputSchema: { type: 'object' as const } }]
    server.setRequestHandler('tools/list', async () => ({ tools }))
    server.setRequestHandler('tools/call', async () => ({ content: [{ type: 'text', text: says() }] }))
    return server
  })
  const http = createServer(async (request, response) => {
    heard.push(request.headers)
    if (instead(request, response)) return
    const body = await text(request)
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ])
    const method = request.method ?? 'GET'
    const asked = { method, headers, ...(body === '' ? {} : { body }) }
    const answer = await handler.fetch(new Request(`http://127.0.0.1${request.url}`, asked))
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('It listens nowhere.')
  return { url: `http://127.0.0.1:${address.port}/mcp`, heard }
}
