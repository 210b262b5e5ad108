import { z } from 'zod'

/**
 * `GET /api/runs/{id}/export`: the whole run in one file; prompts and the script left out if asked. `report` is
 * the report of its result alone, as Markdown, and `sarif` the findings of its result, as SARIF 2.1.0.
 */
export const exportQuerySchema = z.object({
  format: z.enum(['json', 'md', 'html', 'report', 'sarif']).default('json'),
  prompts: z.enum(['shown', 'redacted']).default('shown'),
})
export type ExportQuery = z.infer<typeof exportQuerySchema>
