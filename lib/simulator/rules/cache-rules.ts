import type { JsonObject } from '@/lib/core/base/json'
import { invalid } from '../wire/errors'
import { arrayOf, isObject, stringOf } from '../wire/json'
import { blocksOf, type MessageRequest } from '../wire/request'

const MOST_MARKS = 4

/**
 * Refuses marks of the prompt cache that the API refuses: too many, on nothing, or a long one after a short
 * one.
 */
export function checkCacheMarks(request: MessageRequest): void {
  const marks = marksOf(request)
  if (marks.length > MOST_MARKS) {
    throw invalid(
      `A maximum of ${MOST_MARKS} blocks with cache_control may be provided. Found ${marks.length}.`,
    )
  }
  let hasShort = false
  for (const { at, block, control } of marks) {
    if (control.type !== 'ephemeral') throw invalid(`${at}.cache_control.type: Input should be 'ephemeral'`)
    const ttl = control.ttl === undefined || control.ttl === null ? '5m' : stringOf(control.ttl)
    if (ttl !== '5m' && ttl !== '1h') throw invalid(`${at}.cache_control.ttl: Input should be '5m' or '1h'`)
    if (block?.type === 'text' && stringOf(block.text) === '')
      throw invalid(`${at}: cache_control cannot be set for empty text blocks`)
    if (block?.type === 'thinking' || block?.type === 'redacted_thinking')
      throw invalid(`${at}.${block.type}.cache_control: Extra inputs are not permitted`)
    if (ttl === '1h' && hasShort) {
      throw invalid(
        `${at}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: \`tools\`, \`system\`, \`messages\`.`,
      )
    }
    hasShort ||= ttl === '5m'
  }
}

type Mark = { at: string; block: JsonObject | null; control: JsonObject }

/** All marks in the order in which a prompt is cached; the one of the request as a whole falls on its end. */
function marksOf(request: MessageRequest): Mark[] {
  const marks: Mark[] = []
  const look = (at: string, block: unknown) => {
    if (isObject(block) && isObject(block.cache_control))
      marks.push({ at, block, control: block.cache_control })
  }
  for (const [index, tool] of (request.tools ?? []).entries()) look(`tools.${index}`, tool)
  for (const [index, block] of arrayOf(request.raw.system).entries()) look(`system.${index}`, block)
  for (const [index, message] of request.messages.entries()) {
    for (const [place, block] of blocksOf(message).entries()) {
      look(`messages.${index}.content.${place}`, block)
      if (block.type === 'tool_result')
        for (const [inner, part] of arrayOf(block.content).entries())
          look(`messages.${index}.content.${place}.content.${inner}`, part)
    }
  }
  if (isObject(request.cache_control))
    marks.push({ at: 'request', block: null, control: request.cache_control })
  return marks
}
