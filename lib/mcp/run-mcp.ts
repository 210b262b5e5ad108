import { type FrozenTool, type RunServer, serverPrefix } from '@/lib/core/agent/mcp-tools'
import { isJsonObject, type Json } from '@/lib/core/base/json'
import type { Clock } from '@/lib/core/ports/clock'
import type { SchemaChecker, ToolDefinition, ToolResult } from '@/lib/core/ports/ports'
import { givenAnswer, wireSchema } from '@/lib/core/schema/answer-schema'
import type { McpTimes } from './connection'
import { reachServer, type Surroundings } from './reach'
import { openRunServer, type RunServerConnection } from './run-server-connection'
import type { McpServer } from './server-access'

/** A server that the run permits, or why there is none to be had by that name. */
export type PermittedServer = { server: McpServer } | { name: string; problem: string }

/** Keeps frozen tools by their digest, so that a run that goes on after a restart has the same. */
export type ToolKeeper = {
  keep(digest: string, tools: readonly FrozenTool[]): Promise<void>
  load(digest: string): Promise<FrozenTool[] | null>
}

export type RunMcpParts = {
  permitted: readonly PermittedServer[]
  /** What the run began with; empty when it begins now. */
  frozen: readonly RunServer[]
  keeper: ToolKeeper
  around: Surroundings
  schemas: SchemaChecker
  clock: Clock
  /** The run. */
  owner: string
  note(message: string): void
  /** Nothing is called: a run that is only tried must not act. */
  isDryRun: boolean
  times?: McpTimes
}

/** The tools of a run's servers. */
export type RunMcp = {
  definitions: readonly ToolDefinition[]
  /** All servers that the run permits, as it has them. */
  servers: readonly RunServer[]
  /** Never rejects but for the signal. */
  call(name: string, input: Json, signal: AbortSignal): Promise<ToolResult>
  close(): Promise<void>
}

type Offered = { tool: FrozenTool; definition: ToolDefinition; connection: RunServerConnection }

/**
 * Connects a run to its servers, all at once, and freezes their tools; a run that did so before gets the tools
 * it had, and connects when one of them is called. A server that cannot be used has a problem and no tools.
 */
export async function openRunMcp(parts: RunMcpParts): Promise<RunMcp> {
  const offered = new Map<string, Offered>()
  const connections: RunServerConnection[] = []
  const prefixes = new Set<string>()
  const opened = await Promise.all(
    parts.permitted.map(async (one): Promise<{ server: RunServer; offered: Offered[] }> => {
      const name = 'server' in one ? one.server.name : one.name
      const unusable = (problem: string) => ({
        server: { name, digest: null, tools: 0, problem },
        offered: [],
      })
      const before = parts.frozen.find((server) => server.name === name)
      if (before?.problem != null) return { server: before, offered: [] }
      if (!('server' in one)) return unusable(one.problem)
      const prefix = serverPrefix(name)
      if (prefixes.has(prefix))
        return unusable('Its name cannot be told from that of another server of this run.')
      prefixes.add(prefix)
      const connection = openRunServer(
        {
          ...parts,
          server: one.server,
          root: parts.around.root,
          reach: (signal) => reachServer(one.server.access, parts.around, signal),
        },
        before?.digest ?? null,
      )
      connections.push(connection)
      try {
        const tools = await toolsOf(parts, connection, name, before?.digest ?? null)
        const server = { name, digest: tools.digest, tools: tools.tools.length, problem: null }
        return { server, offered: tools.tools.map((tool) => offer(tool, name, connection)) }
      } catch (error) {
        return unusable(error instanceof Error ? error.message : 'It could not be used.')
      }
    }),
  )
  for (const one of opened.flatMap(({ offered: tools }) => tools)) offered.set(one.definition.name, one)
  return {
    definitions: [...offered.values()].map(({ definition }) => definition),
    servers: opened.map(({ server }) => server),
    async call(name, input, signal) {
      const found = offered.get(name)
      if (found === undefined) return { text: `There is no tool ${JSON.stringify(name)}.`, isError: true }
      const { tool, definition, connection } = found
      const { value } = givenAnswer(definition.inputSchema, tool.inputSchema, input)
      if (!isJsonObject(value)) return { text: 'Not called: the input is no object.', isError: true }
      if (parts.isDryRun)
        return { text: 'Not called: this is a dry run, which reaches no other service.', isError: true }
      return connection.call(tool, value, signal)
    },
    async close() {
      await Promise.all(connections.map((one) => one.close()))
    },
  }
}

async function toolsOf(
  { keeper, note }: RunMcpParts,
  connection: RunServerConnection,
  name: string,
  before: string | null,
): Promise<{ tools: readonly FrozenTool[]; digest: string }> {
  if (before !== null) {
    const kept = await keeper.load(before)
    if (kept !== null) return { tools: kept, digest: before }
  }
  const { tools, digest, notes } = await connection.freeze()
  await keeper.keep(digest, tools)
  for (const one of notes) note(`The MCP server ${JSON.stringify(name)}: ${one}`)
  return { tools, digest }
}

/** The definition that the model sees: whose it is stands in front, since a description may say anything. */
function offer(tool: FrozenTool, server: string, connection: RunServerConnection): Offered {
  const { name, description, inputSchema } = tool
  const definition: ToolDefinition = {
    name,
    description: `A tool of the MCP server ${JSON.stringify(server)}, which describes it so: ${description}`,
    inputSchema: wireSchema(inputSchema),
    acts: true,
    hasOwnQueue: true,
  }
  return { tool, definition, connection }
}
