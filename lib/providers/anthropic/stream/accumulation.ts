import type { Refusal } from '@/lib/core/agent/refusal'
import { unexplained } from '@/lib/core/agent/refusal'
import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import { unparsedInput } from '@/lib/core/base/tool-input'
import { Metering } from '@/lib/core/money/metering'
import { englishCharacters, noUsage, readUsage, type Usage } from '@/lib/core/money/usage'
import type { CompletedTurn, ToolDefinition, TurnObserver } from '@/lib/core/ports/ports'
import { mostRead, parseAnswer, TooMuchError } from './answer-bounds'
import { readableBlocks } from './readable-blocks'

type Listener = Pick<TurnObserver, 'onStart' | 'onText' | 'onThinking'>

/**
 * A message as it grows out of stream events. Blocks stay the wire's own objects, fields nobody here knows
 * included, so they can be sent again verbatim.
 */
export class Accumulation {
  model: string | null = null
  usage: Usage = noUsage
  stopReason: string | null = null
  /** What a refusal says of itself; null for any other end. */
  refusal: Refusal | null = null
  /** True once `message_stop` came; without it the answer is not whole. */
  isWhole = false
  outputCharacters = 0
  /** Name of the message, to tell one that starts over from one that is announced twice. */
  #id: Json | undefined

  #blocks = new Map<number, JsonObject>()
  #inputs = new Map<number, string>()
  #listener: Listener
  readonly #metering = new Metering()

  constructor(listener: Listener) {
    this.#listener = listener
  }

  /** Content blocks in order, finished or not. */
  get content(): JsonObject[] {
    return [...this.#blocks].sort(([a], [b]) => a - b).map(([, block]) => block)
  }

  /** Usage of the whole response; it says of itself whether it can be relied on. */
  get finalUsage(): Usage {
    const hasContent = this.content.some((block) => block.type !== 'text' || block.text !== '')
    return { ...this.usage, isMetered: this.#metering.isUsable(this.usage, hasContent) }
  }

  /** Takes one event. Unknown types are ignored: the API says that new ones will come. */
  add(event: JsonObject): void {
    switch (event.type) {
      case 'content_block_delta':
        if (isJsonObject(event.delta)) this.#grow(indexOf(event), event.delta)
        return
      case 'content_block_start':
        if (isJsonObject(event.content_block)) this.#open(indexOf(event), event.content_block)
        return
      case 'content_block_stop':
        this.#close(indexOf(event))
        return
      case 'message_start':
        if (isJsonObject(event.message)) this.start(event.message)
        return
      case 'message_delta':
        if (isJsonObject(event.delta)) this.#stop(event.delta)
        this.#meter(event.usage, true)
        return
      case 'message_stop':
        for (const index of [...this.#inputs.keys()]) this.#close(index)
        this.isWhole = true
    }
  }

  /** Takes a message object: the empty one that opens a stream, or a complete one. */
  start(message: JsonObject): void {
    // A gateway that retries sends the second message after the beginning of the first, in the same stream.
    if (this.#id !== message.id) {
      this.#blocks.clear()
      this.#inputs.clear()
    }
    this.#id = message.id
    this.model = typeof message.model === 'string' ? message.model : ''
    // A message that says why it stopped is whole; the one that opens a stream does not.
    this.#meter(message.usage, typeof message.stop_reason === 'string')
    this.#listener.onStart(this.model, this.usage)
    this.#stop(message)
    if (!Array.isArray(message.content)) return
    for (const [index, block] of message.content.entries()) if (isJsonObject(block)) this.#open(index, block)
  }

  #meter(wire: Json | undefined, isFinal: boolean): void {
    this.usage = readUsage(wire, this.usage)
    this.#metering.onEvent(wire, isFinal)
  }

  #stop(wire: JsonObject): void {
    if (typeof wire.stop_reason === 'string') this.stopReason = wire.stop_reason
    if (this.stopReason === 'refusal')
      this.refusal = readRefusal(wire.stop_details) ?? this.refusal ?? unexplained
  }

  #open(index: number, block: JsonObject): void {
    this.#hold(index, block)
    if (block.type === 'text') this.#heardText(block.text)
    if (block.type === 'thinking') this.#heardThinking(block.thinking)
  }

  #grow(index: number, delta: JsonObject): void {
    const block = this.#blocks.get(index) ?? this.#openFor(index, delta)
    if (block === undefined) return
    switch (delta.type) {
      case 'text_delta':
        block.text = joined(block.text, delta.text)
        this.#heardText(delta.text)
        return
      case 'thinking_delta':
        block.thinking = joined(block.thinking, delta.thinking)
        this.#heardThinking(delta.thinking)
        return
      case 'input_json_delta':
        this.#heardInput(index, delta.partial_json)
        return
      case 'signature_delta':
        block.signature = delta.signature ?? null
        return
      case 'citations_delta':
        cite(block, delta.citation ?? null)
        return
      case 'compaction_delta':
        block.content = delta.content ?? null
        if (delta.encrypted_content !== undefined) block.encrypted_content = delta.encrypted_content
    }
  }

  #heardInput(index: number, part: Json | undefined): void {
    if (typeof part !== 'string') return
    this.#inputs.set(index, (this.#inputs.get(index) ?? '') + part)
    this.outputCharacters += englishCharacters(part)
  }

  /** Translating gateways send deltas for blocks that they never opened; their text is not thrown away. */
  #openFor(index: number, delta: JsonObject): JsonObject | undefined {
    const block = emptyBlockFor(delta.type)
    if (block !== undefined) this.#hold(index, block)
    return block
  }

  #hold(index: number, block: JsonObject): void {
    if (this.#blocks.size >= mostRead.blocks && !this.#blocks.has(index))
      throw new TooMuchError(`${mostRead.blocks.toLocaleString('en')} blocks in one answer`)
    this.#blocks.set(index, block)
  }

  #close(index: number): void {
    const text = this.#inputs.get(index)
    const block = this.#blocks.get(index)
    this.#inputs.delete(index)
    if (text === undefined || text.trim() === '' || block === undefined) return
    const input = parseAnswer(text)
    block.input = isJsonObject(input) ? input : unparsedInput(text)
  }

  #heardText(text: Json | undefined): void {
    if (typeof text !== 'string' || text === '') return
    this.outputCharacters += englishCharacters(text)
    this.#listener.onText(text)
  }

  #heardThinking(text: Json | undefined): void {
    if (typeof text !== 'string' || text === '') return
    this.outputCharacters += englishCharacters(text)
    this.#listener.onThinking(text)
  }
}

/**
 * The turn that an accumulation holds; null if it never began or never said why it stopped. `tools` are those
 * the model was offered.
 */
export function completedTurn(
  accumulation: Accumulation,
  requestId: string | null,
  tools: readonly ToolDefinition[],
): CompletedTurn | null {
  const { model, content, stopReason, refusal, finalUsage: usage } = accumulation
  if (model === null || stopReason === null) return null
  return { model, content: readableBlocks(content, tools), stopReason, refusal, usage, requestId }
}

function indexOf(event: JsonObject): number {
  return typeof event.index === 'number' ? event.index : 0
}

function cite(block: JsonObject, citation: Json): void {
  if (Array.isArray(block.citations)) block.citations.push(citation)
  else block.citations = [citation]
}

function joined(before: Json | undefined, added: Json | undefined): string {
  return (typeof before === 'string' ? before : '') + (typeof added === 'string' ? added : '')
}

/** The block that a delta without a start belongs to; undefined where that cannot be said. */
function emptyBlockFor(type: Json | undefined): JsonObject | undefined {
  if (type === 'text_delta') return { type: 'text', text: '' }
  return type === 'thinking_delta' ? { type: 'thinking', thinking: '', signature: '' } : undefined
}

/** The API's `stop_details` of a refusal; its category may be one that is not known here, or null. */
function readRefusal(wire: Json | undefined): Refusal | null {
  if (!isJsonObject(wire)) return null
  return { category: typeof wire.category === 'string' ? wire.category.slice(0, MOST_CATEGORY) : null }
}

/** Longest name of a category that is kept, in characters. */
const MOST_CATEGORY = 60
