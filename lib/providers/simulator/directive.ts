import type { IncomingHttpHeaders } from 'node:http'
import { invalid } from './errors'
import { faultSchema } from './faults'
import { type Json, tryParseJson } from './json'
import { blocksOf, type MessageRequest } from './request'
import { type Directive, directiveSchema } from './settings'

const LINE = /\[\[sim:\s*(\{.*\})\s*\]\]/

/** What the request's author scripted, from `x-sim-*` headers and a `[[sim: …]]` line in the last user text. */
export function readDirective(headers: IncomingHttpHeaders, request: MessageRequest): Directive {
  return { ...fromHeaders(headers), ...fromText(lastUserText(request)) }
}

/** The text of the last user message that has any: tool results alone do not end a script. */
export function lastUserText(request: MessageRequest): string {
  for (const message of request.messages.toReversed()) {
    if (message.role !== 'user') continue
    const texts = blocksOf(message).flatMap((block) => (typeof block.text === 'string' ? [block.text] : []))
    return texts.join('\n')
  }
  return ''
}

function fromText(text: string): Directive {
  const written = LINE.exec(text)?.[1]
  return written === undefined ? {} : parseDirective(tryParseJson(written))
}

function fromHeaders(headers: IncomingHttpHeaders): Directive {
  const number = (name: string) => (typeof headers[name] === 'string' ? { value: Number(headers[name]) } : undefined)
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
  const result = faultSchema.safeParse(tryParseJson(fault))
  if (!result.success) throw invalid(`x-sim-fault: ${result.error.issues[0]?.message}`)
  return { ...parsed, fault: result.data }
}

function parseDirective(value: Json | undefined): Directive {
  const parsed = directiveSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw invalid(`sim directive: ${issue?.path.join('.')} ${issue?.message}`)
}
