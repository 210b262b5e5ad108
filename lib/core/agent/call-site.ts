import { z } from 'zod'

/** Where the call is in the author's file, counting from 1. */
export const callSiteSchema = z.object({ line: z.number().int(), column: z.number().int() })
export type CallSite = z.infer<typeof callSiteSchema>
