import { z } from 'zod'
import { cutText } from '@/lib/core/base/cut-text'
import type { JsonObject } from '@/lib/core/base/json'
import type { CommandResult } from '@/lib/sandbox/shell/command-result'
import { defineTool, failed, type Tool } from '../tool'
import { exitOf, type Shells } from './shells'

const USUAL_SECONDS = 120
const MOST_SECONDS = 1800

/** Longest command that is kept in the log. */
const LOGGED_CHARACTERS = 2_000

const description = `Runs a command in bash, in a sandbox, on your copy of the files; the root of the workspace is the
first folder. Folder and variables last from one command to the next. There is no terminal and no input, and of the
network only what the run allows. git knows the files as this work began. Give long commands their time with
timeoutSeconds; what is to go on beside others ends with & and writes its output to a file in /tmp.
Examples: {"command": "npm test -- parser"}, {"command": "git diff --stat"}.`

/** Commands that a dry run names in its log; each is named once. */
const MOST_NAMED = 50
const NAMED_CHARACTERS = 200

/** Says a sentence in the log of a run that is only tried. */
export type DryRunNote = (message: string) => void

/**
 * The tool `run_command`. With `dryRun` nothing is run: it says what would be, to the agent and in the log.
 */
export function createRunCommand(shells: Shells, dryRun: DryRunNote | null = null): Tool {
  const named = new Set<string>()
  const sayWouldRun = (command: string, note: DryRunNote) => {
    const shown = cutText(command, NAMED_CHARACTERS)
    if (named.has(shown) || named.size >= MOST_NAMED) return
    named.add(shown)
    note(`An agent would run \`${shown}\` here; in a dry run nothing is run`)
  }
  return defineTool({
    name: 'run_command',
    description,
    acts: true,
    hasOwnQueue: true,
    input: z.strictObject({
      command: z.string().min(1).max(200_000).describe('The command, as bash takes it.'),
      timeoutSeconds: z
        .number()
        .positive()
        .max(MOST_SECONDS)
        .optional()
        .describe(`It is ended after so long. Default: ${USUAL_SECONDS}, at most ${MOST_SECONDS}.`),
    }),
    known: {
      aliases: {
        command: ['cmd', 'script', 'input', 'code', 'bash'],
        timeoutSeconds: ['timeout_seconds', 'time_limit'],
      },
      ignored: ['description', 'explanation', 'reason', 'dangerouslyDisableSandbox'],
      derive: fromClaudeCode,
    },
    async run({ command, timeoutSeconds = USUAL_SECONDS }, { changes, worktree, signal }) {
      if (worktree === null || changes === null) return failed('No commands can be run here.')
      if (dryRun !== null) {
        sayWouldRun(command, dryRun)
        return { text: `[Not run in a dry run. A run would run this here:]\n${command}`, isError: false }
      }
      const { result, tree } = await shells.run(worktree, command, {
        timeoutMs: timeoutSeconds * 1000,
        signal,
      })
      const exit = exitOf(result)
      const action = {
        kind: 'command' as const,
        command: cutText(command, LOGGED_CHARACTERS),
        exit,
        durationMs: Math.round(result.durationMs),
        outputBytes: result.outputBytes,
      }
      const text = [result.output.trimEnd(), ...notesOf(result, timeoutSeconds)].filter(Boolean).join('\n')
      return {
        text: text === '' ? '[It printed nothing and succeeded.]' : text,
        isError: exit !== 0,
        actions: [action],
        ...(result.refusedHosts.length === 0 ? {} : { wantedHosts: result.refusedHosts }),
        ...(tree === worktree.tree ? {} : { tree }),
      }
    },
  })
}

/** Claude Code gives its time in milliseconds, and says beside the command that it is to go on in the background. */
function fromClaudeCode({ timeout, run_in_background: background, ...rest }: JsonObject): JsonObject {
  const seconds = typeof timeout === 'number' ? Math.min(MOST_SECONDS, timeout / 1000) : null
  const isBackground = background === true && typeof rest.command === 'string'
  return {
    ...rest,
    ...(seconds === null || seconds <= 0 || rest.timeoutSeconds !== undefined
      ? {}
      : { timeoutSeconds: seconds }),
    ...(isBackground
      ? {
          command: `{ ${rest.command}\n} > /tmp/background.log 2>&1 &\necho "Runs in the background; its output goes to /tmp/background.log"`,
        }
      : {}),
  }
}

/** What the output does not say: how the command ended, and what that means for the next. */
function notesOf(result: CommandResult, timeoutSeconds: number): string[] {
  const { end, metLimit, isShellNew } = result
  const notes: string[] = []
  if (end.kind === 'exited' && end.exitCode !== 0) notes.push(`[Exit code ${end.exitCode}.]`)
  if (end.kind === 'timeout') notes.push(`[Ended after ${timeoutSeconds} seconds, with all it had started.]`)
  if (end.kind === 'cancelled') notes.push('[Cancelled.]')
  if (end.kind === 'not-started') notes.push(`[Not started: ${end.reason}]`)
  if (end.kind === 'limit') notes.push(`[Ended: it took more ${end.limit} than it may.]`)
  else if (metLimit !== null) notes.push(`[It met the limit of ${metLimit}.]`)
  if (isShellNew && end.kind !== 'not-started')
    notes.push('[The shell was started again: variables are gone, and so is what ran in the background.]')
  return notes
}
