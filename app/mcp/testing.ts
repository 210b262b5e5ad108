import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import {
  type ApplicationElicitResult,
  createApplicationInputHandler,
  createTaskSessionFromClient,
  type RawClientDispatch,
} from '@modelcontextprotocol/ext-tasks/client'
import { z } from 'zod'
import { type Json, jsonValue, parseJson } from '@/lib/core/base/json'

const clientInfo = { name: 'of a test', version: '1' }
const protocolVersion = '2026-07-28'
const tasksExtension = 'io.modelcontextprotocol/tasks'

const said = z.object({
  isError: z.boolean().optional(),
  content: z.array(
    z.looseObject({ type: z.string(), text: z.string().optional(), uri: z.string().optional() }),
  ),
})

/** What a tool said: its text, the JSON in it, whether it refused, and the resources it names. */
export type Said = { text: string; json: Json; isError: boolean; links: string[] }

function readSaid(result: unknown): Said {
  const { content, isError } = said.parse(result)
  const text = content.map((part) => part.text ?? '').join('')
  return {
    text,
    json: parseJson(text) ?? null,
    isError: isError === true,
    links: content.flatMap(({ uri }) => (uri === undefined ? [] : [uri])),
  }
}

/** A client of the protocol, as programs use it, connected to `/mcp` over HTTP. */
export async function connectClient(
  url: string,
  { key, mode = 'auto' }: { key?: string; mode?: 'auto' | 'legacy' } = {},
) {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } })
  const client = new Client(clientInfo, { versionNegotiation: { mode } })
  await client.connect(transport)
  return {
    client,
    call: async (name: string, input: object = {}): Promise<Said> =>
      readSaid(await client.callTool({ name, arguments: { ...input } })),
    close: () => client.close(),
  }
}

/**
 * A client that follows tasks. `answers` is asked for each input request; what it gives goes back as the
 * protocol's response.
 */
export async function connectTasks(
  url: string,
  answers: (message: string, schema: Json) => ApplicationElicitResult,
) {
  const { client, close } = await connectClient(url)
  const capabilities = { elicitation: { form: {} }, extensions: { [tasksExtension]: {} } }
  const session = createTaskSessionFromClient(client, {
    endpointId: 'test',
    v2RequestFraming: { protocolVersion, clientInfo, clientCapabilities: capabilities },
    rawDispatch: dispatcherTo(url),
    onInputRequest: createApplicationInputHandler({
      elicitation: ({ params }) => answers(String(params.message), jsonValue(params.requestedSchema)),
      sampling: () => Promise.reject(new Error('Nothing is sampled.')),
      roots: () => ({ roots: [] }),
    }),
  })
  return {
    session,
    close: async () => {
      await session.close()
      await close()
    },
  }
}

const dispatched = z.looseObject({
  method: z.string(),
  params: z.looseObject({ name: z.string().optional(), taskId: z.string().optional() }).optional(),
})
const answered = z.union([
  z.object({ result: z.json() }),
  z.object({ error: z.object({ code: z.number(), message: z.string() }) }),
])

/** Sends what the library of tasks frames itself; its client's own codecs know nothing of tasks. */
function dispatcherTo(url: string): RawClientDispatch {
  let id = 0
  return async (request, options) => {
    const asked = dispatched.parse(request)
    const { method, params } = asked
    id += 1
    const response = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': protocolVersion,
        'mcp-method': method,
        'mcp-name': params?.name ?? params?.taskId ?? '',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id, ...asked }),
      signal: options?.signal ?? null,
    })
    const answer = answered.parse(await response.json())
    return 'error' in answer
      ? { kind: 'error', error: answer.error }
      : { kind: 'result', result: answer.result }
  }
}
