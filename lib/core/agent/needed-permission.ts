import { isHostWithin, type Permissions } from '../spec/permissions'
import { isMcpTool, serverPrefix } from './mcp-tools'

/** A permission that a person can be asked for while a run goes on. */
export type Askable =
  | { kind: 'write' }
  | { kind: 'shell' }
  | { kind: 'web' }
  | { kind: 'server'; name: string }
  /** A host that a command wanted to reach. */
  | { kind: 'host'; name: string }

const writing: ReadonlySet<string> = new Set(['write_file', 'edit_file', 'move_file', 'delete_file'])

/** What a call of this tool needs; null where every run permits it. `servers` are the names of the run's servers. */
export function permissionNeeded(tool: string, servers: readonly string[]): Askable | null {
  if (writing.has(tool)) return { kind: 'write' }
  if (tool === 'run_command') return { kind: 'shell' }
  if (tool === 'fetch_page') return { kind: 'web' }
  if (!isMcpTool(tool)) return null
  const server = servers.find((name) => tool.startsWith(`${serverPrefix(name)}__`))
  return server === undefined ? null : { kind: 'server', name: server }
}

/** Whether a launch permits it. */
export function isPermittedAtLaunch(asked: Askable, { write, shell, hosts, web, mcp }: Permissions): boolean {
  switch (asked.kind) {
    case 'write':
      return write
    case 'shell':
      return shell
    case 'web':
      return web
    case 'host':
      return isHostWithin(asked.name, hosts)
    case 'server':
      return mcp.includes(asked.name)
  }
}

/** What it allows, as it follows "asks to". */
export function askableWords(asked: Askable): string {
  switch (asked.kind) {
    case 'write':
      return 'change files'
    case 'shell':
      return 'run commands'
    case 'web':
      return 'read pages of the web'
    case 'host':
      return `let commands reach ${asked.name}`
    case 'server':
      return `call the MCP server ${asked.name}`
  }
}

/** Names it among the questions of a run. */
export function askableName(asked: Askable): string {
  return 'name' in asked ? `${asked.kind}-${asked.name}` : asked.kind
}

/** The host that a name among the questions of a run is for; null where it is for something else. */
export function askedHost(name: string): string | null {
  return name.startsWith('host-') ? name.slice('host-'.length) : null
}
