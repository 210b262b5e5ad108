import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseJson } from '@/lib/core/base/json'
import type { FoundSandbox } from '../backend'
import { bareEnvironment } from '../bare-environment'
import { type LaunchOrder, triedSchema } from './launch-order'

/** What sandboxes of the package are started by: the program that holds it, and what that imports. */
export type RuntimeProgram = { launcher: string; module: string }

export type RuntimeFinding =
  | { told: Extract<FoundSandbox, { kind: 'sandbox-runtime' }>; runtime: RuntimeProgram }
  | { told: Extract<FoundSandbox, { kind: 'none' }>; isInstalled: boolean }

/** The optional package. */
export const RUNTIME_PACKAGE = '@anthropic-ai/sandbox-runtime'

/** What is not held by it as bubblewrap holds it, for whoever permits commands. */
const NOTE =
  'Commands run in @anthropic-ai/sandbox-runtime, which is not tested here: memory and the number of processes are not bounded, installed dependencies are not seen, files lie at other paths than in your folder, and a program that leaves its group may outlive its command.'

/** It starts within two seconds; a machine that hangs must not hold up whoever asks. */
const TRY_LIMIT_MS = 30_000

/** Systems that the package has for itself and that have bash, as its settings are made for. */
const platforms: readonly NodeJS.Platform[] = ['darwin', 'linux']

/**
 * Looks for the package beside the program and tries it: a command that must not write, read or reach what lies
 * outside. Never rejects.
 */
export async function findRuntime(
  { launcher, module }: RuntimeProgram,
  platform: NodeJS.Platform = process.platform,
): Promise<RuntimeFinding> {
  if (!platforms.includes(platform)) return none(`${RUNTIME_PACKAGE} is not used on ${platform}.`, false)
  if (module === RUNTIME_PACKAGE && !isBeside(launcher))
    return none(
      `${RUNTIME_PACKAGE} is not installed: npm install --no-save ${RUNTIME_PACKAGE}, then start again.`,
      false,
    )
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'skein-try-')))
  try {
    const problem = await problemOf({ launcher, module }, join(folder, 'try'))
    if (problem !== null) return none(problem, true)
    return { told: { kind: 'sandbox-runtime', note: NOTE }, runtime: { launcher, module } }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function none(reason: string, isInstalled: boolean): RuntimeFinding {
  return { told: { kind: 'none', reason }, isInstalled }
}

/** Whether it lies where the program would find it. */
function isBeside(launcher: string): boolean {
  for (let folder = dirname(launcher); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules', RUNTIME_PACKAGE, 'package.json'))) return true
    if (folder === dirname(folder)) return false
  }
}

function problemOf({ launcher, module }: RuntimeProgram, folder: string): Promise<string | null> {
  mkdirSync(folder)
  const order: LaunchOrder = { kind: 'try', module, folder }
  return new Promise((resolve) => {
    const options = {
      env: launcherEnvironment(folder),
      timeout: TRY_LIMIT_MS,
      killSignal: 'SIGKILL',
    } as const
    const child = execFile(process.execPath, [launcher], options, (error, stdout) => {
      const { data } = triedSchema.safeParse(parseJson(stdout))
      if (data !== undefined) resolve(data.problem)
      else
        resolve(
          `${RUNTIME_PACKAGE} is installed and could not be tried: ${error?.message ?? 'it said nothing'}`,
        )
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(JSON.stringify(order))
  })
}

/** The environment of the program itself: where it finds what the package starts, and a home that holds nothing. */
export function launcherEnvironment(home: string): NodeJS.ProcessEnv {
  return bareEnvironment({
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/opt/homebrew/bin',
    HOME: home,
    TMPDIR: home,
  })
}
