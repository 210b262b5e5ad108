import { z } from 'zod'

const environmentSchema = z.record(z.string(), z.string().optional())

const descriptorSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ignore') }),
  z.object({ kind: z.literal('inherit') }),
  z.object({ kind: z.enum(['in', 'out']), path: z.string() }),
])

/** What the process that starts others is told. */
export const starterOrderSchema = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('run'),
    id: z.number(),
    command: z.object({
      program: z.string(),
      args: z.array(z.string()),
      env: environmentSchema,
      cwd: z.string(),
      input: z.union([z.string(), z.instanceof(Uint8Array)]),
      mostBytes: z.number(),
    }),
  }),
  z.object({ do: z.literal('stop'), id: z.number() }),
  z.object({ do: z.literal('make-pipes'), id: z.number() }),
  z.object({
    do: z.literal('start'),
    id: z.number(),
    order: z.object({
      program: z.string(),
      args: z.array(z.string()),
      env: environmentSchema,
      cwd: z.string(),
      descriptors: z.array(descriptorSchema),
    }),
  }),
  /** To be told that it is there. */
  z.object({ do: z.literal('answer') }),
])
export type StarterOrder = z.infer<typeof starterOrderSchema>

/** What it says. */
export const starterAnswerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ran'),
    id: z.number(),
    code: z.number().nullable(),
    output: z.instanceof(Uint8Array),
    said: z.string(),
    isTooLong: z.boolean(),
  }),
  z.object({ kind: z.literal('pipes'), id: z.number(), paths: z.array(z.string()) }),
  z.object({ kind: z.literal('started'), id: z.number(), pid: z.number() }),
  /** What was started before has ended. */
  z.object({ kind: z.literal('ended'), id: z.number(), code: z.number().nullable() }),
  /** It could not be done, or was stopped. */
  z.object({ kind: z.literal('failed'), id: z.number(), message: z.string(), code: z.string().nullable() }),
  z.object({ kind: z.literal('here') }),
])
export type StarterAnswer = z.infer<typeof starterAnswerSchema>
