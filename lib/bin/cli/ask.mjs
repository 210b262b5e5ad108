// How the command line asks the server: its API for lists and files, its MCP tools for what runs do.

/** What a pipeline can tell apart by the exit code. */
export const codes = { completed: 0, failed: 1, usage: 2, waits: 3, unreachable: 4, refused: 5 }

/** A reason to stop, in a sentence, with the exit code that stands for it. */
export class CliError extends Error {
  /** @param {string} message @param {number} code */
  constructor(message, code) {
    super(message)
    this.code = code
  }
}

const PROTOCOL = '2026-07-28'

export function serverUrl() {
  return (process.env.SKEIN_URL ?? 'http://127.0.0.1:3000').replace(/\/+$/, '')
}

/** Asks the server; without an answer, or with a refusal, it stops with the sentence of the problem. */
export async function request(path, { method = 'GET', body, headers = {} } = {}) {
  const response = await send(path, { method, body, headers })
  if (response.ok) return response
  const problem = await response.json().catch(() => ({}))
  throw new CliError(
    problem.detail ?? `The server answered with the status ${response.status}.`,
    codes.refused,
  )
}

/** Sends a request and gives whatever the server answers. Stops where there is no server. */
export async function send(path, { method = 'GET', body, headers = {} }) {
  const key = process.env.SKEIN_API_KEY
  try {
    return await fetch(`${serverUrl()}${path}`, {
      method,
      headers: {
        ...(key === undefined || key === '' ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch {
    throw new CliError(
      `No Skein answers at ${serverUrl()}. Start it with npm start, or set SKEIN_URL.`,
      codes.unreachable,
    )
  }
}

/** Calls a tool of the server and gives the JSON it says. A refusal of the tool stops with its sentence. */
export async function callTool(name, input) {
  const response = await request('/mcp', {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': PROTOCOL,
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name,
        arguments: input,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': PROTOCOL,
          'io.modelcontextprotocol/clientInfo': { name: 'skein-cli', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    },
  })
  const { result, error } = await response.json()
  if (error !== undefined) throw new CliError(error.message, codes.refused)
  const text = result.content[0]?.text ?? ''
  if (result.isError === true) throw new CliError(text, codes.refused)
  return JSON.parse(text)
}
