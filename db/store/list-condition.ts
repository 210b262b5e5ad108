import { assertNever } from '@/lib/core/base/assert-never'
import type { RunFilter, RunKind } from '@/lib/core/ports/run-store'
import { trialRunPrefix } from '@/lib/core/spec/run'

type Part = { sql: string; values: readonly (string | number)[] }

/** The WHERE of a list of runs. What somebody typed is only ever a bound value. */
export function listCondition(filter: RunFilter): { where: string; values: (string | number)[] } {
  const parts = [part('id NOT LIKE ?', `${trialRunPrefix}%`), ...asked(filter)]
  return { where: `WHERE ${parts.map(({ sql }) => sql).join(' AND ')}`, values: parts.flatMap(({ values }) => values) }
}

const spent = "json_extract(head, '$.totals.spentNanoUsd')"
const agents = "(SELECT coalesce(sum(value), 0) FROM json_each(head, '$.totals.agents'))"

function* asked({ statuses, workflow, text, traits }: RunFilter): Generator<Part> {
  if (statuses !== null)
    yield { sql: `status IN (${statuses.map(() => '?').join(', ') || 'NULL'})`, values: [...statuses] }
  if (workflow !== null) yield part('workflow = ?', workflow)
  if (text !== null) yield part("title LIKE ? ESCAPE '\\'", `%${text.replace(/[\\%_]/g, '\\$&')}%`)
  if (traits === undefined) return
  const { user, tag, kind, minNanoUsd, maxNanoUsd, minAgents, maxAgents } = traits
  if (user !== null) yield part("json_extract(head, '$.run.launchedBy.name') = ? COLLATE NOCASE", user)
  if (tag !== null)
    yield part("EXISTS (SELECT 1 FROM json_each(head, '$.run.tags') WHERE value = ? COLLATE NOCASE)", tag)
  if (kind !== null) yield ofKind(kind)
  if (minNanoUsd !== null) yield part(`${spent} >= ?`, minNanoUsd)
  if (maxNanoUsd !== null) yield part(`${spent} <= ?`, maxNanoUsd)
  if (minAgents !== null) yield part(`${agents} >= ?`, minAgents)
  if (maxAgents !== null) yield part(`${agents} <= ?`, maxAgents)
}

/** A dry run runs on a simulator of its own; it is told apart from a run that the installation simulates. */
function ofKind(kind: RunKind): Part {
  const dryRun = "json_extract(head, '$.run.dryRun')"
  switch (kind) {
    case 'real':
      return part('simulated = 0')
    case 'simulated':
      return part(`simulated = 1 AND ${dryRun} IS NULL`)
    case 'dry-run':
      return part(`${dryRun} IS NOT NULL`)
    default:
      return assertNever(kind)
  }
}

function part(sql: string, ...values: (string | number)[]): Part {
  return { sql, values }
}
