import type { Clock } from '@/lib/core/ports/clock'
import { signalGroup } from '@/lib/processes/child'
import type { Processes } from '@/lib/processes/processes'
import type { HiddenPath, SandboxBackend } from '@/lib/sandbox/backend'
import { startProcess } from '@/lib/sandbox/piped-program'
import type { Endpoint } from './connection'
import type { ServerAccess } from './server-access'
import type { Program } from './transport/line-transport'

/** What programs of servers are started with. */
export type Surroundings = {
  backend: SandboxBackend
  clock: Clock
  /** The folder in which sandboxes have their places. */
  places: string
  /** The workspace, and what in it is kept from programs. */
  root: string
  hidden(): Promise<readonly HiddenPath[]>
  /** Hosts that programs of the run may reach, beside those of the server itself. */
  hosts: readonly string[]
  /** What programs outside of a sandbox get of the environment: where programs are, and whose home. */
  systemEnvironment: Readonly<Record<string, string>>
}

/** Why programs of servers cannot be started here; null when they can, or need no sandbox. */
export async function refusedHere(access: ServerAccess, backend: SandboxBackend): Promise<string | null> {
  if (access.kind === 'http' || access.isTrusted) return null
  const found = await backend.find()
  return found.kind === 'none' ? `Programs run in a sandbox only, and there is none: ${found.reason}` : null
}

/** Starts the program of a server, or says where it is. Rejects with a sentence. */
export async function reachServer(
  access: ServerAccess,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Endpoint> {
  if (access.kind === 'http') {
    const { url, headers, mayBePrivate } = access
    return { kind: 'http', url, headers, mayBePrivate }
  }
  const refused = await refusedHere(access, around.backend)
  if (refused !== null) throw new Error(refused)
  const environment = { ...around.systemEnvironment, ...access.env }
  const program = access.isTrusted
    ? await startOutside(around.backend.processes, access.program, environment, around.root, signal)
    : await startInside(access, around, signal)
  return { kind: 'program', program }
}

async function startInside(
  { program, env, hosts }: Extract<ServerAccess, { kind: 'process' }>,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Program> {
  const { backend, clock, places, root } = around
  const started = await startProcess({
    ...{ backend, clock, places, program, env, signal },
    folder: root,
    hidden: await around.hidden(),
    hosts: [...new Set([...hosts, ...around.hosts])],
  })
  const ended = started.ended.then(({ exitCode }) => endOf(program[0], exitCode))
  return { stdin: started.stdin, stdout: started.stdout, ended, kill: started.kill }
}

/** Only what the operator marked as trusted; it is a group of its own, so that what it starts ends with it. */
async function startOutside(
  { start }: Processes,
  [name, ...args]: readonly [string, ...string[]],
  env: Record<string, string>,
  cwd: string,
  signal: AbortSignal,
): Promise<Program> {
  signal.throwIfAborted()
  const child = await start({ program: name, args, env, cwd, descriptors: ['in', 'out', 'ignore'] }).catch(
    (error: unknown) => {
      throw new Error(isMissing(error) ? endOf(name, 127) : `It cannot be started: ${String(error)}`)
    },
  )
  const ended = child.ended.then(({ code }) => endOf(name, code))
  const kill = async () => {
    signalGroup(child.pid, 'SIGKILL')
    await ended
  }
  const stop = () => void kill()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  void ended.then(() => {
    signal.removeEventListener('abort', stop)
    // What it started would go on without it.
    stop()
  })
  return { stdin: child.pipe(0), stdout: child.pipe(1), ended, kill }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'ENOENT'
}

function endOf(program: string, exitCode: number | null): string {
  if (exitCode === 127) return `There is no program ${JSON.stringify(program)} where it runs.`
  return exitCode === null ? 'It was killed.' : `It ended with exit code ${exitCode}.`
}
