import { z } from 'zod'
import { jsonObjectSchema, jsonSchema } from '../base/json'
import { timeSchema } from '../spec/run-status'
import { callSiteSchema } from './call-site'

/** A question as it was put: what everybody may see of it from its opening on. */
export const questionSchema = z.object({
  checkpointId: z.string(),
  /** Call scope of the script that asks. */
  scope: z.string(),
  /**
   * A script's own question; or the run's: whether it may pass what was approved, or do what its launch does not
   * permit.
   */
  kind: z.enum(['question', 'approval', 'permission']),
  title: z.string(),
  detail: z.string(),
  /** JSON Schema of the answer; null asks for yes or no. */
  input: jsonObjectSchema.nullable(),
  /** When it is answered without a person; null when it waits for as long as it takes. */
  dueAt: timeSchema.nullable(),
  hasDefault: z.boolean(),
  default: jsonSchema,
  callSite: callSiteSchema.nullable(),
})
export type Question = z.infer<typeof questionSchema>

/** A question since when it is put. */
export const checkpointBaseSchema = questionSchema.extend({ openedAt: timeSchema })
