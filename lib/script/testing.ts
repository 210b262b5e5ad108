import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Json } from '@/lib/core/base/json'
import type { Command, Sandbox, SandboxAnswer, SandboxLimits, SandboxStart } from '@/lib/core/ports/sandbox'
import { realClock } from '@/lib/server/testing/real-clock'
import { parseScript } from './parse'
import { defaultSandboxLimits } from './protocol'
import { createSandboxes } from './sandbox'
import { ScriptEngine } from './script-engine'

/** The sandbox's thread as the build makes it. */
export const sandboxEntry = fileURLToPath(new URL('../../dist/sandbox-worker.mjs', import.meta.url))

/** Shared by all scripts of a test file, so a thread's second script is tested as often as its first. */
const sandboxes = createSandboxes({ entry: sandboxEntry, clock: realClock, mostThreads: 64, spareThreads: 8 })

export type ScriptOutcome = {
  commands: Command[]
  returned: Json | undefined
  thrown: Extract<Command, { do: 'throw' }> | undefined
}

/**
 * Runs a script whose agents answer with `answer`, oldest call first; timers fire when nothing else is left.
 */
export async function runScript(
  source: string,
  answer: (prompt: string, options: { [key: string]: Json }) => Json | Error,
  settings: {
    args?: Json
    limits?: Partial<SandboxLimits>
    budgetTotal?: number
    sampleItems?: number
    capNanoUsd?: number
    /** What `workflow()` finds: sources by name. */
    workflows?: Readonly<Record<string, string>>
  } = {},
): Promise<ScriptOutcome> {
  const { body } = parseScript(source)
  const sandbox = sandboxes.open({
    body,
    args: settings.args ?? null,
    budgetTotal: settings.budgetTotal ?? null,
    sampleItems: settings.sampleItems ?? null,
    capNanoUsd: settings.capNanoUsd ?? null,
    limits: { ...defaultSandboxLimits, ...settings.limits },
  })
  const commands: Command[] = []
  const calls: Extract<Command, { do: 'agent' }>[] = []
  const timers: number[] = []
  const entries: Extract<Command, { do: 'workflow' }>[] = []
  const take = (made: Command[]) => {
    for (const command of made) {
      commands.push(command)
      if (command.do === 'agent') calls.push(command)
      if (command.do === 'set-timer') timers.push(command.id)
      if (command.do === 'workflow') entries.push(command)
    }
  }
  const nothingSpent = { outputTokens: 0, costNanoUsd: 0, capNanoUsd: settings.capNanoUsd ?? null }
  try {
    take(commandsOf(await sandbox.start()))
    while (!commands.some((command) => command.do === 'return' || command.do === 'throw')) {
      const entry = entries.shift()
      const call = entry === undefined ? calls.shift() : undefined
      const timer = call === undefined && entry === undefined ? timers.shift() : undefined
      if (entry !== undefined) {
        const name = entry.reference.by === 'name' ? entry.reference.name : 'inline'
        const found = entry.reference.by === 'source' ? entry.reference.source : settings.workflows?.[name]
        const fact =
          found === undefined
            ? { id: entry.id, kind: 'throw' as const, message: `There is no workflow ${name}` }
            : {
                id: entry.id,
                kind: 'workflow' as const,
                scope: `${name}#0`,
                name,
                body: parseScript(found).body,
              }
        take(commandsOf(await sandbox.deliver([{ fact, budget: nothingSpent }])))
      } else if (call !== undefined) {
        const value = answer(call.prompt, call.options)
        const fact =
          value instanceof Error
            ? { id: call.id, kind: 'throw' as const, message: value.message }
            : { id: call.id, kind: 'value' as const, value }
        take(commandsOf(await sandbox.deliver([{ fact, budget: nothingSpent }])))
      } else if (timer !== undefined)
        take(
          commandsOf(await sandbox.deliver([{ fact: { id: timer, kind: 'timer' }, budget: nothingSpent }])),
        )
      else break
    }
  } finally {
    await sandbox.close()
  }
  const returned = commands.find((command) => command.do === 'return')
  return {
    commands,
    returned: returned?.do === 'return' ? returned.value : undefined,
    thrown: commands.find((command) => command.do === 'throw'),
  }
}

function commandsOf(answer: SandboxAnswer): Command[] {
  if (answer.kind === 'died') throw new Error(`The sandbox died: ${answer.message}`)
  return answer.commands
}

/**
 * A sandbox in this thread, for tests in which no time may pass: the same engine, without a bound but its
 * steps.
 */
export function openInlineSandbox(start: SandboxStart): Sandbox {
  const prelude = readFileSync(new URL('../../dist/prelude.js', import.meta.url), 'utf8')
  let engine: ScriptEngine | null = null
  return {
    async start() {
      engine = await ScriptEngine.create(start, { cpuMs: null, beat() {}, begin() {} }, prelude)
      return { kind: 'rests', commands: engine.takeCommands(), taken: 0 }
    },
    async deliver(facts) {
      let commands: Command[] = []
      let taken = 0
      for (const delivery of facts) {
        if (engine === null) break
        engine.deliver(delivery)
        taken += 1
        commands = engine.takeCommands()
        if (commands.length > 0) break
      }
      return { kind: 'rests', commands, taken }
    },
    async close() {
      engine = null
    },
  }
}

/** What the server hands over of a script. */
export { bodyOf } from './body'
