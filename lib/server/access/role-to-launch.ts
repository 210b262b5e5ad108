import type { Role } from '@/lib/core/base/role'
import { isWithinPermissions, type Permissions } from '@/lib/core/spec/permissions'

/**
 * The role it takes to launch a run with these permissions: more for what reaches beyond copies of its files, unless
 * an admin has granted it to every launch of the project (`granted`).
 */
export function roleToLaunch(permissions: Permissions, granted: Permissions): Role {
  const { shell, hosts, mcp } = permissions
  const reaches = shell || hosts.length > 0 || mcp.length > 0
  return reaches && !isWithinPermissions(granted, { ...permissions, write: false, web: false })
    ? 'admin'
    : 'launcher'
}
