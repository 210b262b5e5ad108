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

/** What becomes of a call that the launch does not permit: it is refused, or a person is asked. */
export const whenNotPermittedSchema = z.enum(['refuse', 'ask'])
export type WhenNotPermitted = z.infer<typeof whenNotPermittedSchema>

/**
 * What the agents of a run are offered: what it permits, and where a person is asked beyond it, what can be asked
 * for. `servers` are those it has been opened with.
 */
export function offeredPermissions(
  {
    permissions,
    whenNotPermitted = 'refuse',
  }: { permissions: Permissions; whenNotPermitted?: WhenNotPermitted | undefined },
  servers: readonly string[] = [],
): Permissions {
  if (whenNotPermitted === 'refuse') return permissions
  return {
    ...permissions,
    write: true,
    shell: true,
    mcp: [...new Set([...permissions.mcp, ...servers])],
  }
}

/** Whether the agents of a run work on files that can change. */
export function changesFiles({ write, shell }: Permissions): boolean {
  return write || shell
}
