import type { Permissions } from '@/lib/core/spec/permissions'

/** A thing that agents may do, by its kind and in words. */
export type PermissionWords = { kind: 'read' | 'write' | 'shell' | 'hosts' | 'web' | 'mcp'; words: string }

/** What agents may do, the least first: `read`, `write files`, `run commands`, `reach api.example.org`. */
export function permissionWords(permissions: Permissions, hasWorkspace: boolean): PermissionWords[] {
  const { write, shell, hosts, web, mcp } = permissions
  return [
    ...(hasWorkspace ? [{ kind: 'read' as const, words: 'read files' }] : []),
    ...(write ? [{ kind: 'write' as const, words: 'write files' }] : []),
    ...(shell ? [{ kind: 'shell' as const, words: 'run commands' }] : []),
    ...(hosts.length > 0 ? [{ kind: 'hosts' as const, words: `reach ${listed(hosts)}` }] : []),
    ...(web ? [{ kind: 'web' as const, words: 'search the web' }] : []),
    ...(mcp.length > 0 ? [{ kind: 'mcp' as const, words: `call ${listed(mcp)}` }] : []),
  ]
}

/** How many of a list are named; the others are counted. */
const MOST_NAMED = 3

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
