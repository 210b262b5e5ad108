import type { FailedTurn, ToolCall, Transcript, TranscriptTurn } from '@/lib/api/runs'
import type { Json, JsonObject } from '@/lib/core/base/json'

export type TranscriptPart =
  | { kind: 'said'; key: string; text: string }
  | { kind: 'thinking'; key: string; text: string }
  | { kind: 'text'; key: string; text: string }
  | { kind: 'tool'; key: string; call: ToolCall }
  | { kind: 'other'; key: string; block: JsonObject }
  | { kind: 'failed'; key: string; failed: FailedTurn }
  | { kind: 'turn'; key: string; turn: TranscriptTurn }

/**
 * A transcript in reading order. Each turn closes with its own numbers; failed tries are shown where they
 * happened.
 */
export function transcriptParts(transcript: Transcript): TranscriptPart[] {
  const turns = [...transcript.turns].sort((a, b) => a.attempt - b.attempt || a.index - b.index)
  const parts: TranscriptPart[] = []
  const failures = [...transcript.failedTurns]
  for (const turn of turns) {
    while (failures[0] !== undefined && failures[0].at <= turn.startedAt)
      parts.push(failedPart(failures.shift()))
    parts.push(...turnParts(turn))
  }
  parts.push(...failures.map(failedPart))
  return parts
}

function turnParts(turn: TranscriptTurn): TranscriptPart[] {
  const at = `${turn.attempt}.${turn.index}`
  const said: TranscriptPart[] =
    turn.said === null ? [] : [{ kind: 'said', key: `${at}.said`, text: turn.said }]
  const calls = new Map(turn.toolCalls.map((call) => [call.id, call]))
  const blocks = turn.content.flatMap((block, position) => blockPart(block, `${at}.${position}`, calls))
  return [...said, ...blocks, { kind: 'turn', key: `${at}.end`, turn }]
}

function blockPart(block: JsonObject, key: string, calls: Map<string, ToolCall>): TranscriptPart[] {
  switch (block.type) {
    case 'text':
      return textPart('text', key, block.text)
    case 'thinking':
      return textPart('thinking', key, block.thinking)
    case 'redacted_thinking':
      return [{ kind: 'thinking', key, text: 'The provider did not return this thinking.' }]
    case 'tool_use':
      return [{ kind: 'tool', key, call: calls.get(textOf(block.id)) ?? unanswered(block) }]
    default:
      return [{ kind: 'other', key, block }]
  }
}

function textPart(kind: 'text' | 'thinking', key: string, value: Json | undefined): TranscriptPart[] {
  const text = textOf(value)
  return text.trim() === '' ? [] : [{ kind, key, text }]
}

function unanswered(block: JsonObject): ToolCall {
  return {
    id: textOf(block.id),
    name: textOf(block.name) || 'tool',
    input: block.input ?? null,
    output: null,
    shown: [],
    isError: null,
    startedAt: null,
    endedAt: null,
  }
}

function failedPart(failed: FailedTurn | undefined): TranscriptPart {
  if (failed === undefined) throw new Error('No failed turn here')
  return { kind: 'failed', key: `failed.${failed.attempt}.${failed.turn}.${failed.at}`, failed }
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
