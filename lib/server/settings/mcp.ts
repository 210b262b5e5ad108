import type { McpApprove, McpServerEdit, McpServers, McpTested } from '@/lib/api/mcp'
import type { Actor } from '@/lib/core/base/actor'
import { addressProblem } from '@/lib/mcp/workspace-servers'
import type { App } from '@/lib/server/app/app'
import type { StoredServer, StoredValue } from '@/lib/server/app/mcp-store'
import { Refusal } from '@/lib/server/services/problem'

/** Most servers of the settings. */
const MOST_SERVERS = 50

/** The servers of the settings, and those that a workspace brings; never a value of theirs that is secret. */
export async function listServers(app: App, workspace: string | undefined): Promise<McpServers> {
  const { servers, problems } = await app.mcp.known(await workspaceOf(app, workspace))
  return { servers: servers.map(({ shown }) => shown), problems }
}

/** Configures a server. Throws where there is one of that name, or what it is made of cannot be. */
export async function addServer(app: App, edit: McpServerEdit): Promise<McpServers> {
  await app.mcp.store.changeServers((servers) => {
    refuseTaken(servers, edit.name)
    if (servers.length >= MOST_SERVERS)
      throw new Refusal('conflict', `There are ${MOST_SERVERS} MCP servers; delete one first.`)
    return [...servers, storedOf(app, edit, null)]
  })
  return listServers(app, undefined)
}

/** Changes a server; a secret that is left out stays as it is, as long as it goes to the same place. */
export async function changeServer(app: App, name: string, edit: McpServerEdit): Promise<McpServers> {
  await app.mcp.store.changeServers((servers) => {
    const before = servers.find((one) => one.name === name)
    if (before === undefined) throw unknown(name)
    if (edit.name !== name) refuseTaken(servers, edit.name)
    const after = storedOf(app, edit, before)
    return servers.map((one) => (one === before ? after : one))
  })
  return listServers(app, undefined)
}

/** Forgets a server, with what was sealed for it. */
export async function deleteServer(app: App, name: string): Promise<void> {
  await app.mcp.store.changeServers((servers) => {
    if (!servers.some((one) => one.name === name)) throw unknown(name)
    return servers.filter((one) => one.name !== name)
  })
}

function refuseTaken(servers: readonly StoredServer[], name: string): void {
  if (servers.some((one) => one.name === name))
    throw new Refusal('conflict', `There is an MCP server ${JSON.stringify(name)} already.`)
}

/** A person lets runs on a workspace call its server, as it is defined now. Throws when it is another by now. */
export async function approveServer(
  app: App,
  name: string,
  { workspace, digest, values }: McpApprove,
  actor: Actor,
): Promise<McpServers> {
  const opened = await app.openFolder(workspace)
  const { servers } = await app.mcp.known(opened)
  const found = servers.find(({ shown }) => shown.name === name && shown.from === 'workspace')?.shown
  if (found === undefined) throw unknown(name)
  if (found.digest !== digest)
    throw new Refusal(
      'conflict',
      'The definition of this server has changed since it was shown. Look at it again.',
    )
  const missing = found.wants.filter((one) => !Object.hasOwn(values, one))
  if (missing.length > 0)
    throw new Refusal('bad-request', `It wants values for ${missing.join(', ')}.`, [
      { path: 'values', message: `needs ${missing.join(', ')}` },
    ])
  const sealed = Object.fromEntries(
    found.wants.map((one) => [one, app.seal.seal(values[one] ?? '')] as const),
  )
  const at = new Date(app.now()).toISOString()
  await app.mcp.store.addApproval({
    project: app.project,
    root: opened.root,
    name,
    digest,
    by: actor.name,
    at,
    values: sealed,
  })
  return listServers(app, workspace)
}

/** Connects to a server and says what it offers. */
export async function testServer(app: App, name: string, workspace: string | undefined): Promise<McpTested> {
  const opened = await workspaceOf(app, workspace)
  const { servers } = await app.mcp.known(opened)
  const found = servers.find(({ shown }) => shown.name === name)?.shown
  if (found === undefined) throw unknown(name)
  if (found.status === 'needs-approval')
    throw new Refusal('conflict', 'Approve this server first: until then nothing of it is run.')
  return app.mcp.test(name, opened)
}

async function workspaceOf(app: App, path: string | undefined) {
  return path === undefined ? null : app.openFolder(path)
}

function unknown(name: string): Refusal {
  return new Refusal('not-found', `There is no MCP server ${JSON.stringify(name)}.`)
}

function storedOf(app: App, edit: McpServerEdit, before: StoredServer | null): StoredServer {
  if (edit.kind === 'stdio') {
    const { kind, name, command, args, hosts, trusted } = edit
    // What is sealed for one program is not handed to another one.
    const isSame =
      before?.kind === 'stdio' && before.command === command && before.args.join('\0') === args.join('\0')
    const env = edit.env.map((one) => storedValue(app, one, isSame ? before.env : []))
    const odd = edit.env.find((one) => !/^[A-Za-z_]\w*$/.test(one.name))
    if (odd !== undefined) throw refused('env', `${odd.name} cannot be the name of a variable`)
    return { kind, project: app.project, name, command, args, env, hosts, trusted }
  }
  const problem = addressProblem(edit.url)
  if (problem !== null) throw refused('url', problem)
  const isSame = before?.kind === 'http' && new URL(before.url).origin === new URL(edit.url).origin
  const headers = edit.headers.map((one) => storedValue(app, one, isSame ? before.headers : []))
  return { kind: 'http', project: app.project, name: edit.name, url: edit.url, headers }
}

type ValueEdit = Extract<McpServerEdit, { kind: 'stdio' }>['env'][number]

function storedValue(app: App, edit: ValueEdit, before: readonly StoredValue[]): StoredValue {
  const { name } = edit
  if ('variable' in edit) return { from: 'environment', name, variable: edit.variable }
  if ('value' in edit) return { from: 'plain', name, value: edit.value }
  if (edit.secret !== undefined) return { from: 'sealed', name, sealed: app.seal.seal(edit.secret) }
  const kept = before.find((one) => one.name === name && one.from === 'sealed')
  if (kept === undefined) throw refused(name, 'needs its secret: none is kept for it here')
  return kept
}

function refused(path: string, message: string): Refusal {
  return new Refusal('bad-request', `\`${path}\`: ${message}.`, [{ path, message }])
}
