import { z } from 'zod'
import { cutText } from '@/lib/core/base/cut-text'
import { isJsonObject, type Json, type JsonObject, jsonObjectSchema } from '@/lib/core/base/json'
import type { ToolDefinition, ToolResult, Worktree } from '@/lib/core/ports/ports'
import type { FileChanges } from './files/file-changes'
import { type KnownParameters, understoodInput } from './known-parameters'
import type { AllFiles } from './untrusted-protocol'
import type { WorkspaceFiles } from './workspace-files'

/** What a call works on. */
export type Scene = {
  signal: AbortSignal
  /** The files as the agent has them. */
  files: WorkspaceFiles
  /** All of them by name, in one string. */
  all(): AllFiles
  /** What changes them; null where nothing may. */
  changes: FileChanges | null
  /** Whose they are; null where nobody may change them. */
  worktree: Worktree | null
}

/** A tool: what the model sees, and what happens when it calls it. */
export type Tool = { definition: ToolDefinition; call(input: Json, scene: Scene): Promise<ToolResult> }

/**
 * A tool whose input is checked before it runs; a bad one is answered with the field and what it should be.
 * Names and forms of parameters that models know from elsewhere are understood first.
 */
export function defineTool<Input>(parts: {
  name: string
  description: string
  input: z.ZodType<Input>
  known: KnownParameters
  /** It does something outside the conversation. */
  acts?: boolean
  /** It waits in a queue of its own. */
  hasOwnQueue?: boolean
  run(input: Input, scene: Scene): Promise<ToolResult>
}): Tool {
  const { name, description, known, acts, hasOwnQueue } = parts
  const inputSchema = strictSchema(jsonObjectSchema.parse(z.toJSONSchema(parts.input, { io: 'input' })))
  const properties = isJsonObject(inputSchema.properties ?? null)
    ? jsonObjectSchema.parse(inputSchema.properties)
    : {}
  return {
    definition: {
      name,
      description,
      inputSchema,
      strict: true,
      ...(acts === true ? { acts } : {}),
      ...(hasOwnQueue === true ? { hasOwnQueue } : {}),
    },
    async call(input, scene) {
      const parsed = parts.input.safeParse(understoodInput(input, properties, known))
      return parsed.success
        ? parts.run(parsed.data, scene)
        : failed(complaint(name, parsed.error, Object.keys(properties)))
    },
  }
}

/** What strict tools may not say of numbers and texts (structured-outputs page); descriptions say it. */
const unspoken: ReadonlySet<string> = new Set(['$schema', 'minimum', 'maximum', 'minLength', 'maxLength'])

function strictSchema(schema: JsonObject): JsonObject {
  const plain = (value: Json): Json => (isJsonObject(value) ? without(value) : value)
  const without = (one: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(one).flatMap(([key, value]) => (unspoken.has(key) ? [] : [[key, plain(value)]])),
    )
  return without(schema)
}

/** A result the model can use. */
export function succeeded(text: string): ToolResult {
  return { text, isError: false }
}

/** A result that tells the model what was wrong, so that it can do better. */
export function failed(text: string): ToolResult {
  return { text, isError: true }
}

function complaint(name: string, error: z.ZodError, parameters: readonly string[]): string {
  const lines = error.issues
    .slice(0, 10)
    .map((issue) => `- ${cutText(issue.path.join('.') || 'input', 100)}: ${cutText(issue.message, 300)}`)
  return `The input of ${name} is not valid:\n${lines.join('\n')}\nIt takes ${parameters.join(', ')}. Correct it and call the tool again.`
}
