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

/** What keeping somebody out of Default came to: owners are in every project, and `absent` changes nothing. */
export type Keeping = 'done' | 'absent' | 'owner'

/**
 * Projects that were made, and who is in them. Whoever has an account is in Default by its role, unless they are kept
 * out.
 */
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
  /** Whether somebody is kept out of Default. */
  isKeptOut(personId: string): Promise<boolean>
  /** Who is kept out of Default, by their ids. */
  listKeptOut(): Promise<string[]>
  /** One transaction: whoever is made an owner meanwhile stays in. `absent` is told of accounts that are none, too. */
  keepOut(personId: string, since: string): Promise<Keeping>
  /** False where they were not kept out. */
  letBackIn(personId: string): Promise<boolean>
  /** The project of a run, deleted ones included as far as they were counted; null for one that never was. */
  projectOfRun(runId: string): Promise<string | null>
}
