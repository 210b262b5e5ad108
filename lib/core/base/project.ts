import { z } from 'zod'
import { lesserRole, type Role, reaches, roleSchema } from './role'

/** The project that everything belongs to until a team makes others. It is always there. */
export const defaultProject = 'default'

/** What is told of a project that takes nothing any more. */
export const projectIsArchived = 'This project is archived: an owner takes it back under Settings, Projects.'

/** What Default is called. */
export const defaultProjectName = 'Default'

/**
 * The projects somebody may enter: every one, as its owner, or some, each in a role of its own; that may be none.
 */
export type Reach = { kind: 'every' } | { kind: 'some'; roles: ReadonlyMap<string, Role> }

/** What somebody may do in a project; null for whoever may not enter it. */
export function roleIn(reach: Reach, project: string): Role | null {
  return reach.kind === 'every' ? 'owner' : (reach.roles.get(project) ?? null)
}

/**
 * What somebody may do in the installation itself: as much as in Default. Whoever is kept out of that has what
 * everybody with an account has, whatever role the account has.
 */
export function roleInInstallation(reach: Reach): Role {
  return roleIn(reach, defaultProject) ?? 'viewer'
}

/** A role in a project other than Default. */
export const projectRoleSchema = z.object({ projectId: z.string(), role: roleSchema })
export type ProjectRole = z.infer<typeof projectRoleSchema>

/**
 * Where somebody with an account may enter: Default by the role of the account, unless they are kept out of it, and
 * what they were added to. An owner of the installation has every project: whoever has the machine and its files
 * cannot be kept out of them.
 */
export function reachWith(
  { role, isKeptOut }: { role: Role; isKeptOut: boolean },
  memberships: readonly ProjectRole[],
): Reach {
  if (role === 'owner') return { kind: 'every' }
  const roles = new Map<string, Role>(isKeptOut ? [] : [[defaultProject, role]])
  for (const one of memberships) roles.set(one.projectId, one.role)
  return { kind: 'some', roles }
}

/** What somebody is given: a role in the installation, and roles in projects. */
export type GivenRoles = { role: Role; projects: readonly ProjectRole[] }

/**
 * Whether somebody may give these roles: an admin wherever they give one, and none above their own there. Asked when
 * they are promised and again when they are taken.
 */
export function mayGive(reach: Reach, { role, projects }: GivenRoles): boolean {
  const isBelow = (own: Role | null, given: Role) =>
    own !== null && reaches(own, 'admin') && reaches(own, given)
  return (
    isBelow(roleInInstallation(reach), role) &&
    projects.every((one) => isBelow(roleIn(reach, one.projectId), one.role))
  )
}

/** The reach of a key: its one project, with no higher role than its own and its owner's there. */
export function reachOfKey(owner: Reach, project: string, role: Role): Reach | null {
  const most = roleIn(owner, project)
  return most === null ? null : { kind: 'some', roles: new Map([[project, lesserRole(role, most)]]) }
}
