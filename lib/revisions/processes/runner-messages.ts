import { z } from 'zod'

/** What a command runner is told. */
export const runnerOrderSchema = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('run'),
    id: z.number(),
    command: z.object({
      program: z.string(),
      args: z.array(z.string()),
      env: z.record(z.string(), z.string().optional()),
      cwd: z.string(),
      input: z.union([z.string(), z.instanceof(Uint8Array)]),
      mostBytes: z.number(),
    }),
  }),
  z.object({ do: z.literal('stop'), id: z.number() }),
])
export type RunnerOrder = z.infer<typeof runnerOrderSchema>

/** What it answers, once a command. */
export const runnerAnswerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ended'),
    id: z.number(),
    code: z.number().nullable(),
    output: z.instanceof(Uint8Array),
    said: z.string(),
    isTooLong: z.boolean(),
  }),
  /** It could not be started, or was stopped. */
  z.object({ kind: z.literal('failed'), id: z.number(), message: z.string(), code: z.string().nullable() }),
])
export type RunnerAnswer = z.infer<typeof runnerAnswerSchema>
