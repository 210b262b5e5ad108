import { and, asc, count, desc, eq, isNotNull, isNull, notLike, type SQL, sql } from 'drizzle-orm'
import type {
  NewWorkflow,
  SavedWorkflow,
  WorkflowRun,
  WorkflowStore,
  WorkflowVersion,
} from '@/lib/core/run/workflow-store'
import { trialRunPrefix } from '@/lib/core/spec/run'
import type { Connection, Queries } from '../open'
import { runs, workflows, workflowVersions } from '../schema'

const { version, source, digest, savedAt, savedBy, note } = workflowVersions
const headColumns = { version, digest, savedAt, savedBy, note }
const versionColumns = { ...headColumns, source }
const workflowColumns = {
  id: workflows.id,
  name: workflows.name,
  origin: workflows.origin,
  originPath: workflows.originPath,
  createdAt: workflows.createdAt,
  createdBy: workflows.createdBy,
}

/** The library of a project, in the same file as the runs. */
export function createWorkflowStore(
  connection: Connection,
  queries: Queries,
  project: string,
): WorkflowStore {
  const isOwn = eq(workflows.project, project)
  const isOfOwn = sql`${workflowVersions.workflowId} IN (SELECT id FROM workflows WHERE project = ${project})`
  /** Workflows that are not deleted, each with its newest version. */
  const saved = (condition?: SQL) =>
    queries
      .select({ ...workflowColumns, latest: versionColumns })
      .from(workflows)
      .innerJoin(
        workflowVersions,
        and(
          eq(workflowVersions.workflowId, workflows.id),
          sql`${version} = (SELECT max(newest.version) FROM workflow_versions newest WHERE newest.workflow_id = ${workflows.id})`,
        ),
      )
      .where(and(isOwn, isNull(workflows.deletedAt), condition))
      .orderBy(asc(workflows.name))
  const byName = saved(eq(workflows.name, sql.placeholder('name'))).prepare()
  const find = (name: string): SavedWorkflow | null => byName.get({ name }) ?? null
  const addVersion = (workflowId: string, next: WorkflowVersion) =>
    queries
      .insert(workflowVersions)
      .values({ workflowId, ...next })
      .run()

  return {
    async list() {
      return saved().all()
    },

    async findSaved(name) {
      return find(name)
    },

    async versions(id) {
      return queries
        .select(headColumns)
        .from(workflowVersions)
        .where(and(eq(workflowVersions.workflowId, id), isOfOwn))
        .orderBy(desc(version))
        .all()
    },

    async version(id, number) {
      const row = queries
        .select(versionColumns)
        .from(workflowVersions)
        .where(and(eq(workflowVersions.workflowId, id), eq(version, number), isOfOwn))
        .get()
      return row ?? null
    },

    async create({ latest, ...workflow }: NewWorkflow) {
      const create = connection.transaction(() => {
        if (find(workflow.name) !== null) return false
        queries
          .insert(workflows)
          .values({ ...workflow, project })
          .run()
        addVersion(workflow.id, { ...latest, version: 1 })
        return true
      })
      return create.immediate()
    },

    async saveVersion(name, { name: newName, ...next }, basedOn) {
      const save = connection.transaction((): Awaited<ReturnType<WorkflowStore['saveVersion']>> => {
        const workflow = find(name)
        if (workflow === null) return { kind: 'missing' }
        // Asked first: saving what is there already loses nothing, whatever it was based on.
        if (workflow.latest.digest === next.digest) return { kind: 'unchanged', workflow }
        if (basedOn !== null && workflow.latest.digest !== basedOn) return { kind: 'stale', workflow }
        if (newName !== name && find(newName) !== null) return { kind: 'name-taken' }
        const latest = { ...next, version: workflow.latest.version + 1 }
        addVersion(workflow.id, latest)
        queries.update(workflows).set({ name: newName }).where(eq(workflows.id, workflow.id)).run()
        return { kind: 'saved', workflow: { ...workflow, name: newName, latest } }
      })
      return save.immediate()
    },

    async delete(name, at) {
      const { changes } = queries
        .update(workflows)
        .set({ deletedAt: at })
        .where(and(isOwn, eq(workflows.name, name), isNull(workflows.deletedAt)))
        .run()
      return changes > 0
    },

    async restore(name) {
      const restore = connection.transaction(() => {
        const row = queries
          .select({ id: workflows.id })
          .from(workflows)
          .where(and(isOwn, eq(workflows.name, name), isNotNull(workflows.deletedAt)))
          .orderBy(desc(workflows.deletedAt), sql`rowid DESC`)
          .limit(1)
          .get()
        if (row === undefined) return 'missing'
        if (find(name) !== null) return 'name-taken'
        queries.update(workflows).set({ deletedAt: null }).where(eq(workflows.id, row.id)).run()
        return 'restored'
      })
      return restore.immediate()
    },

    async deleted(most) {
      const rows = queries
        .select({
          name: workflows.name,
          deletedAt: sql<string>`max(${workflows.deletedAt})`,
          // SQLite takes the other columns from the row that has the maximum.
          // Columns of one table are written without it, which would be those of the inner table here.
          versions: sql<number>`(SELECT count(*) FROM workflow_versions v WHERE v.workflow_id = ${workflows}.id)`,
          isNameTaken: sql<number>`EXISTS (SELECT 1 FROM workflows w WHERE w.project = ${project} AND w.name = ${workflows}.name AND w.deleted_at IS NULL)`,
        })
        .from(workflows)
        .where(and(isOwn, isNotNull(workflows.deletedAt)))
        .groupBy(workflows.name)
        .orderBy(desc(sql`max(${workflows.deletedAt})`))
        .limit(most)
        .all()
      return rows.map((row) => ({ ...row, isNameTaken: row.isNameTaken === 1 }))
    },

    async runsOf(name, most) {
      const own = and(
        eq(runs.project, project),
        eq(runs.workflow, name),
        notLike(runs.id, `${trialRunPrefix}%`),
      )
      const counted = queries.select({ total: count() }).from(runs).where(own).get()
      const newest: WorkflowRun[] = queries
        .select(runColumns)
        .from(runs)
        .where(own)
        .orderBy(desc(runs.createdAt))
        .limit(most)
        .all()
      return { total: counted?.total ?? 0, runs: newest }
    },
  }
}

/** Only the parts of the head that are shown here: heads of long runs are large. */
const runColumns = {
  id: runs.id,
  status: runs.status,
  simulated: runs.simulated,
  createdAt: runs.createdAt,
  startedAt: sql<string | null>`${runs.head} ->> '$.run.startedAt'`,
  endedAt: sql<string | null>`${runs.head} ->> '$.run.endedAt'`,
  pausedMs: sql<number>`${runs.head} ->> '$.run.pausedMs'`,
  costNanoUsd: sql<number | null>`${runs.head} ->> '$.totals.costNanoUsd'`,
}
