import { z } from 'zod'
import type { Json } from '@/lib/core/base/json'
import { jsonObjectSchema } from '@/lib/core/base/json'
import type { ToolDefinition, ToolResult } from '@/lib/core/ports/ports'

/** A tool: what the model sees, and what happens when it calls it. */
export type Tool = { definition: ToolDefinition; call(input: Json, signal: AbortSignal): Promise<ToolResult> }

/**
 * A tool whose input is checked before it runs; a bad one is answered with the field and what it should be.
 */
export function defineTool<Input>(parts: {
  name: string
  description: string
  input: z.ZodType<Input>
  run(input: Input, signal: AbortSignal): Promise<ToolResult>
}): Tool {
  const { $schema, ...inputSchema } = jsonObjectSchema.parse(z.toJSONSchema(parts.input, { io: 'input' }))
  return {
    definition: { name: parts.name, description: parts.description, inputSchema },
    async call(input, signal) {
      const parsed = parts.input.safeParse(input)
      return parsed.success ? parts.run(parsed.data, signal) : failed(complaint(parts.name, parsed.error))
    },
  }
}

/** A result the model can use. */
export function succeeded(text: string): ToolResult {
  return { text, isError: false }
}

/** A result that tells the model what was wrong, so that it can do better. */
export function failed(text: string): ToolResult {
  return { text, isError: true }
}

function complaint(name: string, error: z.ZodError): string {
  const lines = error.issues
    .slice(0, 10)
    .map((issue) => `- ${issue.path.join('.') || 'input'}: ${issue.message}`)
  return `The input of ${name} is not valid:\n${lines.join('\n')}\nCorrect it and call the tool again.`
}
