import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import type { CompletedTurn, ToolDefinition } from '@/lib/core/ports/ports'
import { Accumulation, completedTurn } from './accumulation'

/**
 * A whole JSON message (an answer without streaming, one line of a batch's results) as a turn; `null` when it
 * is not a message. `requestId` comes from the response's header, where there is one.
 */
export function readMessage(
  wire: Json | undefined,
  requestId: string | null,
  tools: readonly ToolDefinition[],
): CompletedTurn | null {
  if (!isJsonObject(wire) || !Array.isArray(wire.content)) return null
  const accumulation = new Accumulation(silent)
  accumulation.start(wire)
  return completedTurn(accumulation, requestId, tools)
}

/** The error object of a body or of a stream's error event; null when there is none. */
export function readWireError(wire: Json | undefined): WireError | null {
  if (!isJsonObject(wire) || !isJsonObject(wire.error)) return null
  const { error } = wire
  const details: JsonObject = isJsonObject(error.details) ? error.details : {}
  return {
    type: textOf(error.type),
    code: textOf(details.error_code),
    message: textOf(error.message),
    requestId: textOf(wire.request_id),
  }
}

/** What the API says about an error; each part null when it said nothing. */
export type WireError = {
  type: string | null
  code: string | null
  message: string | null
  requestId: string | null
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null
}

const silent = { onStart: () => {}, onText: () => {}, onThinking: () => {} }
