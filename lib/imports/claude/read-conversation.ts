import { z } from 'zod'
import { cutWithCount } from '@/lib/core/base/cut-text'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { noUsage, readUsage, type Usage } from '@/lib/core/money/usage'
import type { ClaudeConversation, ClaudeMessage, ClaudeTurn } from '../claude-run'
import type { BoundedFiles } from './bounded-files'
import { boundedJson, maybeText, maybeTime, readObject } from './read-json'
import type { Skips } from './skips'

/** Most turns of one agent; a conversation of Claude Code ends long before. */
const MOST_TURNS = 2_000

/** Longest prompt that is kept whole, in characters: one that is cut matches no call. */
const LONGEST_PROMPT = 1_000_000

/** Longest text of one block of a message, in characters, and of all blocks of a message. */
const LONGEST_BLOCK = 64_000
const LONGEST_MESSAGE = 256_000

/** What the messages of one agent may come to, in characters. */
const MOST_OF_AGENT = 8_000_000

/** Stands where no line says a time. */
const UNKNOWN_TIME = new Date(0).toISOString()

/** The tool by which agents with a schema answer. */
const ANSWER_TOOL = 'StructuredOutput'

/** Its program writes messages of its own in the place of a model's; this is what they name as model. */
const NO_MODEL = '<synthetic>'

const lineSchema = z.object({
  type: z.string(),
  timestamp: maybeTime,
  cwd: maybeText,
  version: maybeText,
  requestId: maybeText,
  isMeta: z.boolean().catch(false),
  isApiErrorMessage: z.boolean().catch(false),
  message: z
    .looseObject({
      id: maybeText,
      role: z.string().catch(''),
      model: maybeText,
      content: z.union([z.string(), z.array(z.record(z.string(), z.unknown()))]).catch([]),
      usage: z.unknown().optional(),
      stop_reason: maybeText,
    })
    .nullable()
    .catch(null),
})
type Line = z.infer<typeof lineSchema>
type Said = NonNullable<Line['message']>

/** Reads the conversation of one agent. What cannot be read of it is told to `skips`; nothing is made up. */
export function readConversation(
  files: BoundedFiles,
  path: readonly string[],
  skips: Skips,
): ClaudeConversation {
  const conversation = new Conversation(skips)
  files.lines(
    path,
    (text) => conversation.take(text),
    (what) => skips.add(what),
  )
  return conversation.whole()
}

/** An answer with its parts as they came, and what was heard after it: results of its tools come one a line. */
type Round = { turn: ClaudeTurn; blocks: JsonObject[]; usage: unknown; heard: JsonObject[] }

class Conversation {
  readonly #rounds = new Map<string, Round>()
  readonly #tools = new Map<string, ClaudeTurn['tools'][number]>()
  /** What was said before the first answer. */
  readonly #opening: JsonObject[] = []
  #last: Round | null = null
  #prompt: string | null = null
  #startedAt: string | null = null
  /** Times of the line before this one, and of this one. */
  #beforeAt: string | null = null
  #lastAt: string | null = null
  #answerTool: { id: string; value: Json } | null = null
  #failure: string | null = null
  #folder: string | null = null
  #version: string | null = null

  constructor(private readonly skips: Skips) {}

  take(text: string): void {
    const raw = readObject(text)
    const read = raw === null ? null : lineSchema.safeParse(raw)
    if (read?.success !== true) {
      this.skips.add('lines that are no JSON, or cut off')
      return
    }
    const line = read.data
    this.#folder ??= line.cwd
    this.#version ??= line.version
    if (line.type !== 'user' && line.type !== 'assistant') return
    if (line.message === null) {
      this.skips.add('messages of an unknown form')
      return
    }
    const at = this.#timeOf(line)
    if (line.type === 'user') this.#hear(line, line.message, at)
    else this.#say(line, line.message, at)
  }

  whole(): ClaudeConversation {
    const rounds = [...this.#rounds.values()]
    for (const { turn, usage } of rounds) {
      turn.usage = usageOf(usage)
      if (!turn.usage.isMetered) this.skips.add('answers that do not say what they used')
    }
    return {
      prompt: this.#prompt,
      startedAt: this.#startedAt,
      endedAt: this.#lastAt,
      turns: rounds.map(({ turn }) => turn),
      messages: messagesOf(this.#opening, rounds, this.skips),
      lastWord: this.#lastWord(),
      failure: this.#failure,
      folder: this.#folder,
      version: this.#version,
    }
  }

  /** Times never go back within a conversation; a line without one has that of the line before. */
  #timeOf({ timestamp }: Line): string {
    this.#beforeAt = this.#lastAt
    const isLater = timestamp !== null && (this.#lastAt === null || timestamp >= this.#lastAt)
    if (isLater) this.#lastAt = timestamp
    this.#startedAt ??= this.#lastAt
    return this.#lastAt ?? UNKNOWN_TIME
  }

  #hear(line: Line, message: Said, at: string): void {
    const blocks = blocksOf(message)
    if (this.#prompt === null && !line.isMeta) {
      const prompt = textIn(blocks)
      if (prompt.length > LONGEST_PROMPT) this.skips.add('prompts longer than a million characters, cut')
      this.#prompt = prompt === '' ? null : prompt.slice(0, LONGEST_PROMPT)
    }
    for (const block of blocks) {
      const tool = this.#tools.get(String(block.tool_use_id))
      if (block.type !== 'tool_result' || tool === undefined) continue
      tool.endedAt = at
      tool.isError = block.is_error === true
    }
    const heard = this.#last?.heard ?? this.#opening
    heard.push(...blocks)
  }

  #say(line: Line, message: Said, at: string): void {
    if (line.isApiErrorMessage || message.model === NO_MODEL) {
      this.#failure = cutWithCount(textIn(blocksOf(message)) || 'The model could not be reached.', 1_000)
      return
    }
    this.#failure = null
    const id = message.id ?? `line of ${at}`
    const known = this.#rounds.get(id)
    if (known === undefined && this.#rounds.size >= MOST_TURNS) {
      this.skips.add('answers beyond 2,000 of one agent')
      return
    }
    const round = known ?? this.#begin(id, line, message, at)
    const { turn, blocks } = round
    turn.endedAt = at
    turn.stopReason = message.stop_reason ?? turn.stopReason
    // Parts repeat what the whole answer used so far: the last one stands.
    round.usage = message.usage ?? round.usage
    for (const block of blocksOf(message)) {
      if (isAmong(block, blocks)) continue
      blocks.push(block)
      this.#noteTool(block, turn, at)
    }
  }

  #begin(id: string, line: Line, message: Said, at: string): Round {
    const turn: ClaudeTurn = {
      model: message.model ?? 'unknown',
      usage: noUsage,
      stopReason: 'unknown',
      requestId: line.requestId,
      startedAt: this.#beforeAt ?? at,
      firstTokenAt: at,
      endedAt: at,
      tools: [],
    }
    const round = { turn, blocks: [], usage: undefined, heard: [] }
    this.#rounds.set(id, round)
    this.#last = round
    return round
  }

  #noteTool(block: JsonObject, turn: ClaudeTurn, at: string): void {
    if (block.type !== 'tool_use' || typeof block.id !== 'string') return
    const name = typeof block.name === 'string' ? block.name : 'unknown'
    if (name === ANSWER_TOOL) this.#answerTool = { id: block.id, value: block.input ?? null }
    const tool = { id: block.id, name, isError: false, startedAt: at, endedAt: null }
    this.#tools.set(block.id, tool)
    turn.tools.push(tool)
  }

  /** What it ended with. An answer that called tools was not the last one it meant to give. */
  #lastWord(): { value: Json } | null {
    if (this.#failure !== null || this.#last === null) return null
    const answer = this.#answerTool
    if (answer !== null) return this.#tools.get(answer.id)?.isError === true ? null : { value: answer.value }
    const text = textIn(this.#last.blocks)
    return this.#last.turn.tools.length > 0 || text === '' ? null : { value: text }
  }
}

/** The conversation as messages, each side in turn. */
function messagesOf(opening: readonly JsonObject[], rounds: readonly Round[], skips: Skips): ClaudeMessage[] {
  let characters = 0
  const messages: ClaudeMessage[] = []
  const add = (role: ClaudeMessage['role'], blocks: readonly JsonObject[], turn: number) => {
    if (role === 'user' && blocks.length === 0) return
    const content = boundedBlocks(blocks, Math.min(LONGEST_MESSAGE, MOST_OF_AGENT - characters), skips)
    characters += content.length
    messages.push({ role, turn, content })
  }
  add('user', opening, 0)
  rounds.forEach(({ blocks, heard }, turn) => {
    add('assistant', blocks, turn)
    add('user', heard, turn)
  })
  return messages
}

/** Whether a part was there already: some versions write what they had again. */
function isAmong(block: JsonObject, blocks: readonly JsonObject[]): boolean {
  if (block.type === 'tool_use') return blocks.some(({ type, id }) => type === 'tool_use' && id === block.id)
  return block.type === 'text' && blocks.some(({ type, text }) => type === 'text' && text === block.text)
}

/** The content of a message as blocks. */
function blocksOf({ content }: Said): JsonObject[] {
  // What was read of a line is JSON all through.
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return content.filter((block): block is JsonObject => typeof block.type === 'string')
}

/** The texts of a message, without what the program added for the model alone. */
function textIn(blocks: readonly JsonObject[]): string {
  return blocks
    .flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : []))
    .filter((text) => !text.startsWith('<system-reminder>'))
    .join('\n')
}

/** Usage as the wire has it. Without an object of counts, what was used is not known: that is not zero. */
function usageOf(wire: unknown): Usage {
  const isThere = typeof wire === 'object' && wire !== null && 'output_tokens' in wire
  return isThere ? readUsage(wire) : { ...noUsage, isMetered: false }
}

/** Blocks as JSON text of at most about `most` characters; what is too long is cut, and says so. */
function boundedBlocks(blocks: readonly JsonObject[], most: number, skips: Skips): string {
  const whole = boundedJson([...blocks], Math.min(most, LONGEST_BLOCK))
  if (whole !== null) return whole
  let left = most
  const kept = blocks.map((block): JsonObject => {
    const text = boundedJson(block, Math.min(LONGEST_BLOCK, left))
    const shown = text === null ? shortened(block, Math.min(LONGEST_BLOCK, Math.max(0, left))) : block
    if (text === null) skips.add('long or deep parts of messages, cut')
    left -= text?.length ?? LONGEST_BLOCK
    return shown
  })
  return JSON.stringify(kept)
}

/** A block that is too long: its text cut, else a word of what it was. Calls and results keep their ids. */
function shortened(block: JsonObject, most: number): JsonObject {
  const cut = (text: string) => cutWithCount(text, Math.floor(most / 2))
  switch (block.type) {
    case 'text':
      return { type: 'text', text: cut(String(block.text)) }
    case 'tool_use':
      return { type: 'tool_use', id: idOf(block.id), name: idOf(block.name), input: { cut: leftOut } }
    case 'tool_result':
      return {
        type: 'tool_result',
        tool_use_id: idOf(block.tool_use_id),
        content: typeof block.content === 'string' ? cut(block.content) : leftOut,
        ...(block.is_error === true ? { is_error: true } : {}),
      }
    default:
      return { type: 'text', text: leftOut }
  }
}

function idOf(value: Json | undefined): string {
  return typeof value === 'string' ? value.slice(0, 200) : ''
}

const leftOut = '[left out: it was too long]'
