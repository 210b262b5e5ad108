import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseJson } from '@/lib/core/base/json'
import type { RunCommand } from '@/lib/processes/command'
import type { FoundSandbox } from '../backend'
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
const MOST_SAID = 100_000

/** Systems that the package has for itself and that have bash, as its settings are made for. */
const platforms: readonly NodeJS.Platform[] = ['darwin', 'linux']

/**
 * Looks for the package beside the program and tries it: a command that must not write, read or reach what lies
 * outside. Never rejects.
 */
export async function findRuntime(
  run: RunCommand,
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
    const problem = await problemOf(run, { launcher, module }, join(folder, 'try'))
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

async function problemOf(
  run: RunCommand,
  { launcher, module }: RuntimeProgram,
  folder: string,
): Promise<string | null> {
  mkdirSync(folder)
  const order: LaunchOrder = { kind: 'try', module, folder }
  const given = { env: launcherEnvironment(folder), cwd: '/', input: JSON.stringify(order) }
  const command = { program: process.execPath, args: [launcher], ...given, mostBytes: MOST_SAID }
  try {
    const { output, said } = await run(command, AbortSignal.timeout(TRY_LIMIT_MS))
    const { data } = triedSchema.safeParse(parseJson(output.toString('utf8')))
    return data === undefined ? untried(said) : data.problem
  } catch (error) {
    return untried(error instanceof Error ? error.message : '')
  }
}

function untried(said: string): string {
  return `${RUNTIME_PACKAGE} is installed and could not be tried: ${said.trim() || 'it said nothing'}`
}

/** The environment of the program itself: where it finds what the package starts, and a home that holds nothing. */
export function launcherEnvironment(home: string): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/opt/homebrew/bin',
    HOME: home,
    TMPDIR: home,
  }
}
