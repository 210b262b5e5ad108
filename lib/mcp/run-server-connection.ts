import type { FrozenTool } from '@/lib/core/agent/mcp-tools'
import type { JsonObject } from '@/lib/core/base/json'
import type { Clock } from '@/lib/core/ports/clock'
import type { SchemaChecker, ToolResult } from '@/lib/core/ports/ports'
import { createCommandQueue } from '@/lib/sandbox/queue/command-queue'
import { answerText } from './answer-text'
import { type Connection, connect, type Endpoint, type McpTimes, usualTimes } from './connection'
import { type Frozen, freezeTools } from './freeze-tools'
import { type McpServer, withoutSecrets } from './server-access'

/** Calls of one server at work at once: programs answer one after the other in any case. */
const MOST_CALLS = 16

/** A server that keeps dying is started no more: each start may act, and takes a while. */
const MOST_CONNECTIONS = 6

/** A server may say without end that its tools have changed; so often it is looked whether that is so. */
const MOST_LOOKS = 5

export type RunServerParts = {
  server: McpServer
  /** Starts its program, or says where it is. Rejects with a sentence. */
  reach(signal: AbortSignal): Promise<Endpoint>
  schemas: SchemaChecker
  clock: Clock
  owner: string
  /** The workspace as a program sees it. */
  root: string
  /** A sentence for the log of the run. */
  note(message: string): void
  times?: McpTimes
}

/** One server of one run: connected once, and again after it died. */
export type RunServerConnection = {
  /** Connects and freezes its tools. Rejects with a sentence. */
  freeze(): Promise<Frozen>
  /** Calls a tool that was frozen. Never rejects but for the signal. */
  call(tool: FrozenTool, input: JsonObject, signal: AbortSignal): Promise<ToolResult>
  close(): Promise<void>
}

/**
 * A server as a run has it. `frozen` is the digest of the tools that the run began with, if it did before: a
 * server whose tools are others by now is told of, and the frozen ones stay.
 */
export function openRunServer(parts: RunServerParts, frozen: string | null): RunServerConnection {
  const { server, schemas, clock, owner, note, times = usualTimes } = parts
  const { name, secrets } = server
  const closing = new AbortController()
  const queue = createCommandQueue(MOST_CALLS)
  let digest = frozen
  let current: Promise<Connection> | null = null
  let connections = 0
  let looks = 0
  let hasChanged = false

  function connection(): Promise<Connection> {
    const known = current
    const next = known === null ? begin() : known.then((one) => (one.isOpen ? one : begin()))
    current = next
    next.catch(() => {
      if (current === next) current = null
    })
    return next
  }

  async function begin(): Promise<Connection> {
    if (connections >= MOST_CONNECTIONS)
      throw new Error(`It was begun ${MOST_CONNECTIONS} times in this run, and is not begun again.`)
    connections += 1
    const endpoint = await parts.reach(closing.signal)
    const opened = await connect({
      endpoint,
      clock,
      times,
      root: endpoint.kind === 'program' ? parts.root : null,
      onToolsChanged: () => void noteChangedTools(opened),
      signal: closing.signal,
    })
    // The first one of a run that goes on, and each after a death, may be another program by now.
    if (digest !== null) await noteChangedTools(opened)
    return opened
  }

  /** Compares the tools of the server with the frozen ones, and notes once that they differ. */
  async function noteChangedTools(opened: Connection): Promise<void> {
    if (hasChanged || digest === null || looks >= MOST_LOOKS) return
    looks += 1
    const now = await opened
      .listTools()
      .then((tools) => freezeTools(server, tools, schemas, owner))
      .catch(() => null)
    if (now === null || now.digest === digest || hasChanged) return
    hasChanged = true
    note(
      `The MCP server ${JSON.stringify(name)} has other tools than when this run began. The run goes on with those it began with.`,
    )
  }

  const shown = (text: string) => withoutSecrets(text, secrets)
  const failed = (text: string): ToolResult => ({ text: shown(text), isError: true })
  const action = (tool: FrozenTool) => ({
    actions: [{ kind: 'mcp' as const, server: name, tool: tool.calledAs }],
  })

  return {
    async freeze() {
      try {
        const opened = await connection()
        const result = await freezeTools(server, await opened.listTools(), schemas, owner)
        digest = result.digest
        return result
      } catch (error) {
        throw new Error(shown(sentenceOf(error)))
      }
    },
    async call(tool, input, signal) {
      const complaints = await schemas.check(tool.inputSchema, input, owner)
      if (complaints.length > 0) {
        const lines = complaints
          .slice(0, 10)
          .map(({ path, message }) => `- ${path === '' ? 'the input' : path} ${message}`)
        return failed(`Not called: the input does not fit the schema of the tool.\n${lines.join('\n')}`)
      }
      let leave = () => {}
      let isSent = false
      try {
        leave = await queue.enter({ owner, signal })
        const opened = await connection()
        signal.throwIfAborted()
        isSent = true
        const answered = await opened.call(tool.calledAs, input, tool.inputSchema, signal)
        return { text: answerText(answered, secrets), isError: answered.isError, ...action(tool) }
      } catch (error) {
        signal.throwIfAborted()
        const why = sentenceOf(error)
        // Whether it was done before the answer was lost, nobody here can know.
        const caution = isSent ? ' It may have done what was asked: look before you ask again.' : ''
        const result = failed(`${why}${caution}`)
        return isSent ? { ...result, ...action(tool) } : result
      } finally {
        leave()
      }
    },
    async close() {
      closing.abort(new Error('The run has ended.'))
      await current?.then(
        (opened) => opened.close(),
        () => {},
      )
    },
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : 'No reason was given.'
}
