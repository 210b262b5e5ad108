import { z } from 'zod'

/** What somebody may do, from the least on; each may do all that those before it may. */
export const roles = ['viewer', 'launcher', 'admin', 'owner'] as const
export const roleSchema = z.enum(roles)
export type Role = z.infer<typeof roleSchema>

/** Whether a role may do what needs another. */
export function reaches(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}

/** The lesser of two roles. */
export function lesserRole(a: Role, b: Role): Role {
  return reaches(a, b) ? b : a
}
