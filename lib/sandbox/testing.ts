import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { processesHere } from '@/lib/processes/here'
import { realClock } from '@/lib/server/testing/real-clock'
import { createCommandQueue } from './queue/command-queue'
import type { CommandResult } from './shell/command-result'
import { openShell, type Shell, type ShellOptions } from './shell/shell'
import { findSandbox, sandboxOfThisMachine } from './this-machine'

/** What this machine offers; where it is nothing, tests of the real thing are skipped and say why. */
export const found = await findSandbox(processesHere.run)

/** A test that starts sandboxes. */
export const sandboxTest = found.kind === 'bubblewrap' ? test : test.skip

if (found.kind === 'none') test.skip(`processes of agents are not tried here: ${found.reason}`)

/** Where agents of tests see their work folder. */
export const SEEN_AT = '/home/somebody/project'

/** A shell of a test with its work folder, as the machine sees it; both are gone when the test ends. */
export type TestShell = Shell & {
  work: string
  place(): string
  /** Runs a command that is expected to end by itself, within a minute of awake time. */
  say(command: string): Promise<CommandResult>
}

export function openTestShell(options: Partial<ShellOptions> = {}): TestShell {
  const folder = mkdtempSync(join(tmpdir(), 'skein-shell-'))
  const [work, places] = [join(folder, 'work'), join(folder, 'places')]
  mkdirSync(work)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const shell = openShell({
    backend: sandboxOfThisMachine(options.clock ?? realClock, processesHere),
    queue: createCommandQueue(4),
    clock: realClock,
    places,
    owner: 'run',
    workFolder: work,
    mountedAt: SEEN_AT,
    signal: new AbortController().signal,
    ...options,
  })
  // What was asked for last is done first.
  onTestFinished(() => shell.close())
  return {
    ...shell,
    work,
    place: () => join(places, readdirSync(places)[0] ?? ''),
    say: (command) => shell.run(command, { timeoutMs: 60_000, signal: never }),
  }
}

/** A signal that nobody raises. */
export const never = new AbortController().signal

/** Processes of this machine whose command line holds a word. */
export function processesWith(word: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && commandLine(pid).includes(word))
}

function commandLine(pid: number): string {
  try {
    return existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
  } catch {
    return ''
  }
}

/** Resolves once something is so, looking at it each time anything else had its turn. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}
