import { and, asc, count, eq, inArray, ne, notLike, sql } from 'drizzle-orm'
import { reaches } from '@/lib/core/base/role'
import type { ProjectStore } from '@/lib/core/ports/project-store'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { openStatuses } from '@/lib/core/spec/run-status'
import type { Queries } from '../open'
import { runs, runTotals } from '../schema'
import { defaultAbsences, people, projectMembers, projects } from './schema'

/** Projects that were made, and who is in them. */
export function createProjectStore(queries: Queries): ProjectStore {
  const runId = sql.placeholder('runId')
  const ofRun = queries.select({ project: runs.project }).from(runs).where(eq(runs.id, runId)).prepare()
  const ofTotal = queries
    .select({ project: runTotals.project })
    .from(runTotals)
    .where(eq(runTotals.runId, runId))
    .prepare()
  const isKeptOut = queries
    .select()
    .from(defaultAbsences)
    .where(eq(defaultAbsences.personId, sql.placeholder('personId')))
    .prepare()
  const isCalled = (name: string) => sql`lower(${projects.name}) = lower(${name})`
  const isOf = (projectId: string, personId: string) =>
    and(eq(projectMembers.projectId, projectId), eq(projectMembers.personId, personId))
  return {
    async addProject(project, most) {
      return queries.transaction((within) => {
        const { id } = projects
        if (within.select({ id }).from(projects).where(isCalled(project.name)).get() !== undefined)
          return 'name-taken'
        if ((within.select({ made: count() }).from(projects).get()?.made ?? 0) >= most) return 'full'
        within.insert(projects).values(project).run()
        return 'added'
      })
    },

    async listProjects() {
      return queries.select().from(projects).orderBy(sql`lower(${projects.name})`).all()
    },

    async renameProject(id, name) {
      return queries.transaction((within) => {
        const other = within
          .select({ id: projects.id })
          .from(projects)
          .where(and(isCalled(name), ne(projects.id, id)))
          .get()
        if (other !== undefined) return 'name-taken'
        const { changes } = within.update(projects).set({ name }).where(eq(projects.id, id)).run()
        return changes > 0 ? 'renamed' : 'missing'
      })
    },

    async archive(id, archivedAt) {
      return queries.transaction((within) => {
        const isOpen = and(
          eq(runs.project, id),
          inArray(runs.status, [...openStatuses]),
          notLike(runs.id, `${trialRunPrefix}%`),
        )
        const open = within.select({ runs: count() }).from(runs).where(isOpen).get()?.runs ?? 0
        if (open === 0) within.update(projects).set({ archivedAt }).where(eq(projects.id, id)).run()
        return open
      })
    },

    async takeBack(id) {
      queries.update(projects).set({ archivedAt: null }).where(eq(projects.id, id)).run()
    },

    async listProjectMembers(projectId) {
      return queries
        .select()
        .from(projectMembers)
        .where(eq(projectMembers.projectId, projectId))
        .orderBy(asc(projectMembers.addedAt), asc(projectMembers.personId))
        .all()
    },

    async membershipsOf(personId) {
      return queries.select().from(projectMembers).where(eq(projectMembers.personId, personId)).all()
    },

    async setProjectMember(member, by) {
      return queries.transaction((within) => {
        const { projectId, personId, role } = member
        const person = within.select({ id: people.id }).from(people).where(eq(people.id, personId)).get()
        if (person === undefined) return 'absent'
        const before = within.select().from(projectMembers).where(isOf(projectId, personId)).get()
        if (before !== undefined && !reaches(by, before.role)) return 'above'
        within
          .insert(projectMembers)
          .values(member)
          .onConflictDoUpdate({
            target: [projectMembers.projectId, projectMembers.personId],
            set: { role },
          })
          .run()
        return 'done'
      })
    },

    async removeProjectMember(projectId, personId, by) {
      return queries.transaction((within) => {
        const before = within.select().from(projectMembers).where(isOf(projectId, personId)).get()
        if (before === undefined) return 'absent'
        if (!reaches(by, before.role)) return 'above'
        within.delete(projectMembers).where(isOf(projectId, personId)).run()
        return 'done'
      })
    },

    async isKeptOut(personId) {
      return isKeptOut.get({ personId }) !== undefined
    },

    async listKeptOut() {
      const rows = queries.select({ id: defaultAbsences.personId }).from(defaultAbsences).all()
      return rows.map(({ id }) => id)
    },

    async keepOut(personId, since) {
      return queries.transaction((within) => {
        const person = within.select({ role: people.role }).from(people).where(eq(people.id, personId)).get()
        if (person === undefined) return 'absent'
        if (person.role === 'owner') return 'owner'
        const absence = { personId, since }
        const { changes } = within.insert(defaultAbsences).values(absence).onConflictDoNothing().run()
        return changes > 0 ? 'done' : 'absent'
      })
    },

    async letBackIn(personId) {
      const absence = eq(defaultAbsences.personId, personId)
      return queries.delete(defaultAbsences).where(absence).run().changes > 0
    },

    async projectOfRun(id) {
      return ofRun.get({ runId: id })?.project ?? ofTotal.get({ runId: id })?.project ?? null
    },
  }
}
