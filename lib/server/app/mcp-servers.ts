import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { McpServerShown, McpTested } from '@/lib/api/mcp'
import { cutText } from '@/lib/core/base/cut-text'
import type { Clock } from '@/lib/core/ports/clock'
import type { SchemaChecker, ToolsOwner } from '@/lib/core/ports/ports'
import type { SettingStore } from '@/lib/core/ports/setting-store'
import { noPermissions, type Permissions } from '@/lib/core/spec/permissions'
import { refusedHere } from '@/lib/mcp/reach'
import { openRunMcp, type PermittedServer, type RunMcp } from '@/lib/mcp/run-mcp'
import type { McpServer } from '@/lib/mcp/server-access'
import {
  definitionWords,
  readWorkspaceServers,
  type WorkspaceServer,
  workspaceServer,
} from '@/lib/mcp/workspace-servers'
import type { Processes } from '@/lib/processes/processes'
import type { SandboxBackend } from '@/lib/sandbox/backend'
import { sweepPlaces } from '@/lib/sandbox/sweep'
import { choiceOf, sandboxOfThisMachine } from '@/lib/sandbox/this-machine'
import { keptPlaces } from '@/lib/workspace/hidden-paths'
import { readSmallFile } from '@/lib/workspace/small-file'
import type { Workspace } from '@/lib/workspace/workspace'
import type { Environment } from '../services/env'
import type { Seal } from '../services/seal'
import { createMcpStore, type McpApproval, type StoredServer, type StoredValue } from './mcp-store'

/** A workspace as far as servers need it. */
export type McpWorkspace = Pick<Workspace, 'root' | 'keptBack'>

/** A server that is known, as it is shown, and how it is reached; a problem where it cannot be. */
export type KnownServer = { shown: McpServerShown; server: McpServer | null }

const FILE = '.mcp.json'
const LONGEST_FILE_BYTES = 200_000

type McpParts = {
  env: Environment
  store: SettingStore
  seal: Seal
  schemas: SchemaChecker
  clock: Clock
  processes: Processes
  digest(text: string): string
}

/**
 * The MCP servers that runs of a project may call: those of its settings, and those of a workspace that were approved
 * in it.
 */
export function createMcpServers(parts: McpParts): (project: string) => McpServersOfApp {
  const { env, clock } = parts
  const backend = sandboxOfThisMachine(clock, parts.processes, choiceOf(env))
  const places = join(env.dataDir, 'mcp', 'places')
  /** How many tools a server had when it was last asked, by its definition. */
  const counted = new Map<string, number>()
  let swept: Promise<unknown> | null = null
  const shared: Shared = {
    ...{ counted, backend, places },
    sweep: () => {
      swept ??= sweepPlaces(places, clock.awake)
      return swept
    },
  }
  const known = new Map<string, McpServersOfApp>()
  return (project) => {
    const made = known.get(project) ?? serversOfProject(parts, shared, project)
    known.set(project, made)
    return made
  }
}

/** What servers of all projects have in common. */
type Shared = {
  counted: Map<string, number>
  backend: SandboxBackend
  places: string
  /** Removes, once, what servers of a killed process left. */
  sweep(): Promise<unknown>
}

function serversOfProject(parts: McpParts, { counted, backend, places, sweep }: Shared, project: string) {
  const { env, seal, schemas, clock, digest } = parts
  const store = createMcpStore(parts.store, project)

  async function known(
    workspace: McpWorkspace | null,
  ): Promise<{ servers: KnownServer[]; problems: string[] }> {
    const ofSettings = await Promise.all((await store.servers()).map(ofOperator))
    if (workspace === null) return { servers: ofSettings, problems: [] }
    const text = await readSmallFile(join(workspace.root, FILE), LONGEST_FILE_BYTES)
    if (text === null) return { servers: ofSettings, problems: [] }
    const { servers, problems } = readWorkspaceServers(text)
    const approvals = await store.approvals()
    const taken = new Set(ofSettings.map(({ shown }) => shown.name))
    const hidden = servers.filter(({ name }) => taken.has(name))
    const own = servers.filter(({ name }) => !taken.has(name))
    return {
      servers: [
        ...ofSettings,
        ...(await Promise.all(own.map((one) => ofWorkspace(one, workspace, approvals)))),
      ],
      problems: [
        ...problems,
        ...hidden.map(
          ({ name }) =>
            `${JSON.stringify(name)} of ${FILE} has the name of a server of the settings, which is used.`,
        ),
      ],
    }
  }

  async function ofOperator(stored: StoredServer): Promise<KnownServer> {
    const id = digest(JSON.stringify(stored))
    const base = {
      ...{ name: stored.name, from: 'settings' as const, kind: stored.kind, digest: id },
      ...{ isApproved: true, wants: [], tools: counted.get(id) ?? null },
    }
    const values = stored.kind === 'stdio' ? stored.env : stored.headers
    const opened = openValues(values)
    const access: McpServer['access'] =
      stored.kind === 'stdio'
        ? {
            kind: 'process',
            program: [stored.command, ...stored.args],
            env: opened.values,
            hosts: stored.hosts,
            isTrusted: stored.trusted,
          }
        : { kind: 'http', url: stored.url, headers: opened.values, mayBePrivate: true }
    const problem = opened.problem ?? (await refusedHere(access, backend))
    return {
      shown: {
        ...base,
        what: stored.kind === 'stdio' ? [stored.command, ...stored.args].join(' ') : shownAddress(stored.url),
        values: values.map(shownValue),
        hosts: stored.kind === 'stdio' ? stored.hosts : [],
        isTrusted: stored.kind === 'stdio' && stored.trusted,
        status: problem === null ? 'ready' : 'unusable',
        problem,
      },
      server: problem === null ? { name: stored.name, access, secrets: opened.secrets } : null,
    }
  }

  function openValues(values: readonly StoredValue[]): {
    values: Record<string, string>
    secrets: string[]
    problem: string | null
  } {
    const opened: Record<string, string> = {}
    const secrets: string[] = []
    for (const one of values) {
      const value = openedValue(one)
      if (value === null)
        return {
          values: {},
          secrets: [],
          problem:
            one.from === 'environment'
              ? `${one.variable} is not set in the environment of the server.`
              : `The value of ${one.name} was sealed with another skein.key: give it again.`,
        }
      opened[one.name] = value
      if (one.from !== 'plain') secrets.push(value)
    }
    return { values: opened, secrets, problem: null }
  }

  function openedValue(value: StoredValue): string | null {
    switch (value.from) {
      case 'plain':
        return value.value
      case 'environment':
        return env.mcpValues[value.variable] ?? null
      case 'sealed':
        return seal.open(value.sealed)
    }
  }

  async function ofWorkspace(
    found: WorkspaceServer,
    { root }: McpWorkspace,
    approvals: readonly McpApproval[],
  ): Promise<KnownServer> {
    const { name, definition, wants } = found
    const isProcess = 'command' in definition
    const approval = approvals.find(
      (one) => one.root === root && one.name === name && one.digest === found.digest,
    )
    const resolved = approval === undefined ? null : resolve(found, approval)
    const refused = resolved?.server == null ? null : await refusedHere(resolved.server.access, backend)
    const problem = refused ?? resolved?.problem ?? null
    const names = Object.entries(isProcess ? definition.env : definition.headers)
    return {
      shown: {
        ...{ name, from: 'workspace', kind: isProcess ? 'stdio' : 'http', what: definitionWords(definition) },
        values: names.map(([one, value]) => ({ name: one, from: 'plain', shown: cutText(value, 200) })),
        ...{ hosts: [], isTrusted: false, isApproved: approval !== undefined, digest: found.digest, wants },
        status: statusOf(approval !== undefined, problem),
        problem,
        tools: counted.get(found.digest) ?? null,
      },
      server: problem === null ? (resolved?.server ?? null) : null,
    }
  }

  function resolve(
    found: WorkspaceServer,
    { values }: McpApproval,
  ): { server: McpServer | null; problem: string | null } {
    const opened: Record<string, string> = {}
    for (const [name, sealed] of Object.entries(values)) {
      const value = seal.open(sealed)
      if (value !== null) opened[name] = value
    }
    try {
      return { server: workspaceServer(found, opened), problem: null }
    } catch (error) {
      return { server: null, problem: error instanceof Error ? error.message : 'It cannot be used.' }
    }
  }

  /** Servers that could be permitted to a run on this workspace. */
  async function usable(workspace: McpWorkspace): Promise<string[]> {
    const { servers } = await known(workspace)
    return servers.flatMap(({ shown }) => (shown.status === 'ready' ? [shown.name] : []))
  }

  async function permitted(
    names: readonly string[],
    workspace: McpWorkspace,
  ): Promise<{ permitted: PermittedServer; digest: string | null }[]> {
    const { servers } = await known(workspace)
    return [...new Set(names)].map((name) => {
      const found = servers.find(({ shown }) => shown.name === name)
      if (found?.server != null) return { permitted: { server: found.server }, digest: found.shown.digest }
      return { permitted: { name, problem: refusalOf(found?.shown) }, digest: null }
    })
  }

  async function openOn(
    workspace: McpWorkspace,
    wanted: Awaited<ReturnType<typeof permitted>>,
    owner: string,
    hosts: readonly string[],
    run: ToolsOwner,
  ): Promise<RunMcp> {
    await sweep()
    mkdirSync(places, { recursive: true, mode: 0o700 })
    const { root, keptBack } = workspace
    const opened = await openRunMcp({
      permitted: wanted.map((one) => one.permitted),
      frozen: run.servers,
      keeper: store.keeper,
      around: {
        ...{ backend, clock, places, root, hosts },
        hidden: async () =>
          (await keptPlaces(root, keptBack)).map(({ path, kind }) => ({ path: join(root, path), kind })),
        systemEnvironment: systemEnvironmentOf(env),
      },
      ...{ schemas, clock, owner },
      note: run.note,
      isDryRun: run.isDryRun,
    })
    opened.servers.forEach(({ problem, tools }, at) => {
      const id = wanted[at]?.digest
      if (problem === null && id != null) counted.set(id, tools)
    })
    return opened
  }

  return {
    store,
    known,
    /** The tools of a run's servers; null where it permits none. */
    async open(
      workspace: McpWorkspace,
      owner: string,
      { mcp, hosts }: Permissions,
      run: ToolsOwner,
    ): Promise<RunMcp | null> {
      const names = run.asksBeyond ? [...mcp, ...(await usable(workspace))] : mcp
      if (names.length === 0) return null
      return openOn(workspace, await permitted(names, workspace), owner, hosts, run)
    },
    /** Why a run cannot be permitted these servers, one sentence a server; empty where it can. */
    async refusals(names: readonly string[], workspace: McpWorkspace): Promise<string[]> {
      const all = await permitted(names, workspace)
      return all.flatMap(({ permitted: one }) =>
        'problem' in one ? [`The MCP server ${JSON.stringify(one.name)}: ${one.problem}`] : [],
      )
    },
    /** Connects to one server, lists its tools, and lets it go again. */
    async test(name: string, workspace: McpWorkspace | null): Promise<McpTested> {
      const notes: string[] = []
      const at = workspace ?? { root: emptyFolder(env.dataDir), keptBack: () => null }
      const run: ToolsOwner = {
        project,
        servers: [],
        asksBeyond: false,
        permitted: noPermissions,
        allowedHosts: () => [],
        isDryRun: true,
        note: (message) => notes.push(message),
      }
      const opened = await openOn(
        at,
        await permitted([name], at),
        'a test of a server',
        noPermissions.hosts,
        run,
      )
      try {
        return {
          tools: opened.definitions.map((one) => ({
            name: one.name,
            description: cutText(one.description, 300),
          })),
          notes,
          problem: opened.servers[0]?.problem ?? null,
        }
      } finally {
        await opened.close()
      }
    },
  }
}
export type McpServersOfApp = ReturnType<typeof serversOfProject>

/** What a program of the operator's gets of the environment, so that it finds other programs and its home. */
function systemEnvironmentOf({ gitEnvironment }: Environment): Record<string, string> {
  const { PATH, HOME } = gitEnvironment
  return { ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }) }
}

/** What programs see that are tried without a workspace. */
function emptyFolder(dataDir: string): string {
  const folder = join(dataDir, 'mcp', 'empty')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

function statusOf(isApproved: boolean, problem: string | null): McpServerShown['status'] {
  if (!isApproved) return 'needs-approval'
  return problem === null ? 'ready' : 'unusable'
}

function refusalOf(shown: McpServerShown | undefined): string {
  if (shown === undefined) return 'There is none of that name.'
  if (shown.status === 'needs-approval')
    return 'It comes with the workspace, and nobody has approved it as it is now.'
  return shown.problem ?? 'It cannot be used.'
}

/** An address without what may be a secret in it. */
function shownAddress(url: string): string {
  const { origin, pathname, search } = new URL(url)
  return `${origin}${pathname}${search === '' ? '' : '?…'}`
}

function shownValue(value: StoredValue): McpServerShown['values'][number] {
  const { name, from } = value
  switch (value.from) {
    case 'plain':
      return { name, from, shown: value.value }
    case 'environment':
      return { name, from, shown: value.variable }
    case 'sealed':
      return { name, from, shown: null }
  }
}
