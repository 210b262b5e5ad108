import type { IncomingHttpHeaders } from 'node:http'
import { type Json, parseJson } from '@/lib/core/base/json'
import { faultSchema } from './faults'
import { type Directive, directiveSchema } from './settings'
import { invalid } from './wire/errors'
import { blocksOf, type MessageRequest } from './wire/request'

const LINE = /\[\[sim:\s*(\{.*\}|\[.*\])\s*\]\]/

/** A text without what scripts the simulator in it. */
export function withoutDirective(text: string): string {
  return text.replace(LINE, '')
}

/**
 * What the request's author scripted, from `x-sim-*` headers and a `[[sim: …]]` line in the last user text. A
 * list there scripts one turn after the other. A single object holds for the turns that follow its tool calls
 * too, but its tool calls, look-ups, stop reason and fault happen once.
 */
export function readDirective(headers: IncomingHttpHeaders, request: MessageRequest): Directive {
  return { ...fromHeaders(headers), ...fromText(request) }
}

function fromText(request: MessageRequest): Directive {
  const { text, turnsSince } = lastUserText(request)
  const written = LINE.exec(text)?.[1]
  if (written === undefined) return {}
  const value = parseJson(written)
  if (Array.isArray(value)) return turnsSince < value.length ? parseDirective(value[turnsSince]) : {}
  const directive = parseDirective(value)
  if (turnsSince === 0) return directive
  const {
    toolCalls: _calls,
    webLookUps: _lookUps,
    stopReason: _reason,
    fault: _fault,
    ...lasting
  } = directive
  return lasting
}

function lastUserText(request: MessageRequest): { text: string; turnsSince: number } {
  let turnsSince = 0
  for (const message of request.messages.toReversed()) {
    if (message.role === 'assistant') turnsSince += 1
    if (message.role !== 'user') continue
    const texts = blocksOf(message).flatMap((block) => (typeof block.text === 'string' ? [block.text] : []))
    if (texts.length > 0) return { text: texts.join('\n'), turnsSince }
  }
  return { text: '', turnsSince }
}

function fromHeaders(headers: IncomingHttpHeaders): Directive {
  const number = (name: string) =>
    typeof headers[name] === 'string' ? { value: Number(headers[name]) } : undefined
  const directive: Json = {}
  const speed = number('x-sim-speed')
  const tokens = number('x-sim-output-tokens')
  const wait = number('x-sim-ttft-ms')
  const pace = number('x-sim-tokens-per-second')
  if (speed) directive.speed = speed.value
  if (tokens) directive.tokens = tokens.value
  if (wait) directive.ttftMs = wait.value
  if (pace) directive.tokensPerSecond = pace.value
  const fault = headers['x-sim-fault']
  const parsed = parseDirective(directive)
  if (typeof fault !== 'string') return parsed
  const result = faultSchema.safeParse(parseJson(fault))
  if (!result.success) throw invalid(`x-sim-fault: ${result.error.issues[0]?.message}`)
  return { ...parsed, fault: result.data }
}

function parseDirective(value: Json | undefined): Directive {
  const parsed = directiveSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw invalid(`sim directive: ${issue?.path.join('.')} ${issue?.message}`)
}
