import { invalid } from '../wire/errors'
import { arrayOf, isObject, objectOf, stringOf } from '../wire/json'
import { blocksOf, type ContentBlock, type MessageParam, type MessageRequest } from '../wire/request'
import type { SimulatedModel } from './models'
import { checkPicture } from './pictures'

/**
 * Refuses conversations that the API refuses: who speaks, what stands in a block, and which call has which
 * result.
 */
export function checkConversation(request: MessageRequest, model: SimulatedModel): void {
  const spoken = request.messages.filter((message) => message.role !== 'system')
  if (spoken[0]?.role !== 'user') throw invalid('messages: first message must use the "user" role')
  if (model.refusesPrefill && endsInPrefill(spoken)) {
    throw invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    )
  }
  const known = new Set<string>()
  for (const [index, message] of spoken.entries()) {
    if (message.content.length === 0) {
      throw invalid(
        `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
      )
    }
    for (const [place, block] of blocksOf(message).entries()) {
      checkBlock(block, message, `messages.${index}.content.${place}`)
      if (block.type !== 'tool_use') continue
      const id = stringOf(block.id)
      if (known.has(id)) throw invalid(`messages.${index}.content.${place}: \`tool_use\` ids must be unique`)
      known.add(id)
    }
  }
  checkServed(spoken)
  for (const [index, message] of spoken.entries()) checkResults(message, spoken[index - 1], index)
  const last = spoken.at(-1)
  if (last?.role === 'assistant') checkResults({ role: 'user', content: [] }, last, spoken.length)
}

/** A turn that paused in the API's own tools goes on from the message as it is; nothing is put in its mouth. */
function endsInPrefill(spoken: readonly MessageParam[]): boolean {
  const last = spoken.at(-1)
  return last?.role === 'assistant' && !blocksOf(last).some(({ type }) => type === 'server_tool_use')
}

/** A use of the API's own tools without a result is gone on with: nothing stands behind it but results of calls. */
function checkServed(spoken: readonly MessageParam[]): void {
  const answered = new Set(spoken.flatMap((message) => blocksOf(message).map((block) => block.tool_use_id)))
  for (const [index, message] of spoken.entries()) {
    const open = blocksOf(message).find((one) => one.type === 'server_tool_use' && !answered.has(one.id))
    const goesOn = spoken
      .slice(index + 1)
      .every(({ role, content }) => role === 'assistant' || isResults({ role, content }))
    if (open === undefined || goesOn) continue
    const name = stringOf(open.name)
    throw invalid(
      `messages.${index}: \`${name}\` tool use with id \`${stringOf(open.id)}\` was found without a corresponding \`${name}_tool_result\` block`,
    )
  }
}

function isResults(message: MessageParam): boolean {
  return blocksOf(message).every(({ type }) => type === 'tool_result')
}

const TOOL_ID = /^[a-zA-Z0-9_-]+$/
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,128}$/

function checkBlock(block: ContentBlock, message: MessageParam, at: string): void {
  switch (block.type) {
    case 'text':
      checkText(block.text, 'messages')
      return
    case 'thinking':
      if (typeof block.thinking !== 'string') throw invalid(`${at}.thinking.thinking: Field required`)
      if (typeof block.signature !== 'string') throw invalid(`${at}.thinking.signature: Field required`)
      return
    case 'tool_use':
      if (message.role !== 'assistant')
        throw invalid(`${at}: \`tool_use\` blocks can only be in \`assistant\` messages`)
      if (block.id === undefined) throw invalid(`${at}.tool_use.id: Field required`)
      if (!TOOL_ID.test(stringOf(block.id)))
        throw invalid(`${at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`)
      if (!TOOL_NAME.test(stringOf(block.name)))
        throw invalid(`${at}.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`)
      if (!isObject(block.input)) throw invalid(`${at}.tool_use.input: Input should be a valid dictionary`)
      return
    case 'tool_result':
      if (message.role !== 'user')
        throw invalid(`${at}: \`tool_result\` blocks can only be in \`user\` messages`)
      if (!TOOL_ID.test(stringOf(block.tool_use_id)))
        throw invalid(`${at}.tool_result.tool_use_id: String should match pattern '^[a-zA-Z0-9_-]+$'`)
      checkResult(block, at)
      return
    case 'image':
    case 'document':
      if (message.role !== 'user')
        throw invalid(`${at}: \`${block.type}\` blocks can only be in \`user\` messages`)
      checkPicture(block, at)
      return
  }
}

/** What the API takes in a tool's result. */
const resultTags: readonly string[] = ['text', 'image', 'document', 'search_result', 'tool_reference']

function checkResult(block: ContentBlock, at: string): void {
  for (const [place, one] of arrayOf(block.content).entries()) {
    const part = objectOf(one)
    const type = stringOf(part.type)
    const here = `${at}.tool_result.content.${place}`
    if (!resultTags.includes(type))
      throw invalid(`${here}: Input tag '${type}' found using 'type' does not match any of the expected tags`)
    if (type !== 'text' && block.is_error === true)
      throw invalid(`${at}.tool_result: all content must be type "text" if \`is_error\` is true`)
    if (type === 'text') checkText(part.text, at)
    if (type === 'image' || type === 'document') checkPicture(part, here)
  }
}

function checkText(text: unknown, at: string): void {
  if (typeof text !== 'string') throw invalid(`${at}: text content blocks must have a text`)
  if (text === '') throw invalid(`${at}: text content blocks must be non-empty`)
  if (text.trim() === '') throw invalid(`${at}: text content blocks must contain non-whitespace text`)
}

/** Each call has one result, at the front of the message after it; there is no result without its call. */
function checkResults(message: MessageParam, before: MessageParam | undefined, index: number): void {
  const asked = before?.role === 'assistant' ? idsIn(blocksOf(before), 'tool_use', 'id') : []
  const blocks = message.role === 'user' ? blocksOf(message) : []
  const answered = idsIn(blocks, 'tool_result', 'tool_use_id')
  const stray = answered.find((id) => !asked.includes(id))
  if (stray !== undefined) {
    throw invalid(
      `messages.${index}.content.${blocks.findIndex((block) => block.tool_use_id === stray)}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    )
  }
  const twice = answered.find((id, place) => answered.indexOf(id) !== place)
  if (twice !== undefined) {
    throw invalid(
      `messages.${index}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${twice}`,
    )
  }
  const front = idsIn(blocks.slice(0, answered.length), 'tool_result', 'tool_use_id')
  const missing = asked.filter((id) => !front.includes(id))
  if (missing.length > 0) {
    throw invalid(
      `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    )
  }
}

function idsIn(blocks: readonly ContentBlock[], type: string, key: string): string[] {
  return blocks.filter((block) => block.type === type).map((block) => stringOf(block[key]))
}
