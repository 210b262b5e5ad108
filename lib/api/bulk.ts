import { z } from 'zod'
import { schemaNames } from './schema-names'

/** Runs that one bulk act takes at most. */
export const MOST_BULK_RUNS = 200

const runIds = z
  .array(z.string().min(1).max(200))
  .min(1, 'name at least one run')
  .max(MOST_BULK_RUNS, `name at most ${MOST_BULK_RUNS} runs`)
const tag = z.string().trim().min(1).max(60)

/** `POST /api/runs/bulk`: one act on many runs. `untag` takes a tag away. */
export const bulkSchema = z
  .discriminatedUnion('act', [
    z.strictObject({ act: z.literal('cancel'), ids: runIds }),
    z.strictObject({ act: z.literal('delete'), ids: runIds }),
    z.strictObject({ act: z.literal('tag'), tag, ids: runIds }),
    z.strictObject({ act: z.literal('untag'), tag, ids: runIds }),
  ])
  .register(schemaNames, { id: 'Bulk' })
export type BulkInput = z.infer<typeof bulkSchema>

/** What became of each run: `already` where the run was as asked before; `detail` says why it failed. */
export const bulkResultSchema = z
  .object({
    results: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum(['done', 'already', 'failed']),
        detail: z.string().nullable(),
      }),
    ),
  })
  .register(schemaNames, { id: 'BulkResult' })
export type BulkResult = z.infer<typeof bulkResultSchema>

/** `GET /api/runs/export`: many runs as one zip, each in a file of its own. */
export const bulkExportQuerySchema = z.object({
  /** Ids of the runs, divided by commas. */
  ids: z
    .string()
    .transform((text) => [...new Set(text.split(',').filter(Boolean))])
    .pipe(runIds),
  format: z.enum(['json', 'md', 'html']).default('json'),
  prompts: z.enum(['shown', 'redacted']).default('shown'),
})
export type BulkExportQuery = z.infer<typeof bulkExportQuerySchema>
