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

/** What making a project came to. */
export type ProjectAddition = 'added' | 'name-taken' | 'full'

/** What changing somebody's role in a project, or taking them out of it, came to; `above` is whose role is higher. */
export type ProjectMemberChange = 'done' | 'absent' | 'above'

/** What keeping somebody out of Default came to: owners are in every project, and `absent` changes nothing. */
export type Keeping = 'done' | 'absent' | 'owner'

/**
 * Projects that were made, and who is in them. Whoever has an account is in Default by its role, unless they are kept
 * out.
 */
export type ProjectStore = {
  /** One transaction: a name is given once, whatever its case, and there are never more than `most`. */
  addProject(project: Project, most: number): Promise<ProjectAddition>
  /** By name, archived ones too. */
  listProjects(): Promise<Project[]>
  renameProject(id: string, name: string): Promise<'renamed' | 'name-taken' | 'missing'>
  /** Archives a project unless runs of it have not ended, and gives how many those are. One transaction. */
  archive(id: string, at: string): Promise<number>
  takeBack(id: string): Promise<void>
  /** In the order in which they were added. */
  listProjectMembers(projectId: string): Promise<ProjectMember[]>
  /** The projects somebody is in. */
  membershipsOf(personId: string): Promise<ProjectMember[]>
  /**
   * Adds somebody who has an account, or changes their role, unless they are above `by`. One transaction: nobody lowers
   * who is put above them meanwhile, or adds who was removed.
   */
  setProjectMember(member: ProjectMember, by: Role): Promise<ProjectMemberChange>
  /** Takes somebody out, in the same way. */
  removeProjectMember(projectId: string, personId: string, by: Role): Promise<ProjectMemberChange>
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
