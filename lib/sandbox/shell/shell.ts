import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, every } from '@/lib/core/ports/clock'
import type { FolderView, SandboxBackend, SandboxProcess } from '../backend'
import { placeFolders, refusedPath } from '../bubblewrap/arguments'
import { type DiskWatch, watchDisk } from '../limits/disk-watch'
import { type ReachedLimit, type ShellLimits, usualLimits } from '../limits/limits'
import { proxyEnvironment } from '../network/forwarder'
import { type HostProxy, type HostProxyOptions, openHostProxy } from '../network/proxy'
import type { CommandQueue } from '../queue/command-queue'
import type { CommandEnd, CommandResult } from './command-result'
import { commandText } from './driver'
import { keepOutputs } from './kept-outputs'
import { createOutput, type Output, type Printed } from './output'
import { type Executed, openWarmBash, type WarmBash } from './warm-bash'

/** What a shell is made of; folders are absolute. */
export type ShellOptions = {
  backend: SandboxBackend
  queue: CommandQueue
  clock: Clock
  /** The folder in which shells have their places; see sweep.ts. */
  places: string
  /** The run, by which commands take turns. */
  owner: string
  workFolder: string
  /** Where the agent sees its work folder: the path of the workspace, so that absolute paths work. */
  mountedAt: string
  readOnlyFolders?: readonly FolderView[]
  /** Writable, with what is written kept from the folder itself; read-only where there are no overlays. */
  copyOnWriteFolders?: readonly FolderView[]
  env?: Readonly<Record<string, string>>
  /** Names that may be reached, `*.example.com` for all below one. None: no network at all. */
  hosts?: readonly string[]
  /** Names that were allowed since; with it there is a network, at first to no host. */
  moreHosts?: () => readonly string[]
  /** How allowed hosts are looked up and reached; else as this machine does. */
  network?: Pick<HostProxyOptions, 'ports' | 'resolve' | 'open'>
  limits?: Partial<ShellLimits>
  /** Closes the shell. */
  signal: AbortSignal
}

export type RunOptions = {
  /** Awake time from its begin. */
  timeoutMs: number
  signal: AbortSignal
  /** Where it begins; else where the last one ended. */
  cwd?: string
  /** Told how many commands of others go before it, while it waits. */
  onWait?: (ahead: number) => void
}

/** A shell of one agent. Commands run one after another; folder and variables last from one to the next. */
export type Shell = {
  /** Never rejects: what goes wrong is how the command ended. */
  run(command: string, options: RunOptions): Promise<CommandResult>
  /** Ends all that runs inside and removes what the shell kept. */
  close(): Promise<void>
}

/** How often limits are looked at while a command runs. */
const WATCH_MS = 500

/** Refused hosts of one command that are named: one that tries names for ever is not remembered for ever. */
const MOST_REFUSED_HOSTS = 20

/** A start takes a twentieth of a second; one that takes this long hangs. */
const START_LIMIT_MS = 30_000

/** Why a running command is ended from outside. */
type Stop = Extract<CommandEnd, { kind: 'timeout' | 'cancelled' | 'limit' }>

/**
 * Opens a shell. Its sandbox starts with the first command, is kept warm, and is made anew after a command that
 * ended it. Throws a sentence when a folder cannot be seen where it should be, or a
 * variable cannot be one.
 */
export function openShell(options: ShellOptions): Shell {
  const { backend, queue, clock, owner, mountedAt, hosts = [], moreHosts } = options
  const limits = { ...usualLimits, ...options.limits }
  checkOptions(options)
  const place = join(options.places, randomUUID().slice(0, 13))
  const control = join(place, placeFolders.control)
  const outputs = keepOutputs(join(place, placeFolders.output))
  const disk = watchDisk([options.workFolder, place], limits.diskBytes, backend.processes.run)
  const closing = new AbortController()
  const closed = AbortSignal.any([closing.signal, options.signal])
  let bash: WarmBash | null = null
  let proxy: Promise<HostProxy> | null = null
  /** Hosts that were refused since the last command began. */
  const refusedHosts = new Set<string>()
  let folder = mountedAt
  let last: Promise<unknown> = Promise.resolve()
  let closedAt: Promise<void> | null = null

  async function run(command: string, asked: RunOptions): Promise<CommandResult> {
    const before = last
    let pass = () => {}
    last = new Promise<void>((resolve) => {
      pass = resolve
    })
    const signal = AbortSignal.any([asked.signal, closed])
    let leave = () => {}
    try {
      await settledOrAborted(before, signal)
      const { onWait } = asked
      leave = await queue.enter({ owner, signal, ...(onWait === undefined ? {} : { onWait }) })
      return await runNow(command, asked, signal)
    } catch (error) {
      return notRun(signal.aborted ? { kind: 'cancelled' } : notStarted(error))
    } finally {
      leave()
      // A command that gave up waiting lets nobody pass the one it waited for.
      void before.then(pass)
    }
  }

  async function runNow(command: string, asked: RunOptions, signal: AbortSignal): Promise<CommandResult> {
    if (command.includes('\0')) throw new Error('The command holds a NUL character, which no shell can take.')
    const warm = await warmBash(signal)
    const kept = outputs.next()
    const output = createOutput(kept.file, limits.keptOutputBytes)
    const begunMs = clock.awake.now()
    refusedHosts.clear()
    await disk.begin()
    const told = await watched(warm, commandText(command, asked.cwd), output, asked, signal)
    const seenAt = `${warm.outputFolder}/${kept.name}`
    const printed = output.finish(seenAt)
    outputs.made(kept.name, printed)
    return resultOf(told, printed, seenAt, clock.awake.now() - begunMs)
  }

  /** Runs a command until it ends or has to be ended. */
  async function watched(
    warm: WarmBash,
    text: string,
    output: Output,
    asked: RunOptions,
    signal: AbortSignal,
  ): Promise<{ executed: Executed; stop: Stop | null; met: ReachedLimit | null }> {
    let stop: Stop | null = null
    const end = (why: Stop) => {
      stop ??= why
      void warm.kill()
    }
    const cancel = () => end({ kind: 'cancelled' })
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
    const offTimeout = clock.awake.after(asked.timeoutMs, () => end({ kind: 'timeout' }))
    let met: ReachedLimit | null = null
    const look = () => {
      met = warm.reachedLimit() ?? met
      return met
    }
    const offWatch = watchWhile(clock, disk, look, (limit) => end({ kind: 'limit', limit }))
    try {
      const executed = await warm.execute(text, output)
      look()
      // What goes on forking in the background would leave no room for the next command.
      if (met === 'processes') await warm.kill()
      return { executed, stop, met }
    } finally {
      signal.removeEventListener('abort', cancel)
      offTimeout()
      offWatch()
    }
  }

  async function warmBash(signal: AbortSignal): Promise<WarmBash> {
    if (bash !== null && !bash.isGone) return bash
    mkdirSync(place, { recursive: true, mode: 0o700 })
    const network = hosts.length === 0 && moreHosts === undefined ? null : await openProxy()
    const readyMark = randomUUID().slice(0, 8)
    const starting = backend.start({
      workFolder: options.workFolder,
      mountedAt,
      readOnlyFolders: options.readOnlyFolders ?? [],
      copyOnWriteFolders: options.copyOnWriteFolders ?? [],
      environment: { ...(network === null ? {} : proxyEnvironment()), ...options.env },
      limits,
      place,
      proxySocket: network?.socket ?? null,
      startFolder: folder,
      readyMark,
    })
    const sandbox = await startedOrAborted(starting, signal)
    const kill = () => void sandbox.kill()
    signal.addEventListener('abort', kill, { once: true })
    const offLimit = clock.awake.after(START_LIMIT_MS, kill)
    try {
      const newMark = () => randomUUID().slice(0, 8)
      bash = await openWarmBash({ sandbox, readyMark, control, awake: clock.awake, newMark })
      return bash
    } catch (error) {
      await sandbox.kill()
      throw error
    } finally {
      signal.removeEventListener('abort', kill)
      offLimit()
    }
  }

  /** Opened by those who are allowed a host, and by nobody else. */
  function openProxy(): Promise<HostProxy> {
    const socket = join(place, placeFolders.network, 'proxy')
    mkdirSync(join(place, placeFolders.network), { recursive: true, mode: 0o700 })
    proxy ??= openHostProxy({
      ...options.network,
      hosts,
      ...(moreHosts === undefined ? {} : { moreHosts }),
      onRefused: (host) => void (refusedHosts.size < MOST_REFUSED_HOSTS && refusedHosts.add(host)),
      socket,
    })
    return proxy
  }

  function resultOf(
    told: { executed: Executed; stop: Stop | null; met: ReachedLimit | null },
    printed: Printed,
    seenAt: string,
    durationMs: number,
  ): CommandResult {
    const { executed, stop, met } = told
    if (executed.kind === 'done') folder = executed.mark.folder
    return {
      end: stop ?? { kind: 'exited', exitCode: exitCodeOf(executed) },
      output: printed.text,
      outputBytes: printed.bytes,
      isCut: printed.isCut,
      outputFile: printed.hasFile ? seenAt : null,
      durationMs,
      folder,
      isShellNew: executed.kind === 'gone' || met === 'processes',
      metLimit: stop?.kind === 'limit' ? stop.limit : met,
      refusedHosts: [...refusedHosts],
    }
  }

  function notRun(end: CommandEnd): CommandResult {
    const nothing = { output: '', outputBytes: 0, isCut: false, outputFile: null, durationMs: 0 }
    return { ...nothing, end, folder, isShellNew: false, metLimit: null, refusedHosts: [] }
  }

  function close(): Promise<void> {
    closedAt ??= (async () => {
      closing.abort(new Error('The shell is closed.'))
      await last
      await bash?.kill()
      await (await proxy)?.close()
      await rm(place, { recursive: true, force: true })
    })()
    return closedAt
  }

  // Not to the signal itself: a run hands the same one to hundreds of shells.
  closed.addEventListener('abort', () => void close(), { once: true })
  return { run, close }
}

function checkOptions(options: ShellOptions): void {
  const { mountedAt, readOnlyFolders = [], copyOnWriteFolders = [], env = {} } = options
  for (const path of [mountedAt, ...[...readOnlyFolders, ...copyOnWriteFolders].map(({ to }) => to)]) {
    const why = refusedPath(path)
    if (why !== null) throw new Error(why)
  }
  for (const [name, value] of Object.entries(env))
    if (!/^[A-Za-z_]\w*$/.test(name) || value.includes('\0'))
      throw new Error(`${name} cannot be a variable of a shell.`)
}

function exitCodeOf(executed: Executed): number {
  // 137 is what a shell says of one that was killed.
  return executed.kind === 'done' ? executed.mark.exitCode : (executed.end.exitCode ?? 137)
}

function notStarted(error: unknown): CommandEnd {
  return { kind: 'not-started', reason: error instanceof Error ? error.message : 'No reason was given.' }
}

/** Resolves with a promise that never rejects, or rejects with the reason of the signal, whichever is first. */
function settledOrAborted(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    void before.then(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}

/** Resolves with a sandbox, or rejects with the reason of the signal; one that comes later is ended. */
async function startedOrAborted(
  starting: Promise<SandboxProcess>,
  signal: AbortSignal,
): Promise<SandboxProcess> {
  const settled = starting.then(
    () => {},
    () => {},
  )
  try {
    await settledOrAborted(settled, signal)
  } catch (error) {
    starting.then(
      (late) => late.kill(),
      () => {},
    )
    throw error
  }
  return starting
}

/**
 * Looks at limits now and again, never twice at once. Memory ends nothing from here: the kernel has ended the
 * process that wanted it, and the command goes on without.
 */
function watchWhile(
  clock: Clock,
  disk: DiskWatch,
  reached: () => ReachedLimit | null,
  tell: (limit: ReachedLimit) => void,
): () => void {
  let isLooking = false
  let isOff = false
  const look = async () => {
    if (reached() === 'processes') return tell('processes')
    if (isLooking) return
    isLooking = true
    const isFull = await disk.isFull()
    isLooking = false
    if (isFull && !isOff) tell('disk')
  }
  const cancel = every(clock.awake, WATCH_MS, () => void look())
  return () => {
    isOff = true
    cancel()
  }
}
