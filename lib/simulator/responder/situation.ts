import type { JsonObject } from '@/lib/core/base/json'
import { isObject, objectOf, stringOf } from '../wire/json'
import { blocksOf, type MessageRequest, textIn } from '../wire/request'
import { type OfferedTool, readTools, type ToolKind } from './tools'

/** A tool call of an earlier turn, with what came back. */
export interface EarlierCall {
  turn: number
  kind: ToolKind
  tool: OfferedTool | null
  name: string
  input: JsonObject
  text: string
  isError: boolean
}

/** Everything the request says, read once. */
export interface Situation {
  system: string
  /** The text of all user messages, tool results left out. */
  task: string
  lastText: string
  tools: readonly OfferedTool[]
  calls: readonly EarlierCall[]
  /** How many turns used tools so far. */
  toolTurns: number
  /** The schema of the structured answer, and the tool it is given through, if it is not the text itself. */
  schema: JsonObject | null
  answerTool: OfferedTool | null
  /** An answer was already accepted: nothing is left but to end. */
  isAnswered: boolean
}

/** Reads the conversation. */
export function readSituation(request: MessageRequest): Situation {
  const tools = request.tool_choice?.type === 'none' ? [] : readTools(request)
  const texts = request.messages
    .filter((message) => message.role === 'user')
    .map((message) =>
      textIn(blocksOf(message).filter((block) => block.type !== 'tool_result' && !isBudget(block))),
    )
    .filter((text) => text !== '')
  const calls = readCalls(request, tools)
  const format = objectOf(request.output_config?.format ?? request.output_format)
  const answerTool = tools.find((tool) => tool.kind === 'answer') ?? null
  const schema = isObject(format.schema) ? format.schema : (answerTool?.schema ?? null)
  const lastTurn = Math.max(-1, ...calls.map((call) => call.turn))
  return {
    tools,
    calls,
    schema,
    system: textIn(request.raw.system),
    task: texts.join('\n\n'),
    lastText: texts.at(-1) ?? '',
    toolTurns: lastTurn + 1,
    answerTool: isObject(format.schema) ? null : answerTool,
    isAnswered: isAnswerAccepted(request, calls, lastTurn),
  }
}

/** What somebody may use up is no part of what they are asked. */
function isBudget({ type, text }: JsonObject): boolean {
  return type === 'text' && typeof text === 'string' && /^You have for this: at most /.test(text)
}

/** The tools of one kind, as offered. */
export function toolOf(situation: Situation, kind: ToolKind): OfferedTool | undefined {
  return situation.tools.find((tool) => tool.kind === kind)
}

function readCalls(request: MessageRequest, tools: readonly OfferedTool[]): EarlierCall[] {
  const results = new Map<string, { text: string; isError: boolean }>()
  for (const message of request.messages) {
    for (const block of blocksOf(message)) {
      if (block.type !== 'tool_result') continue
      results.set(stringOf(block.tool_use_id), {
        text: textIn(block.content),
        isError: block.is_error === true,
      })
    }
  }
  const calls: EarlierCall[] = []
  let turn = 0
  for (const message of request.messages) {
    if (message.role !== 'assistant') continue
    const used = blocksOf(message).filter((block) => block.type === 'tool_use')
    for (const block of used) {
      const name = stringOf(block.name)
      const tool = tools.find((offered) => offered.name === name) ?? null
      const result = results.get(stringOf(block.id)) ?? { text: '', isError: true }
      calls.push({ turn, name, tool, kind: tool?.kind ?? 'other', input: objectOf(block.input), ...result })
    }
    if (used.length > 0) turn += 1
  }
  return calls
}

function isAnswerAccepted(request: MessageRequest, calls: readonly EarlierCall[], lastTurn: number): boolean {
  const answered = calls.filter((call) => call.kind === 'answer' && call.turn === lastTurn)
  if (answered.length === 0 || answered.some((call) => call.isError)) return false
  const last = request.messages.at(-1)
  return last !== undefined && blocksOf(last).every((block) => block.type === 'tool_result')
}
