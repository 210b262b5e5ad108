import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import {
  githubTargetSchema,
  handoverKinds,
  handoverMadeSchema,
  handoverStatuses,
} from '@/lib/core/spec/github'
import { json } from '../json-column'

/** Runs that something is handed over to GitHub of. */
export const githubRuns = sqliteTable(
  'github_runs',
  {
    runId: text('run_id').primaryKey(),
    project: text('project').notNull(),
    target: json(githubTargetSchema)('target').notNull(),
    addedAt: text('added_at').notNull(),
    plannedAt: text('planned_at'),
  },
  (table) => [index('github_runs_by_planned').on(table.plannedAt)],
)

/** What is handed over of each, and how far that is. */
export const githubHandovers = sqliteTable(
  'github_handovers',
  {
    runId: text('run_id').notNull(),
    kind: text('kind', { enum: handoverKinds }).notNull(),
    status: text('status', { enum: handoverStatuses }).notNull(),
    attempts: integer('attempts').notNull(),
    nextAt: text('next_at'),
    detail: text('detail'),
    url: text('url'),
    made: json(handoverMadeSchema)('made').notNull(),
    updatedAt: text('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.kind] }),
    index('github_handovers_by_status').on(table.status),
  ],
)
