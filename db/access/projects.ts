import { and, asc, eq, ne, sql } from 'drizzle-orm'
import type { ProjectStore } from '@/lib/core/ports/project-store'
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
    async addProject(project) {
      return queries.transaction((within) => {
        const { id } = projects
        if (within.select({ id }).from(projects).where(isCalled(project.name)).get() !== undefined)
          return false
        within.insert(projects).values(project).run()
        return true
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

    async setArchived(id, archivedAt) {
      return queries.update(projects).set({ archivedAt }).where(eq(projects.id, id)).run().changes > 0
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

    async setProjectMember(member) {
      queries
        .insert(projectMembers)
        .values(member)
        .onConflictDoUpdate({
          target: [projectMembers.projectId, projectMembers.personId],
          set: { role: member.role },
        })
        .run()
    },

    async removeProjectMember(projectId, personId) {
      return queries.delete(projectMembers).where(isOf(projectId, personId)).run().changes > 0
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
