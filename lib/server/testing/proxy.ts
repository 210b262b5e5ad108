import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What happens to a request on its way; `forward` is what usually does. */
export type Mishap =
  | { do: 'forward' }
  /** What arrives is another request. */
  | { do: 'ask-otherwise'; body: string }
  /** The server answers itself, as a gateway or another API would. */
  | { do: 'refuse'; status: number; body: string; headers?: Record<string, string> }
  /** It arrives and is carried out, and nobody hears of it. */
  | { do: 'lose-answer' }
  /** It arrives and is carried out, and the line stays silent. */
  | { do: 'hang'; carriedOut(): void }
  /** The answer is another text. */
  | { do: 'rewrite'; text(answer: string): string }

/** What is heard of a request: where it goes, what it says and the credential it is asked with. */
export type Interception = (request: { route: string; body: string; credential: string }) => Mishap

/**
 * A server between an app and a simulator, where things go wrong that a simulator would never do by itself.
 */
export async function startProxy(target: string, intercept: Interception) {
  const server = createServer((request, response) => {
    pass(target, intercept, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function pass(
  target: string,
  intercept: Interception,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('utf8')
  const path = request.url ?? '/'
  const mishap = intercept({
    route: `${request.method} ${path.split('?')[0]}`,
    body,
    credential: String(request.headers.authorization).replace(/^Bearer /, ''),
  })
  if (mishap.do === 'refuse') {
    response
      .writeHead(mishap.status, { 'content-type': 'application/json', ...mishap.headers })
      .end(mishap.body)
    return
  }
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string' && !hopByHop.has(name)) headers.set(name, value)
  const answer = await fetch(`${target}${path}`, {
    method: request.method ?? 'GET',
    headers,
    ...(body === '' ? {} : { body: mishap.do === 'ask-otherwise' ? mishap.body : body }),
  })
  const text = await answer.text()
  if (mishap.do === 'lose-answer') {
    response.destroy()
    return
  }
  if (mishap.do === 'hang') {
    mishap.carriedOut()
    return
  }
  const told = mishap.do === 'rewrite' ? mishap.text(text) : text
  const type = answer.headers.get('content-type') ?? 'application/json'
  response.writeHead(answer.status, { 'content-type': type }).end(told)
}

const hopByHop = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect'])
