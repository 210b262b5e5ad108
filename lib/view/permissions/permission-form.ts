import { noPermissions, type Permissions, type WhenNotPermitted } from '@/lib/core/spec/permissions'

/** What agents may do as a person says it: switches, and host names as typed, separated by commas or spaces. */
export type PermissionForm = {
  write: boolean
  shell: boolean
  web: boolean
  hosts: string
  mcp: readonly string[]
  /** What becomes of a call beyond these. */
  beyond: WhenNotPermitted
}

/** Reading alone. */
export const emptyPermissions: PermissionForm = {
  write: false,
  shell: false,
  web: false,
  hosts: '',
  mcp: [],
  beyond: 'refuse',
}

/** Permissions to send, undefined where they are the least; or what is wrong with a host name. */
export type ReadPermissions =
  | { ok: true; permissions: Permissions | undefined }
  | { ok: false; message: string }

/** A host name, or `*.` and a domain that stands for all hosts below it. */
const HOST = /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i

/**
 * The permissions of a launch. Without a folder there is nothing to write or run on, and without commands
 * nobody reaches a host: what was chosen for them stays aside.
 */
export function readPermissions(form: PermissionForm, hasWorkspace: boolean): ReadPermissions {
  const shell = hasWorkspace && form.shell
  const hosts = shell ? hostsIn(form.hosts) : []
  const wrong = hosts.find((host) => !HOST.test(host))
  if (wrong !== undefined)
    return { ok: false, message: `“${wrong}” is no host name. Enter names such as api.example.org.` }
  const permissions = {
    write: hasWorkspace && form.write,
    shell,
    hosts,
    web: form.web,
    mcp: [...form.mcp],
  }
  return { ok: true, permissions: isLeast(permissions) ? undefined : permissions }
}

/** The permissions of an earlier launch as fields. */
export function permissionFields(
  { write, shell, hosts, web, mcp }: Permissions,
  beyond: WhenNotPermitted,
): PermissionForm {
  return { write, shell, web, hosts: hosts.join(', '), mcp, beyond }
}

/** Whether agents may read and nothing more. */
export function isLeast({ write, shell, hosts, web, mcp }: Permissions): boolean {
  return !write && !shell && !web && hosts.length === 0 && mcp.length === 0
}

/** The word for asking a person beyond what is permitted. */
const ASK = 'ask'

/** What becomes of a call beyond the permissions that a word of an address says. */
export function beyondFromText(text: string): WhenNotPermitted {
  return text.split(',').some((word) => word.trim() === ASK) ? 'ask' : 'refuse'
}

/** Permissions as one word of an address: `write,shell,host:api.example.org`. */
export function permissionsToText(
  { write, shell, hosts, web, mcp }: Permissions,
  beyond: WhenNotPermitted = 'refuse',
): string {
  return [
    ...(beyond === 'ask' ? [ASK] : []),
    ...(write ? ['write'] : []),
    ...(shell ? ['shell'] : []),
    ...(web ? ['web'] : []),
    ...hosts.map((host) => `host:${host}`),
    ...mcp.map((server) => `mcp:${server}`),
  ].join(',')
}

/** The inverse of `permissionsToText`; words that say nothing are left out. */
export function permissionsFromText(text: string): Permissions {
  const words = text.split(',').map((word) => word.trim())
  const after = (prefix: string) =>
    words.flatMap((word) => (word.startsWith(prefix) ? [word.slice(prefix.length)] : []))
  return {
    ...noPermissions,
    write: words.includes('write'),
    shell: words.includes('shell'),
    web: words.includes('web'),
    hosts: after('host:'),
    mcp: after('mcp:'),
  }
}

function hostsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((host) => host !== ''))]
}
