import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Json } from '@/lib/core/base/json'
import type { Fault } from '../faults'
import { type LedgerEntry, noteMessage } from '../ledger'
import type { Ticker } from '../pace'
import type { RuleContext } from '../rules/rules'
import type { SimulatorState } from '../state'
import { GATEWAY_PAGE, Refused } from './errors'
import { type Exchange, prepareExchange } from './exchange'
import { parseMessageRequest } from './request'
import { playStream } from './stream'
import { framesOf, messageBody } from './wire'

/** One request to `POST /v1/messages`, with what the server already knows of it. */
export interface MessageCall {
  request: IncomingMessage
  response: ServerResponse
  text: string
  body: Json | undefined
  rules: RuleContext
  requestId: string
  entry: LedgerEntry
}

/** Answers `POST /v1/messages`, streaming or not, with whatever fault applies. */
export async function answerMessages(state: SimulatorState, call: MessageCall): Promise<void> {
  const { response, entry } = call
  const request = parseMessageRequest(call.body)
  const exchange = prepareExchange(request, {
    ...call.rules,
    seed: state.settings.seed,
    headers: call.request.headers,
    cache: state.cache,
    nowMs: Date.now(),
    newId: state.newId,
    serviceTier: 'standard',
    pickFault: (model) => state.faults.next({ body: call.text, model }),
  })
  const { fault, message, model } = exchange
  entry.fault = fault?.kind ?? null
  if (await strikeBeforeHeaders(state.ticker, call, fault)) return

  const demand = {
    inputTokens:
      message.prompt.inputTokens + message.prompt.cacheWrite5mTokens + message.prompt.cacheWrite1hTokens,
    outputTokens: message.outputTokens,
  }
  const headers = state.limiter.admit(model, message.speed === 'fast', demand, Date.now())
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  noteMessage(entry, message)
  entry.status = 200
  if (request.stream) await sendStream(state, call, exchange)
  else await sendWhole(state, call, exchange)
}

async function sendStream(state: SimulatorState, call: MessageCall, exchange: Exchange): Promise<void> {
  const { response, entry } = call
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  response.flushHeaders()
  entry.outcome = await playStream(response, {
    frames: framesOf(exchange.message),
    totalTokens: exchange.message.outputTokens,
    pace: exchange.pace,
    speed: exchange.directive.speed ?? state.settings.speed,
    fault: exchange.fault,
    requestId: call.requestId,
    ticker: state.ticker,
    onBegun: () => exchange.cache.onResponseBegun(Date.now()),
  })
  entry.delivered = entry.outcome === 'delivered'
}

async function sendWhole(state: SimulatorState, call: MessageCall, exchange: Exchange): Promise<void> {
  const { response, entry } = call
  const { fault, pace, message } = exchange
  const speed = exchange.directive.speed ?? state.settings.speed
  const durationMs =
    speed === 0 ? 0 : (pace.ttftMs + (message.outputTokens / pace.tokensPerSecond) * 1000) / speed
  if (fault?.kind === 'stream-error')
    throw new Refused(fault.errorType === undefined ? 529 : STATUS_OF_TYPE[fault.errorType])
  const extraMs = fault?.kind === 'body-stall' ? (fault.ms ?? Number.POSITIVE_INFINITY) : 0
  if (!(await isStillThereAfter(state.ticker, response, durationMs + extraMs))) {
    entry.outcome = 'aborted'
    return
  }
  exchange.cache.onResponseBegun(Date.now())
  const body = JSON.stringify(messageBody(message))
  if (fault?.kind === 'truncate' || fault?.kind === 'destroy') {
    entry.outcome = 'cut'
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy())
    return
  }
  await sendText(response, 200, 'application/json', body)
  entry.delivered = response.writableFinished
  entry.outcome = entry.delivered ? 'delivered' : 'aborted'
}

const STATUS_OF_TYPE = {
  overloaded_error: 529,
  api_error: 500,
  timeout_error: 504,
  rate_limit_error: 429,
  invalid_request_error: 400,
} as const

/** True when the fault ended the request before a header was sent. */
async function strikeBeforeHeaders(ticker: Ticker, call: MessageCall, fault: Fault | null): Promise<boolean> {
  const { response, entry } = call
  if (fault?.kind === 'reset') {
    entry.outcome = 'cut'
    call.request.socket.resetAndDestroy()
    return true
  }
  if (fault?.kind === 'header-stall') {
    const isThere = await isStillThereAfter(ticker, response, fault.ms ?? Number.POSITIVE_INFINITY)
    if (!isThere) entry.outcome = 'aborted'
    return !isThere
  }
  if (fault?.kind !== 'status') return false
  if (fault.html || fault.status === 502) {
    entry.status = fault.status
    entry.outcome = 'error'
    await sendText(response, fault.status, 'text/html', GATEWAY_PAGE)
    return true
  }
  const { retryAfterSeconds, errorCode } = fault
  throw new Refused(fault.status, fault.message, {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(errorCode === undefined ? {} : { errorCode }),
  })
}

/** Waits; false when the client left first. Waiting forever ends only that way. */
function isStillThereAfter(ticker: Ticker, response: ServerResponse, ms: number): Promise<boolean> {
  if (ms === 0) return Promise.resolve(!response.destroyed)
  return new Promise((resolve) => {
    const undo = Number.isFinite(ms) ? ticker.at(ticker.now() + ms, () => settle(true)) : () => {}
    const onClose = () => settle(false)
    const settle = (isThere: boolean) => {
      undo()
      response.off('close', onClose)
      resolve(isThere)
    }
    response.once('close', onClose)
  })
}

/** Sends a whole body and waits until it has left or the client has gone. */
export function sendText(
  response: ServerResponse,
  status: number,
  contentType: string,
  text: string,
): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve)
    response.once('finish', resolve)
    response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) })
    response.end(text)
  })
}
