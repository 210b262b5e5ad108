import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { Clock } from '@/lib/core/ports/clock'
import type { HiddenPath, SandboxBackend, SandboxEnd, SandboxProcess } from './backend'
import { placeFolders, refusedPath } from './bubblewrap/arguments'
import { type ShellLimits, usualLimits } from './limits/limits'
import { proxyEnvironment } from './network/forwarder'
import { type HostProxy, type HostProxyOptions, openHostProxy } from './network/proxy'
import { createMarkScanner } from './shell/end-mark'

/** What one program in a sandbox is made of; folders are absolute. */
export type ProcessOptions = {
  backend: SandboxBackend
  clock: Clock
  /** The folder in which sandboxes have their places; see sweep.ts. */
  places: string
  /** The program, looked for inside, and its arguments. */
  program: readonly [string, ...string[]]
  /** A folder that it reads, and cannot change, seen at the path it has. */
  folder: string
  /** What in that folder it does not see. */
  hidden?: readonly HiddenPath[]
  env?: Readonly<Record<string, string>>
  /** Names that may be reached, `*.example.com` for all below one. None: no network at all. */
  hosts?: readonly string[]
  /** How allowed hosts are looked up and reached; else as this machine does. */
  network?: Pick<HostProxyOptions, 'ports' | 'resolve' | 'open'>
  limits?: Partial<ShellLimits>
  /** Ends it. */
  signal: AbortSignal
}

/** A program at work in a sandbox of its own. */
export type StartedProcess = {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Resolves once all that ran inside has ended and is removed; 127 where there is no such program. Never rejects. */
  readonly ended: Promise<SandboxEnd>
  /** Ends all that runs inside. */
  kill(): Promise<void>
}

/** A start takes a twentieth of a second; one that takes this long hangs. */
const START_LIMIT_MS = 30_000

/**
 * Starts one program in a sandbox, with pipes to talk to it. Rejects with a sentence when the machine refuses,
 * the folder cannot be shown, or a variable cannot be one.
 */
export async function startProcess(options: ProcessOptions): Promise<StartedProcess> {
  const { backend, clock, folder, signal, hosts = [], env = {} } = options
  const refused = refusedPath(folder)
  if (refused !== null) throw new Error(refused)
  for (const [name, value] of Object.entries(env))
    if (!/^[A-Za-z_]\w*$/.test(name) || value.includes('\0'))
      throw new Error(`${name} cannot be a variable of a process.`)
  signal.throwIfAborted()
  const place = join(options.places, randomUUID().slice(0, 13))
  mkdirSync(place, { recursive: true, mode: 0o700 })
  let proxy: HostProxy | null = null
  const clear = async () => {
    await proxy?.close()
    await rm(place, { recursive: true, force: true })
  }
  try {
    proxy = hosts.length === 0 ? null : await openProxy(place, hosts, options.network)
    const readyMark = randomUUID().slice(0, 8)
    const sandbox = await backend.start({
      workFolder: folder,
      mountedAt: folder,
      isReadOnly: true,
      hidden: options.hidden ?? [],
      readOnlyFolders: [],
      copyOnWriteFolders: [],
      environment: { ...(proxy === null ? {} : proxyEnvironment()), ...env },
      limits: { ...usualLimits, ...options.limits },
      place,
      proxySocket: proxy?.socket ?? null,
      startFolder: folder,
      readyMark,
      program: options.program,
    })
    const kill = () => void sandbox.kill()
    signal.addEventListener('abort', kill, { once: true })
    const ended = sandbox.ended.then(async (end) => {
      signal.removeEventListener('abort', kill)
      await clear()
      return end
    })
    await begin(sandbox, readyMark, clock)
    const { stdin, stdout } = sandbox
    return {
      ...{ stdin, stdout, ended },
      async kill() {
        await sandbox.kill()
        await ended
      },
    }
  } catch (error) {
    await clear()
    throw error
  }
}

/** Waits for the driver, bounds what it becomes, and lets it become that. */
async function begin(sandbox: SandboxProcess, readyMark: string, clock: Clock): Promise<void> {
  const { stdin, stdout } = sandbox
  // A program that ends while it is written to is told of by `ended`.
  stdin.on('error', () => {})
  const offLimit = clock.awake.after(START_LIMIT_MS, () => void sandbox.kill())
  const scan = createMarkScanner(readyMark)
  let look: (piece: Buffer) => void = () => {}
  const ready = new Promise<null>((resolve) => {
    look = (piece) => {
      if (scan(piece).mark !== null) resolve(null)
    }
    stdout.on('data', look)
  })
  try {
    const end = await Promise.race([ready, sandbox.ended])
    if (end !== null)
      throw new Error(`The sandbox did not start${end.complaint === '' ? '.' : `: ${end.complaint}`}`)
    stdout.pause()
    stdout.off('data', look)
    await sandbox.confine()
    stdin.write('go\n')
  } catch (error) {
    await sandbox.kill()
    throw error
  } finally {
    offLimit()
  }
}

async function openProxy(
  place: string,
  hosts: readonly string[],
  network: ProcessOptions['network'],
): Promise<HostProxy> {
  const socket = join(place, placeFolders.network, 'proxy')
  mkdirSync(join(place, placeFolders.network), { recursive: true, mode: 0o700 })
  return openHostProxy({ ...network, hosts, socket })
}
