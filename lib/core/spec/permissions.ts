import { z } from 'zod'

/**
 * What the agents of a run may do beside reading; the least unless the launch says more. Agent types and the
 * tools that a call names can only take away.
 */
export const permissionsSchema = z.object({
  /** Change files, each agent in a worktree of its own; the workspace itself changes only when a person says so. */
  write: z.boolean().default(false),
  /** Run commands in a sandbox, where there is one. */
  shell: z.boolean().default(false),
  /** Host names that commands may reach; `*.example.com` stands for all below. None by default. */
  hosts: z.array(z.string()).default([]),
  /** Search the web and read its pages. */
  web: z.boolean().default(false),
  /** Names of MCP servers whose tools they may call. */
  mcp: z.array(z.string()).default([]),
})
export type Permissions = z.infer<typeof permissionsSchema>

/** Reading alone. */
export const noPermissions: Permissions = { write: false, shell: false, hosts: [], web: false, mcp: [] }

/**
 * The most that runs of a project may be permitted, at their launch and by an answer later. Of hosts the only ones;
 * null for any.
 */
export const permissionBoundsSchema = z.object({
  write: z.boolean().default(true),
  shell: z.boolean().default(true),
  hosts: z.array(z.string()).nullable().default(null),
  web: z.boolean().default(true),
  /** Whether MCP servers may be called at all; which ones there are, a project says elsewhere. */
  mcp: z.boolean().default(true),
})
export type PermissionBounds = z.infer<typeof permissionBoundsSchema>

/** Everything may be permitted. */
export const noBounds: PermissionBounds = { write: true, shell: true, hosts: null, web: true, mcp: true }

/** What of these permissions is beyond the bounds, in the order of the schema; empty where nothing is. */
export function beyondBounds(
  permissions: Permissions,
  bounds: PermissionBounds,
): { permission: keyof Permissions; words: string }[] {
  const { write, shell, hosts, web, mcp } = permissions
  const others = hosts.filter((host) => !isHostWithin(host, bounds.hosts))
  return [
    ...(write && !bounds.write ? [{ permission: 'write' as const, words: 'change files' }] : []),
    ...(shell && !bounds.shell ? [{ permission: 'shell' as const, words: 'run commands' }] : []),
    ...(others.length > 0 ? [{ permission: 'hosts' as const, words: `reach ${others.join(', ')}` }] : []),
    ...(web && !bounds.web ? [{ permission: 'web' as const, words: 'use the web' }] : []),
    ...(mcp.length > 0 && !bounds.mcp ? [{ permission: 'mcp' as const, words: 'call MCP servers' }] : []),
  ]
}

/** What both bounds leave. */
export function narrowedBounds(one: PermissionBounds, other: PermissionBounds): PermissionBounds {
  return {
    write: one.write && other.write,
    shell: one.shell && other.shell,
    hosts: sharedHosts(one.hosts, other.hosts),
    web: one.web && other.web,
    mcp: one.mcp && other.mcp,
  }
}

function sharedHosts(one: PermissionBounds['hosts'], other: PermissionBounds['hosts']): string[] | null {
  if (one === null || other === null) return one ?? other
  const shared = [
    ...one.filter((host) => isHostWithin(host, other)),
    ...other.filter((host) => isHostWithin(host, one)),
  ]
  return [...new Set(shared)]
}

/** What is left of permissions within bounds. */
export function withinBounds(permissions: Permissions, bounds: PermissionBounds): Permissions {
  const { write, shell, hosts, web, mcp } = permissions
  return {
    write: write && bounds.write,
    shell: shell && bounds.shell,
    hosts: hosts.filter((host) => isHostWithin(host, bounds.hosts)),
    web: web && bounds.web,
    mcp: bounds.mcp ? mcp : [],
  }
}

/** Whether a host, or all those of `*.example.com`, are among the only ones that may be reached. */
export function isHostWithin(host: string, only: PermissionBounds['hosts']): boolean {
  if (only === null) return true
  const asked = host.toLowerCase()
  return only.some((one) => {
    const allowed = one.toLowerCase()
    return allowed === asked || (allowed.startsWith('*.') && asked.endsWith(allowed.slice(1)))
  })
}

/** What becomes of a call that the launch does not permit: it is refused, or a person is asked. */
export const whenNotPermittedSchema = z.enum(['refuse', 'ask'])
export type WhenNotPermitted = z.infer<typeof whenNotPermittedSchema>

/**
 * What a launch in a project begins with where it says nothing of permissions: granted by an admin, so that whoever
 * may launch there may launch with it. Servers are named by each launch.
 */
export const initialPermissionsSchema = permissionsSchema
  .omit({ mcp: true })
  .extend({ whenNotPermitted: whenNotPermittedSchema.default('refuse') })
export type InitialPermissions = z.infer<typeof initialPermissionsSchema>

/** Reading alone, and what is beyond it is refused. */
export const leastAtFirst: InitialPermissions = {
  ...{ write: false, shell: false, hosts: [], web: false },
  whenNotPermitted: 'refuse',
}

/** Whether the second of two permits nothing that the first does not. */
export function isWithinPermissions(most: Permissions, asked: Permissions): boolean {
  const bounds = { ...most, mcp: true }
  return beyondBounds(asked, bounds).length === 0 && asked.mcp.every((name) => most.mcp.includes(name))
}

/**
 * What the agents of a run are offered: what it permits, and where a person is asked beyond it, what can be asked
 * for. `servers` are those it has been opened with.
 */
export function offeredPermissions(
  {
    permissions,
    whenNotPermitted = 'refuse',
    permissionBounds = noBounds,
  }: {
    permissions: Permissions
    whenNotPermitted?: WhenNotPermitted | undefined
    permissionBounds?: PermissionBounds | undefined
  },
  servers: readonly string[] = [],
): Permissions {
  if (whenNotPermitted === 'refuse') return permissions
  return {
    ...permissions,
    write: permissions.write || permissionBounds.write,
    shell: permissions.shell || permissionBounds.shell,
    web: permissions.web || permissionBounds.web,
    mcp: permissionBounds.mcp ? [...new Set([...permissions.mcp, ...servers])] : permissions.mcp,
  }
}

/** Whether the agents of a run work on files that can change. */
export function changesFiles({ write, shell }: Permissions): boolean {
  return write || shell
}
