import { pathToFileURL } from 'node:url'
import {
  Client,
  type jsonSchemaValidator,
  ProtocolError,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client'
import { cutText } from '@/lib/core/base/cut-text'
import type { Json, JsonObject } from '@/lib/core/base/json'
import type { Clock } from '@/lib/core/ports/clock'
import { guardedFetch } from './transport/guarded-fetch'
import { lineTransport, type Program } from './transport/line-transport'
import { BrokenServer } from './transport/messages'

/** A tool as its server describes it; nothing of it has been looked at. */
export type DescribedTool = { name: string; description: string; inputSchema: unknown }

/** What a server answered to a call: parts as it sent them. */
export type Answered = { content: readonly unknown[]; structured: unknown; isError: boolean }

/** Longest waits, in awake milliseconds: for a server to begin (it may install itself), and for one answer. */
export type McpTimes = { connectMs: number; callMs: number }
export const usualTimes: McpTimes = { connectMs: 60_000, callMs: 300_000 }

/** A connection to one server. Whatever goes wrong is an `Error` with a sentence that may be shown. */
export type Connection = {
  readonly isOpen: boolean
  listTools(): Promise<DescribedTool[]>
  call(tool: string, input: JsonObject, schema: Json, signal: AbortSignal): Promise<Answered>
  close(): Promise<void>
}

/** Where a server is: a program that was started, or an address. */
export type Endpoint =
  | { kind: 'program'; program: Program }
  | { kind: 'http'; url: string; headers: Readonly<Record<string, string>>; mayBePrivate: boolean }

export type ConnectionParts = {
  endpoint: Endpoint
  clock: Clock
  times: McpTimes
  /** The workspace as the server sees it; null where it sees none. */
  root: string | null
  /** The server says that its tools are others now. */
  onToolsChanged(): void
  signal: AbortSignal
}

/** The library's timers are wall-clock time; ours judge, so these are only longer. A day in milliseconds. */
const NEVER_MS = 86_400_000
/** A server that knows no newer revision may say nothing at all to its question. */
const PROBE_MS = 5_000
/** Pages of tools that are read; servers send fifty or a hundred a page. */
const MOST_PAGES = 10

/** Schemas of answers are not compiled: they are a stranger's patterns, and would run in this thread. */
const unchecked: jsonSchemaValidator = {
  getValidator: () => (input) => ({ valid: true, data: trusted(input), errorMessage: undefined }),
}

/** Nobody relies on what it is: the validator's type asks for a claim that is never used. */
function trusted<T>(input: unknown): T {
  return input as T
}

/** Connects, and says hello. Rejects with a sentence when the server does not answer as one. */
export async function connect(parts: ConnectionParts): Promise<Connection> {
  const { endpoint, clock, times, root, signal } = parts
  let why: string | null = null
  const tell = (reason: string) => {
    why ??= reason
  }
  const transport = transportOf(endpoint, tell)
  const client = new Client(
    { name: 'skein', version: '1' },
    {
      capabilities: root === null ? {} : { roots: {} },
      jsonSchemaValidator: unchecked,
      versionNegotiation: { mode: 'auto', probe: { timeoutMs: PROBE_MS } },
      inputRequired: { autoFulfill: false },
    },
  )
  if (root !== null)
    client.setRequestHandler('roots/list', async () => ({
      roots: [{ uri: pathToFileURL(root).href, name: 'workspace' }],
    }))
  client.setNotificationHandler('notifications/tools/list_changed', async () => parts.onToolsChanged())
  client.onerror = () => {}
  let isOpen = false
  client.onclose = () => {
    isOpen = false
  }

  /** Within a time and until the signal; a failure is told in our words. */
  async function within<T>(
    ms: number,
    what: string,
    outer: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const limit = new AbortController()
    const off = clock.awake.after(ms, () =>
      limit.abort(new BrokenServer(`It did not ${what} within ${Math.round(ms / 1000)} seconds.`)),
    )
    const all = AbortSignal.any([limit.signal, outer])
    const aborted = new Promise<never>((_, reject) => {
      all.addEventListener('abort', () => reject(all.reason), { once: true })
    })
    try {
      outer.throwIfAborted()
      // What was said of an earlier failure is not about this one.
      why = null
      return await Promise.race([work(all), aborted])
    } catch (error) {
      if (outer.aborted) throw outer.reason
      if (limit.signal.aborted) throw limit.signal.reason
      throw new BrokenServer(why ?? sentenceOf(error))
    } finally {
      off()
    }
  }

  const options = (within: AbortSignal) => ({ signal: within, timeout: NEVER_MS })
  try {
    await within(times.connectMs, 'answer', signal, (within) => client.connect(transport, options(within)))
  } catch (error) {
    await Promise.allSettled([client.close(), transport.close()])
    throw error
  }
  isOpen = true

  return {
    get isOpen() {
      return isOpen
    },
    listTools: () =>
      within(times.connectMs, 'list its tools', signal, async (within) => {
        const tools: DescribedTool[] = []
        if (client.getServerCapabilities()?.tools === undefined) return tools
        let cursor: string | undefined
        for (let page = 0; page < MOST_PAGES; page++) {
          const params = cursor === undefined ? {} : { cursor }
          const listed = await client.request({ method: 'tools/list', params }, options(within))
          tools.push(
            ...listed.tools.map(({ name, description = '', inputSchema }) => ({
              name,
              description,
              inputSchema,
            })),
          )
          cursor = listed.nextCursor
          if (cursor === undefined) break
        }
        return tools
      }),
    call: (tool, input, schema, signal) =>
      within(times.callMs, 'answer', signal, async (within) => {
        const result = await client.callTool(
          { name: tool, arguments: input },
          // With a definition at hand the library asks the server for none, and sends nothing twice.
          { ...options(within), toolDefinition: { name: tool, inputSchema: objectSchema(schema) } },
        )
        return {
          content: Array.isArray(result.content) ? result.content : [],
          structured: result.structuredContent,
          isError: result.isError === true,
        }
      }),
    async close() {
      isOpen = false
      await Promise.allSettled([client.close(), transport.close()])
    },
  }
}

function transportOf(endpoint: Endpoint, tell: (why: string) => void): Transport {
  if (endpoint.kind === 'program') return lineTransport(endpoint.program, tell)
  const { url, headers, mayBePrivate } = endpoint
  return httpTransport(
    new StreamableHTTPClientTransport(new URL(url), {
      fetch: guardedFetch(mayBePrivate, tell),
      requestInit: { headers: { ...headers } },
      redirectPolicy: 'same-origin',
      reconnectionOptions: {
        maxRetries: 2,
        initialReconnectionDelay: 1_000,
        maxReconnectionDelay: 10_000,
        reconnectionDelayGrowFactor: 2,
      },
    }),
  )
}

/** Its optional fields may be undefined, which our stricter reading of the same interface does not say. */
function httpTransport(transport: StreamableHTTPClientTransport): Transport {
  return transport as Transport
}

/** The library only looks for its own keywords in it. */
function objectSchema(schema: Json): { type: 'object' } {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema)
    ? { ...schema, type: 'object' }
    : { type: 'object' }
}

/** A failure in words that hold nothing of this machine; what the server itself said of it is kept, cut. */
function sentenceOf(error: unknown): string {
  if (error instanceof BrokenServer) return error.message
  if (error instanceof ProtocolError)
    return `It refused: ${cutText(error.message, 2_000).replace(/\.?$/, '.')}`
  if (!(error instanceof Error)) return 'It failed.'
  const code = codeOf(error) ?? codeOf(error.cause)
  const known = code === null ? undefined : sentences[code]
  if (known !== undefined) return known
  return code === null ? 'It did not answer as a server of the protocol.' : `It failed (${code}).`
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

const sentences: Readonly<Record<string, string>> = {
  CONNECTION_CLOSED: 'It closed the connection.',
  UNSUPPORTED_RESULT_TYPE:
    'It asked for something that is not given here: nobody can answer its questions, and no model is lent to it.',
  INVALID_RESULT: 'It answered in a form that the protocol does not have.',
  CLIENT_HTTP_AUTHENTICATION:
    'It wants somebody to sign in. Configure the header that it takes instead; signing in is not supported.',
  CLIENT_HTTP_FORBIDDEN: 'It refuses what it was given to sign in with.',
}
