import { lesserRole, type Role } from './role'

/** The project that everything belongs to until a team makes others. It is always there. */
export const defaultProject = 'default'

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

/** The reach of a key: its one project, with no higher role than its own and its owner's there. */
export function reachOfKey(owner: Reach, project: string, role: Role): Reach | null {
  const most = roleIn(owner, project)
  return most === null ? null : { kind: 'some', roles: new Map([[project, lesserRole(role, most)]]) }
}
