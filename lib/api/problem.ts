import { z } from 'zod'
import { schemaNames } from './schema-names'

/** Kinds of refusal a caller can act on; each maps to one HTTP status in the route wrapper. */
export const problemKinds = [
  'bad-request',
  'unauthorized',
  'forbidden',
  'not-found',
  'no-such-method',
  'conflict',
  'too-large',
  'unsupported',
  'too-many',
  'busy',
  'internal',
] as const
export type ProblemKind = (typeof problemKinds)[number]

/** RFC 9457 problem details. `errors` points at each field that was refused. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          path: z.string(),
          message: z.string(),
          line: z.number().int().optional(),
          column: z.number().int().optional(),
        }),
      )
      .optional(),
  })
  .register(schemaNames, { id: 'Problem' })
export type Problem = z.infer<typeof problemSchema>
