import type { Readable, Writable } from 'node:stream'
import type { Processes } from '@/lib/processes/processes'
import type { ReachedLimit, ShellLimits } from './limits/limits'

/** What this machine offers for processes of agents. `reason` is a sentence that says what to do. */
export type FoundSandbox =
  | {
      kind: 'bubblewrap'
      version: string
      canOverlay: boolean
      limits: 'cgroup-v1' | 'cgroup-v2' | 'rlimits'
    }
  /** The optional package; `note` says, for people, what it does not hold as bubblewrap does. */
  | { kind: 'sandbox-runtime'; note: string }
  | { kind: 'none'; reason: string }

/** A folder of this machine, and the absolute path at which it is seen inside. */
export type FolderView = { from: string; to: string }

/** What a sandbox is made of. All paths are absolute. */
export type SandboxSpec = {
  workFolder: string
  mountedAt: string
  readOnlyFolders: readonly FolderView[]
  copyOnWriteFolders: readonly FolderView[]
  /** Names and values beside the few that every sandbox has. */
  environment: Readonly<Record<string, string>>
  limits: ShellLimits
  /** The sandbox's own folder on this machine, for what the server hands in and keeps of it. */
  place: string
  /** The unix socket of the proxy for allowed hosts; null without a network. */
  proxySocket: string | null
  /** Where commands begin, if the folder is still there. */
  startFolder: string
  /** A word that the driver says once it is ready. */
  readyMark: string
  /** One program with its arguments in place of the warm shell: it gets the streams (see shell/driver.ts). */
  program?: readonly string[]
  /** Whether the work folder can only be read. */
  isReadOnly?: boolean
  /** Paths inside, below the work folder, at which there is nothing to be seen. */
  hidden?: readonly HiddenPath[]
}

/** A file that is seen empty, or a folder that is. */
export type HiddenPath = { path: string; kind: 'file' | 'folder' }

/** A sandbox that was started: its warm shell, driven through these streams (see shell/driver.ts). */
export type SandboxProcess = {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Where commands find the sandbox's kept output. */
  readonly outputFolder: string
  /** Resolves once all that ran inside has ended and what was made for it is removed. Never rejects. */
  readonly ended: Promise<SandboxEnd>
  /** Bounds what runs inside; called once, when the driver is ready and before any command. Rejects if it ended. */
  confine(): Promise<void>
  /** The limit that was reached since the last call; null when none was. */
  reachedLimit(): ReachedLimit | null
  /** Ends all that runs inside, whatever state it is in. */
  kill(): Promise<void>
}

export type SandboxEnd = {
  exitCode: number | null
  /** What the sandbox itself complained of, such as a folder that is not there; bounded. */
  complaint: string
}

/**
 * A way to start processes that see and reach only what they are given: bubblewrap, or the optional package
 * `@anthropic-ai/sandbox-runtime` where there is none or it is chosen. What a back end must hold is what
 * lib/sandbox/hostile.test.ts tries; the package holds less, and says so (runtime/find-runtime.ts).
 */
export type SandboxBackend = {
  /** By what they are started, and what is asked about them from outside. */
  readonly processes: Processes
  find(): Promise<FoundSandbox>
  /** Rejects with a sentence when the machine refuses to start it. */
  start(spec: SandboxSpec): Promise<SandboxProcess>
}
