import type { CallToolResult } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { jsonSchema } from '@/lib/core/base/json'
import { isNamed } from '@/lib/core/base/named-error'
import type { App } from '../app/app'
import { logError } from '../log/log'
import { invalid, isFault, problemOf } from '../services/problem'
import { toldRefusal } from './tool-results'
import type { EndpointRefusal, Visitor } from './verb'
import type { Verbs } from './verbs'

/** One call: what it is answered from, and for whom. */
export type Visit = {
  app: App
  verbs: Verbs
  from: Visitor
  /** The client follows runs as tasks. */
  followsTasks: boolean
}

/** A tool: what it is called and for, and what it does with an input of its schema. */
export type Tool = {
  name: string
  title: string
  description: string
  /** JSON Schema of its input, as clients are told of it. */
  inputSchema: Record<string, unknown>
  /** Changes nothing. */
  isReading: boolean
  call(visit: Visit, input: unknown): Promise<CallToolResult>
}

/** Declares a tool. What does not fit its schema is refused in one bounded sentence, whatever was sent. */
export function tool<S extends z.ZodType>(of: {
  name: string
  title: string
  description: string
  input: S
  isReading: boolean
  run(visit: Visit, input: z.output<S>): Promise<CallToolResult>
}): Tool {
  const { input: schema, run, ...rest } = of
  return {
    ...rest,
    inputSchema: advertised(schema),
    async call(visit, input) {
      try {
        const read = schema.safeParse(input ?? {})
        if (!read.success) throw invalid(read.error)
        return await run(visit, read.data)
      } catch (error) {
        return toldRefusal(sentenceOf(error))
      }
    },
  }
}

/** What a client may be told of an error: a refusal's own sentence, of a fault nothing. */
export function sentenceOf(error: unknown): string {
  if (isNamed<EndpointRefusal>(error, 'EndpointRefusal')) return error.message
  if (isFault(error)) logError(error)
  return problemOf(error).detail
}

/** Free JSON is told as anything: a schema that refers to itself is more than some clients read. */
function advertised(schema: z.ZodType): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: made }) => {
      if (!isFreeJson(zodSchema)) return
      for (const name of Object.keys(made)) delete made[name]
    },
  })
  return { ...rest }
}

function isFreeJson(schema: unknown): boolean {
  return schema === jsonSchema
}
