import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import type {
  NewWorkflow,
  SavedWorkflow,
  VersionHead,
  WorkflowRun,
  WorkflowStore,
  WorkflowVersion,
} from '@/lib/core/run/workflow-store'
import { runStatuses, trialRunPrefix } from '@/lib/core/spec/run'
import type { Connection } from '../open'
import { parsed } from './rows'

/** The newest version beside each workflow that is not deleted. */
const SAVED = `SELECT w.*, v.version, v.source, v.digest, v.saved_at, v.saved_by, v.note
  FROM workflows w JOIN workflow_versions v ON v.workflow_id = w.id
  WHERE w.deleted_at IS NULL
    AND v.version = (SELECT max(version) FROM workflow_versions WHERE workflow_id = w.id)`

/** The library in the same file as the runs. */
export function createWorkflowStore(connection: Connection): WorkflowStore {
  const all = (sql: string, ...values: unknown[]) => connection.prepare(sql).all(...values)
  const one = (sql: string, ...values: unknown[]) => connection.prepare(sql).get(...values)
  const run = (sql: string, ...values: unknown[]) => connection.prepare(sql).run(...values)

  const find = (name: string): SavedWorkflow | null => {
    const row = one(`${SAVED} AND w.name = ?`, name)
    return row === undefined ? null : readWorkflow(row)
  }
  const addVersion = (id: string, version: WorkflowVersion) => {
    const { source, digest, savedAt, savedBy, note } = version
    run(
      `INSERT INTO workflow_versions (workflow_id, version, source, digest, saved_at, saved_by, note)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[id, version.version, source, digest, savedAt, JSON.stringify(savedBy), note],
    )
  }

  return {
    async list() {
      return all(`${SAVED} ORDER BY w.name`).map(readWorkflow)
    },

    async findSaved(name) {
      return find(name)
    },

    async versions(id) {
      return all(
        `SELECT version, digest, saved_at, saved_by, note FROM workflow_versions WHERE workflow_id = ? ORDER BY version DESC`,
        id,
      ).map(readHead)
    },

    async version(id, version) {
      const row = one('SELECT * FROM workflow_versions WHERE workflow_id = ? AND version = ?', id, version)
      return row === undefined ? null : readVersion(row)
    },

    async create(workflow: NewWorkflow) {
      const create = connection.transaction(() => {
        if (find(workflow.name) !== null) return false
        const { id, name, origin, originPath, createdAt, createdBy } = workflow
        run(
          'INSERT INTO workflows (id, name, origin, origin_path, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)',
          ...[id, name, origin, originPath, createdAt, JSON.stringify(createdBy)],
        )
        addVersion(id, { ...workflow.latest, version: 1 })
        return true
      })
      return create.immediate()
    },

    async saveVersion(name, { name: newName, ...next }, basedOn) {
      const save = connection.transaction((): Awaited<ReturnType<WorkflowStore['saveVersion']>> => {
        const workflow = find(name)
        if (workflow === null) return { kind: 'missing' }
        // Asked first: whoever saves what is there already loses nothing, whatever it was based on.
        if (workflow.latest.digest === next.digest) return { kind: 'unchanged', workflow }
        if (basedOn !== null && workflow.latest.digest !== basedOn) return { kind: 'stale', workflow }
        if (newName !== name && find(newName) !== null) return { kind: 'name-taken' }
        const latest = { ...next, version: workflow.latest.version + 1 }
        addVersion(workflow.id, latest)
        run('UPDATE workflows SET name = ? WHERE id = ?', newName, workflow.id)
        return { kind: 'saved', workflow: { ...workflow, name: newName, latest } }
      })
      return save.immediate()
    },

    async delete(name, at) {
      return run('UPDATE workflows SET deleted_at = ? WHERE name = ? AND deleted_at IS NULL', at, name).changes > 0
    },

    async restore(name) {
      const restore = connection.transaction(() => {
        const row = one(
          'SELECT id FROM workflows WHERE name = ? AND deleted_at IS NOT NULL ORDER BY deleted_at DESC, rowid DESC LIMIT 1',
          name,
        )
        if (row === undefined) return 'missing'
        if (find(name) !== null) return 'name-taken'
        run('UPDATE workflows SET deleted_at = NULL WHERE id = ?', z.object({ id: z.string() }).parse(row).id)
        return 'restored'
      })
      return restore.immediate()
    },

    async runsOf(name, most) {
      const own = 'workflow = ? AND id NOT LIKE ?'
      const values = [name, `${trialRunPrefix}%`]
      const total = connection
        .prepare(`SELECT count(*) FROM runs WHERE ${own}`)
        .pluck()
        .get(...values)
      const rows = all(
        `SELECT id, status, simulated, created_at, head ->> '$.run.startedAt' AS started_at, head ->> '$.run.endedAt' AS ended_at,
           head ->> '$.run.pausedMs' AS paused_ms, head ->> '$.totals.costNanoUsd' AS cost_nano_usd
         FROM runs WHERE ${own} ORDER BY created_at DESC LIMIT ?`,
        ...[...values, most],
      )
      return { total: z.number().parse(total), runs: rows.map(readRun) }
    },
  }
}

const headRow = z.object({
  version: z.number(),
  digest: z.string(),
  saved_at: z.string(),
  saved_by: z.string(),
  note: z.string().nullable(),
})

function readHead(row: unknown): VersionHead {
  const { version, digest, saved_at, saved_by, note } = headRow.parse(row)
  return { version, digest, savedAt: saved_at, savedBy: actorSchema.parse(parsed(saved_by)), note }
}

function readVersion(row: unknown): WorkflowVersion {
  return { ...readHead(row), source: z.object({ source: z.string() }).parse(row).source }
}

const workflowRow = z.object({
  id: z.string(),
  name: z.string(),
  origin: z.enum(['saved', 'imported']),
  origin_path: z.string().nullable(),
  created_at: z.string(),
  created_by: z.string(),
})

function readWorkflow(row: unknown): SavedWorkflow {
  const { id, name, origin, origin_path, created_at, created_by } = workflowRow.parse(row)
  const own = {
    id,
    name,
    origin,
    originPath: origin_path,
    createdAt: created_at,
    createdBy: actorSchema.parse(parsed(created_by)),
  }
  return { ...own, latest: readVersion(row) }
}

const runRow = z.object({
  id: z.string(),
  status: z.enum(runStatuses),
  simulated: z.number(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  paused_ms: z.number(),
  cost_nano_usd: z.number().nullable(),
})

function readRun(row: unknown): WorkflowRun {
  const raw = runRow.parse(row)
  return {
    id: raw.id,
    status: raw.status,
    simulated: raw.simulated === 1,
    createdAt: raw.created_at,
    startedAt: raw.started_at,
    endedAt: raw.ended_at,
    pausedMs: raw.paused_ms,
    costNanoUsd: raw.cost_nano_usd,
  }
}
