import { and, eq, gte, inArray, lte, not, type SQL, sql } from 'drizzle-orm'
import { assertNever } from '@/lib/core/base/assert-never'
import type { RunFilter } from '@/lib/core/ports/run-store'
import { trialRunPrefix } from '@/lib/core/spec/run'
import type { RunKind } from '@/lib/core/spec/run-status'
import { runNotes } from '../access/schema'
import { runs } from '../schema'

/** A value of a run's head; the path is our own text, never somebody's. */
export const inHead = (path: string) => sql`json_extract(${runs.head}, ${sql.raw(`'$.${path}'`)})`
const spent = inHead('totals.spentNanoUsd')
/** How many agents a run has. */
export const agentsOfRun = sql`(SELECT coalesce(sum(value), 0) FROM json_each(${runs.head}, '$.totals.agents'))`
const isDryRun = sql`${inHead('run.dryRun')} IS NOT NULL`
const isImported = sql`${inHead('run.imported')} IS NOT NULL`

/** The condition of a list of the runs of a project, or (null) of all. What somebody typed is only ever a bound value. */
export function listCondition(
  { statuses, workflow, text, traits }: RunFilter,
  project: string | null,
): SQL | undefined {
  return and(
    project === null ? undefined : eq(runs.project, project),
    sql`${runs.id} NOT LIKE ${`${trialRunPrefix}%`}`,
    statuses === null ? undefined : inArray(runs.status, [...statuses]),
    workflow === null ? undefined : eq(runs.workflow, workflow),
    text === null ? undefined : saysText(text),
    traits === undefined ? undefined : traitCondition(traits),
  )
}

/** Runs with the text in their title or in a note; the notes are gone through once, not once a run. */
function saysText(text: string): SQL {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return sql`(${runs.title} LIKE ${pattern} ESCAPE '\\' OR ${runs.id} IN (
    SELECT ${runNotes.runId} FROM ${runNotes} WHERE ${runNotes.text} LIKE ${pattern} ESCAPE '\\'))`
}

function traitCondition(traits: NonNullable<RunFilter['traits']>): SQL | undefined {
  const { user, tag, kind, minNanoUsd, maxNanoUsd, minAgents, maxAgents } = traits
  return and(
    user === null ? undefined : sql`${inHead('run.launchedBy.name')} = ${user} COLLATE NOCASE`,
    tag === null
      ? undefined
      : sql`EXISTS (SELECT 1 FROM json_each(${runs.head}, '$.run.tags') WHERE value = ${tag} COLLATE NOCASE)`,
    kind === null ? undefined : kindCondition(kind),
    minNanoUsd === null ? undefined : gte(spent, minNanoUsd),
    maxNanoUsd === null ? undefined : lte(spent, maxNanoUsd),
    minAgents === null ? undefined : gte(agentsOfRun, minAgents),
    maxAgents === null ? undefined : lte(agentsOfRun, maxAgents),
  )
}

/**
 * A dry run has a simulator of its own; it is distinguished from a run of an installation that simulates
 * everything.
 */
function kindCondition(kind: RunKind): SQL | undefined {
  switch (kind) {
    case 'real':
      return and(eq(runs.simulated, false), not(isImported))
    case 'imported':
      return isImported
    case 'simulated':
      return and(eq(runs.simulated, true), not(isDryRun))
    case 'dry-run':
      return isDryRun
    default:
      return assertNever(kind)
  }
}
