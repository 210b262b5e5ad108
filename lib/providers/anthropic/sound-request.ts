import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import type { Message, ToolDefinition, TurnRequest } from '@/lib/core/ports/ports'
import { renameInputs, toolOnWire } from '../property-names'
import { isSoundId, uniqueId } from './tool-ids'

/**
 * A request as strict endpoints take it, whatever the stored conversation contains: text that is well-formed,
 * names of properties that are accepted, ids that are unique, one result for each call, no block that says
 * nothing. What is sound already is the same object afterwards, so what the API sent goes back verbatim.
 * Depends on the conversation alone: each turn repeats what the turns before it sent.
 */
export function soundRequest(request: TurnRequest): TurnRequest {
  const tools = request.tools.map((tool) => wellFormedTool(toolOnWire(tool)))
  const named = request.messages.map((message) =>
    message.role === 'assistant'
      ? { ...message, content: renameInputs(message.content, request.tools, 'onWire') }
      : message,
  )
  const messages = withResults(withServed(named)).map(({ role, content }) => ({
    role,
    content: content.map(wellFormedBlock),
  }))
  return {
    ...request,
    system: wellFormedText(request.system.trim() === '' ? '' : request.system),
    tools,
    messages,
  }
}

/**
 * A use of the provider's own tools whose result never came is left out as soon as anything but the results of calls
 * stands behind it: the provider goes on with it only from the response as it was.
 */
function withServed(messages: readonly Message[]): Message[] {
  const answered = new Set(messages.flatMap(({ content }) => content.map((block) => block.tool_use_id)))
  return messages.map((message, at) => {
    const isLost = (block: JsonObject) =>
      block.type === 'server_tool_use' && !answered.has(block.id) && !goesOn(messages.slice(at + 1))
    if (message.role !== 'assistant' || !message.content.some(isLost)) return message
    return { ...message, content: message.content.filter((block) => !isLost(block)) }
  })
}

/** Whether a response is gone on with, of which this is what stands behind it. */
function goesOn(behind: readonly Message[]): boolean {
  return behind.every(
    ({ role, content }) => role === 'assistant' || content.every(({ type }) => type === 'tool_result'),
  )
}

type Call = { given: Json | undefined; id: string }

/** Each call of an answer gets a sound id and one result, at the front of the message after it. */
function withResults(messages: readonly Message[]): Message[] {
  const taken = new Set<string>()
  const sound: Message[] = []
  let open: Call[] = []
  for (const message of messages) {
    if (message.role === 'assistant') {
      if (open.length > 0) sound.push({ role: 'user', content: open.map(({ id }) => notRun(id)) })
      const said = withSoundCalls(message.content, taken)
      open = said.calls
      sound.push({ role: 'assistant', content: saying(said.content, '(no answer)') })
    } else {
      sound.push({ role: 'user', content: saying(answering(message.content, open), '(nothing)') })
      open = []
    }
  }
  return sound
}

function withSoundCalls(
  content: readonly JsonObject[],
  taken: Set<string>,
): { content: JsonObject[]; calls: Call[] } {
  const calls: Call[] = []
  const sound = content.map((block) => {
    if (block.type !== 'tool_use') return block
    const given = typeof block.id === 'string' ? block.id : ''
    const id = isSoundId(given) && !taken.has(given) ? given : uniqueId(given, taken)
    taken.add(id)
    calls.push({ given: block.id, id })
    const name = typeof block.name === 'string' ? soundName(block.name) : 'unnamed_tool'
    const input = isJsonObject(block.input) ? block.input : {}
    return id === block.id && name === block.name && input === block.input
      ? block
      : { ...block, id, name, input }
  })
  return { content: sound, calls }
}

function soundName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 128) || 'unnamed_tool'
}

function answering(content: readonly JsonObject[], calls: readonly Call[]): JsonObject[] {
  const left = [...content]
  const results = calls.map(({ given, id }) => {
    const at = left.findIndex((block) => block.type === 'tool_result' && block.tool_use_id === given)
    const found = at === -1 ? undefined : left.splice(at, 1)[0]
    if (found === undefined) return notRun(id)
    return found.tool_use_id === id ? found : { ...found, tool_use_id: id }
  })
  return [...results, ...left.map(withoutCall)]
}

function notRun(id: string): JsonObject {
  return { type: 'tool_result', tool_use_id: id, content: 'This call was not run.', is_error: true }
}

/** A result that nobody asked for is still something that was said. */
function withoutCall(block: JsonObject): JsonObject {
  if (block.type !== 'tool_result') return block
  return {
    type: 'text',
    text: typeof block.content === 'string' ? block.content : JSON.stringify(block.content ?? ''),
  }
}

/** Blank texts are left out; a message that says nothing then says so. */
function saying(content: readonly JsonObject[], nothing: string): JsonObject[] {
  const kept = content.filter(
    (block) => block.type !== 'text' || (typeof block.text === 'string' && block.text.trim() !== ''),
  )
  return kept.length > 0 ? kept : [{ type: 'text', text: nothing }]
}

function wellFormedTool(tool: ToolDefinition): ToolDefinition {
  const name = wellFormedText(tool.name)
  const description = wellFormedText(tool.description)
  return { ...tool, name, description, inputSchema: wellFormedBlock(tool.inputSchema) }
}

function wellFormedBlock(block: JsonObject): JsonObject {
  const sound = wellFormed(block)
  return isJsonObject(sound) ? sound : block
}

/** A value without halves of surrogate pairs in its texts and keys; the same value when there is none. */
function wellFormed(value: Json): Json {
  if (typeof value === 'string') return wellFormedText(value)
  if (Array.isArray(value)) {
    const sound = value.map(wellFormed)
    return sound.every((one, index) => one === value[index]) ? value : sound
  }
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value)
  const sound = entries.map(([key, one]): [string, Json] => [wellFormedText(key), wellFormed(one)])
  const isSame = sound.every(
    ([key, one], index) => key === entries[index]?.[0] && one === entries[index]?.[1],
  )
  return isSame ? value : Object.fromEntries(sound)
}

function wellFormedText(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed()
}
