import { type Role, reaches, roleSchema } from '@/lib/core/base/role'

/** Which role members of a group have; `*` stands for everybody the provider lets in. */
export type GroupRole = { group: string; role: Role }

/**
 * The role that somebody's groups give: the highest of those named, null where none is. `claim` is what the
 * provider said, which may be anything.
 */
export function roleOfGroups(claim: unknown, known: readonly GroupRole[]): Role | null {
  const groups = new Set(groupsIn(claim))
  let highest: Role | null = null
  for (const { group, role } of known)
    if ((group === '*' || groups.has(group)) && (highest === null || reaches(role, highest))) highest = role
  return highest
}

function groupsIn(claim: unknown): string[] {
  if (typeof claim === 'string') return [claim]
  return Array.isArray(claim) ? claim.filter((group) => typeof group === 'string') : []
}

/** Reads `group=role` pairs, separated by commas. The sentence says what is wrong with one. */
export function readGroupRoles(text: string): { roles: GroupRole[]; problem: string | null } {
  const roles: GroupRole[] = []
  for (const pair of text.split(',').map((part) => part.trim())) {
    if (pair === '') continue
    const at = pair.lastIndexOf('=')
    const role = roleSchema.safeParse(pair.slice(at + 1).trim())
    if (at <= 0 || !role.success)
      return { roles, problem: `must hold pairs like \`admins=admin\`; ${JSON.stringify(pair)} is none` }
    roles.push({ group: pair.slice(0, at).trim(), role: role.data })
  }
  return { roles, problem: null }
}
