import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import {
  isJsonObject,
  type Json,
  type JsonObject,
  jsonValue,
  type JsonObject as PlainObject,
} from '@/lib/core/base/json'
import type { ToolDefinition } from '@/lib/core/ports/ports'
import { renameInputs, toolOnWire } from '@/lib/providers/property-names'
import { arrayOf, objectOf, stringOf } from './wire/json'

/** The official client, pointed at a simulator, without retries of its own. */
export function clientOf(url: string): Anthropic {
  return new Anthropic({ baseURL: url, apiKey: 'sk-sim-test', maxRetries: 0 })
}

/** A throw-away folder with the given files. */
export function createWorkspace(files: Readonly<Record<string, string>>): { root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'skein-simulator-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

/** Names of tools and of their arguments, so that tests can rename them all. */
export interface ToolNames {
  list: string
  search: string
  read: string
  flag: string
  answer: string
  path: string
  pattern: string
  start: string
  end: string
}

export const USUAL_NAMES: ToolNames = {
  list: 'list_files',
  search: 'search_files',
  read: 'read_file',
  flag: 'flag',
  answer: 'answer',
  path: 'path',
  pattern: 'pattern',
  start: 'startLine',
  end: 'endLine',
}

/** File tools as a harness offers them, and the answer tool when there is a schema. */
export function offerTools(names: ToolNames, schema: JsonObject | null): Anthropic.Tool[] {
  const text = { type: 'string' }
  const whole = { type: 'integer', minimum: 1 }
  const tool = (
    name: string,
    description: string,
    properties: JsonObject,
    required: string[],
  ): Anthropic.Tool => ({
    name,
    description,
    input_schema: { type: 'object', properties, required, additionalProperties: false },
  })
  const tools = [
    tool(names.list, 'Lists files and folders.', { [names.path]: text, glob: text, depth: whole }, []),
    tool(names.search, 'Searches files.', { [names.pattern]: text, [names.path]: text, maxResults: whole }, [
      names.pattern,
    ]),
    tool(names.read, 'Reads a file.', { [names.path]: text, [names.start]: whole, [names.end]: whole }, [
      names.path,
    ]),
    tool(
      names.flag,
      'Says that the work is uncertain.',
      { kind: { type: 'string', enum: ['uncertain', 'incomplete'] }, reason: text },
      ['kind', 'reason'],
    ),
  ]
  if (schema !== null)
    tools.push({
      name: names.answer,
      description: 'Give the final answer.',
      input_schema: { type: 'object', ...schema },
    })
  return tools
}

/** Tools that change files and run commands, as a harness offers them. */
function offerHands(): Anthropic.Tool[] {
  const text = { type: 'string' } as const
  const edit = { type: 'object', properties: { oldText: text, newText: text }, required: ['oldText'] }
  const tool = (name: string, description: string, properties: JsonObject): Anthropic.Tool => ({
    name,
    description,
    input_schema: { type: 'object', properties, required: Object.keys(properties) },
  })
  return [
    tool('write_file', 'Writes a file.', { path: text, content: text }),
    tool('edit_file', 'Replaces text in a file.', { path: text, edits: { type: 'array', items: edit } }),
    tool('run_command', 'Runs a command in bash.', { command: text }),
  ]
}

/** What came of a whole conversation. */
export interface Outcome {
  answer: Json
  text: string
  turns: number
  flags: JsonObject[]
  reads: number
}

/** Talks to a model until it answers, running its file tools in `root`. */
export async function runAgent(
  client: Anthropic,
  options: {
    prompt: string
    schema: JsonObject | null
    root: string
    names?: ToolNames
    model?: string
    /** Whether it may change the files, and run commands among them. */
    hasHands?: boolean
  },
): Promise<Outcome> {
  const names = options.names ?? USUAL_NAMES
  const offered = [...offerTools(names, options.schema), ...(options.hasHands === true ? offerHands() : [])]
  const tools = offered.map((tool) => ({ ...tool, ...onWire(tool) }))
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: options.prompt }]
  const outcome: Outcome = { answer: null, text: '', turns: 0, flags: [], reads: 0 }
  for (;;) {
    outcome.turns += 1
    const message = await client.messages.create({
      model: options.model ?? 'claude-sonnet-5-5',
      max_tokens: 16_000,
      messages,
      tools,
    })
    const calls = message.content.filter((block) => block.type === 'tool_use')
    outcome.text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
    const results: Anthropic.ToolResultBlockParam[] = []
    let isDone = calls.length === 0 || outcome.turns > 12
    for (const call of calls) {
      const input = inputOf(call, offered)
      if (call.name === names.answer) {
        outcome.answer = input
        isDone = true
      }
      if (call.name === names.flag) outcome.flags.push(input)
      if (call.name === names.read) outcome.reads += 1
      results.push({
        type: 'tool_result',
        tool_use_id: call.id,
        ...runTool(options.root, names, call.name, input),
      })
    }
    if (isDone) return outcome
    messages.push({ role: 'assistant', content: message.content }, { role: 'user', content: results })
  }
}

/** A tool as our own side sends it: names of properties that the API refuses are others on the wire. */
function onWire(tool: Anthropic.Tool): Pick<Anthropic.Tool, 'input_schema'> {
  return { input_schema: { ...toolOnWire(definitionOf(tool)).inputSchema, type: 'object' } }
}

function inputOf(call: Anthropic.ToolUseBlock, offered: readonly Anthropic.Tool[]): JsonObject {
  const [block] = renameInputs([objectIn(call)], offered.map(definitionOf), 'ofAuthor')
  return objectOf(block?.input)
}

function definitionOf({ name, description = '', input_schema }: Anthropic.Tool): ToolDefinition {
  return { name, description, inputSchema: objectIn(input_schema) }
}

function objectIn(value: unknown): PlainObject {
  const plain = jsonValue(JSON.parse(JSON.stringify(value)))
  return isJsonObject(plain) ? plain : {}
}

function runTool(
  root: string,
  names: ToolNames,
  name: string,
  input: JsonObject,
): { content: string; is_error?: boolean } {
  const path = stringOf(input[names.path]) || '.'
  const full = join(root, path)
  try {
    if (name === 'run_command') return runCommand(root, stringOf(input.command))
    if (name === 'write_file' || name === 'edit_file') return changeFile(full, input)
    if (name === names.list) return { content: filesUnder(root, full).join('\n') || '(empty)' }
    if (name === names.search) return { content: search(root, full, stringOf(input[names.pattern])) }
    if (name !== names.read) return { content: 'Noted.' }
    const lines = readFileSync(full, 'utf8').replace(/\n$/, '').split('\n')
    const from = Number(input[names.start] ?? 1)
    const shown = lines.slice(from - 1, Number(input[names.end] ?? lines.length))
    return { content: shown.map((line, index) => `${String(from + index).padStart(6)}\t${line}`).join('\n') }
  } catch {
    return { content: `Error: ${path} does not exist.`, is_error: true }
  }
}

function runCommand(root: string, command: string): { content: string; is_error: boolean } {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' })
  return { content: `${stdout}${stderr}`, is_error: status !== 0 }
}

/** Writes a file, or replaces text in it; what does not stand there exactly once is refused, as our own tool does. */
function changeFile(full: string, input: JsonObject): { content: string; is_error?: boolean } {
  if (input.edits === undefined) {
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, stringOf(input.content))
    return { content: 'Written.' }
  }
  let text = readFileSync(full, 'utf8')
  for (const edit of arrayOf(input.edits).map(objectOf)) {
    const parts = text.split(stringOf(edit.oldText))
    if (parts.length !== 2) return { content: 'The text to replace is not there once.', is_error: true }
    text = parts.join(stringOf(edit.newText))
  }
  writeFileSync(full, text)
  return { content: 'Edited.' }
}

function filesUnder(root: string, folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const full = join(folder, name)
      const path = relative(root, full)
      return statSync(full).isDirectory() ? [`${path}/`, ...filesUnder(root, full)] : [path]
    })
}

function search(root: string, folder: string, pattern: string): string {
  const expression = new RegExp(pattern, 'i')
  const files = statSync(folder).isDirectory()
    ? filesUnder(root, folder).filter((path) => !path.endsWith('/'))
    : [relative(root, folder)]
  const hits = files.flatMap((path) =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((line, index) => (expression.test(line) ? [`${path}:${index + 1}: ${line}`] : [])),
  )
  return hits.slice(0, 200).join('\n') || 'No matches.'
}
