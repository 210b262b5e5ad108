import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { onTestFinished } from 'vitest'
import type { FrozenTool } from '@/lib/core/agent/mcp-tools'
import type { Clock } from '@/lib/core/ports/clock'
import type { SchemaChecker } from '@/lib/core/ports/ports'
import { check, checkSchema } from '@/lib/json-schema/schema-check'
import { processesHere } from '@/lib/processes/here'
import { sandboxOfThisMachine } from '@/lib/sandbox/this-machine'
import { realClock } from '@/lib/server/testing/real-clock'
import { openRunMcp, type RunMcpParts } from '../run-mcp'
import type { McpServer, ServerAccess } from '../server-access'

/** Bundles the program of servers into one file, which runs where there are no packages. */
export async function bundleServerProgram(to: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'server-program.ts')],
    outfile: to,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
}

/** A folder that is gone when the test ends, with a bundled server in it. */
export async function serverFolder(): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'skein-mcp-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  mkdirSync(join(home, 'work'))
  await bundleServerProgram(join(home, 'work', 'server.mjs'))
  return home
}

/** Checks in this thread; that checks can be ended is shown elsewhere. */
export const plainSchemas: SchemaChecker = {
  checkSchema: async (schema) => checkSchema(schema),
  check: async (schema, value) => check(schema, value),
}

/** The program of a mode, as the access of a server. */
export function program(
  mode: string,
  more: Partial<Extract<ServerAccess, { kind: 'process' }>> = {},
): ServerAccess {
  return {
    kind: 'process',
    program: ['node', 'server.mjs', mode],
    env: {},
    hosts: [],
    isTrusted: false,
    ...more,
  }
}

/** A run's servers, in a folder of `serverFolder`, and what was noted of them. */
export async function openTestMcp(
  home: string,
  servers: readonly (Pick<McpServer, 'name' | 'access'> & { secrets?: readonly string[] })[],
  more: Partial<RunMcpParts> & { clock?: Clock } = {},
) {
  const notes: string[] = []
  const kept = new Map<string, readonly FrozenTool[]>()
  const mcp = await openRunMcp({
    permitted: servers.map((server) => ({ server: { secrets: [], ...server } })),
    frozen: [],
    keeper: {
      keep: async (digest, tools) => void kept.set(digest, tools),
      load: async (digest) => [...(kept.get(digest) ?? [])],
    },
    around: {
      backend: sandboxOfThisMachine(realClock, processesHere),
      clock: realClock,
      places: join(home, 'places'),
      root: join(home, 'work'),
      hidden: async () => [],
      hosts: [],
      systemEnvironment: {},
    },
    schemas: plainSchemas,
    clock: realClock,
    owner: 'run',
    note: (message) => notes.push(message),
    isDryRun: false,
    ...more,
  })
  onTestFinished(() => mcp.close())
  return { mcp, notes, kept }
}
