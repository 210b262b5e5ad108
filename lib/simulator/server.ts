import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Json, type JsonObject, parseJson } from '@/lib/core/base/json'
import type { LedgerEntry } from './ledger'
import { digestOf } from './random'
import { countPromptTokens } from './rules/cache'
import { describeModel, findModel, MODELS } from './rules/models'
import { type RuleContext, requireModel, VERSIONS } from './rules/rules'
import { type SettingsInput, settingsChangeSchema } from './settings'
import { changeSettings, createState, type SimulatorState } from './state'
import { BODY_LIMITS, readBody } from './wire/body'
import { checkBodyText } from './wire/body-text'
import { errorBody, invalid, Refused } from './wire/errors'
import { isObject, stringOf } from './wire/json'
import { answerMessages, sendText } from './wire/messages-route'
import { parseMessageRequest } from './wire/request'

/** A simulator that listens in this process. */
export interface SimulatorServer {
  url: string
  port: number
  /** What `GET /__sim/log` answers. */
  log(): { count: number; entries: LedgerEntry[] }
  close(): Promise<void>
}

const ORGANIZATION = '00000000-0000-4000-8000-000000000001'

/** Starts the simulator on 127.0.0.1; port 0 takes any free one. */
export async function startSimulatorServer(
  options: SettingsInput & { port?: number } = {},
): Promise<SimulatorServer> {
  const { port: wanted, ...settings } = options
  const state = createState(settings)
  const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 }, (request, response) => {
    void answer(state, request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: wanted ?? 0, backlog: 2048 }, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    log: () => state.ledger.list(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const requestId = state.newId('req')
  response.setHeader('request-id', requestId)
  response.setHeader('anthropic-organization-id', ORGANIZATION)
  let entry: LedgerEntry | null = null
  try {
    if (url.pathname.startsWith('/__sim/')) return await control(state, request, response, url.pathname)
    const route = `${request.method} ${url.pathname}`
    const text = request.method === 'POST' ? await readBody(request, limitOf(url.pathname)) : ''
    const body = parseJson(text)
    const model = isObject(body) && typeof body.model === 'string' ? body.model : null
    entry = state.ledger.open({ requestId, path: route, digest: digestOf(text), model })
    const rules = readHeaders(request)
    checkBodyText(text)
    if (route === 'POST /v1/messages') {
      addLimitHeaders(state, response, model)
      return await answerMessages(state, { request, response, text, body, rules, requestId, entry })
    }
    const origin = `http://${request.headers.host ?? '127.0.0.1'}`
    const result = answerPlain(state, { route, url, body, origin, rules })
    addLimitHeaders(state, response, model)
    entry.status = 200
    const isLines = typeof result === 'string'
    await sendText(
      response,
      200,
      isLines ? 'application/binary' : 'application/json',
      isLines ? result : JSON.stringify(result),
    )
    entry.outcome = 'delivered'
    entry.delivered = true
  } catch (error) {
    await sendError(response, requestId, entry, error)
  }
}

/** Every route that answers at once. */
function answerPlain(
  state: SimulatorState,
  call: { route: string; url: URL; body: Json | undefined; origin: string; rules: RuleContext },
): JsonObject | string {
  const { route, url, body, origin, rules } = call
  if (route === 'POST /v1/messages/count_tokens') {
    const request = parseMessageRequest(body, true)
    return { input_tokens: countPromptTokens(request, requireModel(request.model)) }
  }
  if (route === 'GET /v1/models') return listModels(url.searchParams)
  const modelId = /^GET \/v1\/models\/([^/]+)$/.exec(route)?.[1]
  if (modelId !== undefined) return describeModel(requireModel(decodeURIComponent(modelId)))
  if (route === 'POST /v1/messages/batches') return state.batches.create(body, rules.betas, origin)
  if (route === 'GET /v1/messages/batches') return state.batches.list(url.searchParams, origin)
  const [, method, id = '', verb] =
    /^(\w+) \/v1\/messages\/batches\/([^/]+)(?:\/(cancel|results))?$/.exec(route) ?? []
  if (method === 'GET' && verb === 'results') return state.batches.results(id)
  if (method === 'POST' && verb === 'cancel') return state.batches.cancel(id, origin)
  if (method === 'GET' && verb === undefined) return state.batches.retrieve(id, origin)
  if (method === 'DELETE' && verb === undefined) return state.batches.remove(id)
  throw new Refused(404, 'Not found')
}

function listModels(query: URLSearchParams): JsonObject {
  const limit = Math.min(1000, Number(query.get('limit') ?? 20))
  const wanted = query.getAll('lifecycle').concat(query.getAll('lifecycle[]'))
  const known = MODELS.map(describeModel).filter(
    (model) => wanted.length === 0 || wanted.includes(stringOf(model.lifecycle)),
  )
  const after = query.get('after_id')
  const rest = known.slice(after === null ? 0 : known.findIndex((model) => model.id === after) + 1)
  const data = rest.slice(0, limit)
  return {
    data,
    has_more: rest.length > data.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  }
}

function readHeaders(request: IncomingMessage): RuleContext {
  const { authorization, 'x-api-key': key } = request.headers
  const bearer = /^Bearer\s+\S/i.test(authorization ?? '')
  if (!bearer && !(typeof key === 'string' && key !== ''))
    throw new Refused(401, 'x-api-key header is required')
  const version = request.headers['anthropic-version']
  if (typeof version !== 'string') throw invalid('anthropic-version: header is required')
  if (!VERSIONS.includes(version)) throw invalid(`anthropic-version: "${version}" is not a valid version`)
  const betas = [request.headers['anthropic-beta'] ?? []].flat().join(',')
  return { version, betas: betas.split(',').map((beta) => beta.trim()) }
}

function addLimitHeaders(state: SimulatorState, response: ServerResponse, id: string | null): void {
  const model = id === null ? undefined : findModel(id)
  if (model === undefined) return
  for (const [name, value] of Object.entries(state.limiter.headers(model, false, Date.now())))
    response.setHeader(name, value)
}

async function sendError(
  response: ServerResponse,
  requestId: string,
  entry: LedgerEntry | null,
  error: unknown,
): Promise<void> {
  const refused = error instanceof Refused ? error : new Refused(500, `Simulator fault: ${String(error)}`)
  if (entry !== null) {
    entry.status = refused.status
    entry.outcome = 'error'
  }
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  if (refused.retryAfterSeconds !== null) response.setHeader('retry-after', String(refused.retryAfterSeconds))
  await sendText(response, refused.status, 'application/json', JSON.stringify(errorBody(refused, requestId)))
}

/** The simulator's own routes: no key, no version, not in the log. */
async function control(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const send = (status: number, value: unknown) =>
    sendText(response, status, 'application/json', JSON.stringify(value))
  const route = `${request.method} ${path}`
  if (route === 'GET /__sim/log') return send(200, state.ledger.list())
  if (route === 'GET /__sim/config') return send(200, state.settings)
  if (route === 'DELETE /__sim/log') {
    state.ledger.clear()
    return send(200, { count: 0, entries: [] })
  }
  if (route !== 'POST /__sim/config') return send(404, { error: `no such route: ${route}` })
  const change = settingsChangeSchema.safeParse(parseJson(await readBody(request, BODY_LIMITS.message)))
  if (!change.success) return send(400, { error: change.error.issues })
  changeSettings(state, change.data)
  return send(200, state.settings)
}

function limitOf(path: string): number {
  return path === '/v1/messages/batches' ? BODY_LIMITS.batch : BODY_LIMITS.message
}
