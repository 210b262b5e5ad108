import type { Actor } from '../base/actor'
import type { Role } from '../base/role'

/** A project that was made; Default is none of them, it is always there. Times are ISO 8601. */
export type Project = {
  id: string
  name: string
  createdAt: string
  createdBy: Actor
  /** Null while it is in use; nothing is launched or changed in one that was archived. */
  archivedAt: string | null
}

/** Somebody in a project, with what they may do there. */
export type ProjectMember = { projectId: string; personId: string; role: Role; addedAt: string }

/** Projects that were made, and who is in them. Everybody with an account is in Default, by their own role. */
export type ProjectStore = {
  /** False where the name is taken, whatever its case. */
  addProject(project: Project): Promise<boolean>
  /** By name, archived ones too. */
  listProjects(): Promise<Project[]>
  renameProject(id: string, name: string): Promise<'renamed' | 'name-taken' | 'missing'>
  setArchived(id: string, at: string | null): Promise<boolean>
  /** In the order in which they were added. */
  listProjectMembers(projectId: string): Promise<ProjectMember[]>
  /** The projects somebody is in. */
  membershipsOf(personId: string): Promise<ProjectMember[]>
  /** Adds somebody, or changes their role. */
  setProjectMember(member: ProjectMember): Promise<void>
  /** False where they are not in it. */
  removeProjectMember(projectId: string, personId: string): Promise<boolean>
  /** The project of a run, deleted ones included as far as they were counted; null for one that never was. */
  projectOfRun(runId: string): Promise<string | null>
}
