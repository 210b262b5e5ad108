import type { Role } from '@/lib/core/base/role'
import type { Permissions } from '@/lib/core/spec/permissions'

/** The role it takes to launch a run with these permissions: more for what reaches beyond copies of its files. */
export function roleToLaunch({ shell, hosts, mcp }: Permissions): Role {
  return shell || hosts.length > 0 || mcp.length > 0 ? 'admin' : 'launcher'
}
