import { z } from 'zod'

/** `GET /api/runs/{id}/export`: the whole run in one file; prompts and the script left out if asked. */
export const exportQuerySchema = z.object({
  format: z.enum(['json', 'md', 'html']).default('json'),
  prompts: z.enum(['shown', 'redacted']).default('shown'),
})
export type ExportQuery = z.infer<typeof exportQuerySchema>
