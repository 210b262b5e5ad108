// `skein mcp`: messages of the Model Context Protocol from standard input to the server and back, a line each.
import { createInterface } from 'node:readline'
import { codes, send } from './ask.mjs'

const VERSION = 'io.modelcontextprotocol/protocolVersion'

/** Forwards until standard input ends, and what was asked by then has been answered. */
export async function forwardStdio() {
  const underWay = new Set()
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue
    const work = forward(line).finally(() => underWay.delete(work))
    underWay.add(work)
  }
  await Promise.all(underWay)
  return codes.completed
}

async function forward(line) {
  let message
  try {
    message = JSON.parse(line)
  } catch {
    tell({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'This line is not JSON.' } })
    return
  }
  try {
    const response = await send('/mcp', { method: 'POST', body: message, headers: headersOf(message) })
    const text = await response.text()
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    const answers = isStream ? eventsOf(text) : text === '' ? [] : [JSON.parse(text)]
    for (const answer of answers) tell(answer.jsonrpc === '2.0' ? answer : failed(message, answer.detail))
  } catch (error) {
    if (message.id !== undefined) tell(failed(message, error.message))
  }
}

/** What the protocol wants repeated in headers; the older revisions know none of it. */
function headersOf({ method, params }) {
  const accept = { accept: 'application/json, text/event-stream' }
  const version = params?._meta?.[VERSION]
  if (version === undefined) return accept
  const name = params.name ?? params.uri ?? params.taskId
  return {
    ...accept,
    'mcp-protocol-version': String(version),
    'mcp-method': String(method),
    ...(name === undefined ? {} : { 'mcp-name': headerText(String(name)) }),
  }
}

/** Text that a header cannot hold as it is goes as Base64, marked as the protocol says. */
function headerText(text) {
  return /^[\x21-\x7e]+$/.test(text) ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`
}

function eventsOf(text) {
  return text.split('\n').flatMap((line) => (/^data: *\S/.test(line) ? [JSON.parse(line.slice(5))] : []))
}

function failed({ id = null }, why) {
  return { jsonrpc: '2.0', id, error: { code: -32000, message: why ?? 'The server gave no answer.' } }
}

function tell(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
