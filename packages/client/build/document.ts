import { z } from 'zod'
import { jsonSchemaSchema } from './type-text'

const contentSchema = z.record(z.string(), z.object({ schema: jsonSchemaSchema }))

const operationSchema = z.object({
  operationId: z.string(),
  summary: z.string(),
  'x-skein-role': z.string().optional(),
  /** Types of the frames of a stream, by the names of their events. */
  'x-skein-frames': z.record(z.string(), jsonSchemaSchema).optional(),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.enum(['path', 'query', 'header']),
      required: z.boolean(),
      schema: jsonSchemaSchema,
    }),
  ),
  requestBody: z.object({ content: contentSchema }).optional(),
  responses: z.record(z.string(), z.object({ content: contentSchema.optional() })),
})

/** An endpoint of the OpenAPI document, as far as a client needs it. */
export type DescribedOperation = z.infer<typeof operationSchema>

/** The OpenAPI document, as far as a client needs it. */
export const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), jsonSchemaSchema) }),
})
