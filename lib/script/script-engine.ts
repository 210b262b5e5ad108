import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  newQuickJSWASMModule,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  RELEASE_SYNC,
} from 'quickjs-emscripten'
import { cutWithCount } from '@/lib/core/base/cut-text'
import { jsonValue } from '@/lib/core/base/json'
import { extentOfJson } from '@/lib/core/base/json-extent'
import { longest } from '@/lib/core/base/text-bounds'
import type { Command, Delivery, Fact, SandboxStart } from '@/lib/core/ports/sandbox'
import { DataFlow } from './data-flow'
import { answerLocally } from './host-answers'
import { overrun, tooBusy } from './protocol'
import { readCommand } from './read-command'
import { ScriptOutputBounds } from './script-output-bounds'
import { wrapperHead, wrapperTail } from './wrapper'

/**
 * What a script may ask for between two awaits. The largest honest batch is one command or three for each of
 * its items.
 */
const MOST_COMMANDS = 250_000

/** Nobody reads what is nested deeper, and a recursive walk of it would overflow the stack. */
const DEEPEST_RESULT = 500

/** A result is kept with its run and sent to everybody who opens it. */
const LONGEST_RESULT = 10_000_000
const MOST_RESULT_PARTS = 1_000_000

/** Lines kept of a script that had to be interrupted. */
const SAID_AT_LAST = 1_000

/**
 * Calls of the engine's interrupt handler that a second of budget buys. It is called once in 10,000 backward
 * jumps, calls and backtracks, the same number in every run and under any load; the tightest loop calls it
 * 11,600 times a second.
 */
const STEPS_A_SECOND = 12_000

/** How an engine reads its own processor time, and where it reports that it makes progress. */
export type Pulse = {
  /** Processor time of this thread; null where the system does not tell. */
  cpuMs: (() => number) | null
  /** The engine has taken some steps. */
  beat(): void
  /** A fact is about to be delivered, and its budget begins. */
  begin(): void
}

let compiling: Promise<WebAssembly.Module> | null = null

/** The engine's code, compiled once a thread. */
function compiled(): Promise<WebAssembly.Module> {
  const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')
  compiling ??= readFile(file).then((bytes) => WebAssembly.compile(bytes))
  return compiling
}

const PAGE_BYTES = 65_536
/** What the engine's code declares: it starts with 16 MiB and cannot have more than 2 GiB. */
const LEAST_PAGES = 256
const MOST_PAGES = 32_768

/**
 * Memory that ends where the limit is. The engine's own limit does not hold under WebAssembly: it cannot tell
 * how large what it allocated is, and would go on to 2 GiB.
 */
function memoryOf(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES)
  return new WebAssembly.Memory({
    initial: LEAST_PAGES,
    maximum: Math.min(MOST_PAGES, Math.max(LEAST_PAGES, pages)),
  })
}

/**
 * One script in an engine of its own. It never waits: each fact is delivered, and what the script then asked
 * for is taken.
 */
export class ScriptEngine {
  #commands: Command[] = []
  #asked = 0
  #flow = new DataFlow()
  #said = new ScriptOutputBounds()
  #cpuBeganMs = 0
  #steps = 0
  /** Why the engine was interrupted; once set, it runs no more. */
  #interrupted: string | null = null
  #files = 0

  private constructor(
    private readonly runtime: QuickJSRuntime,
    private readonly context: QuickJSContext,
    private readonly budgetMs: number,
    private readonly pulse: Pulse,
  ) {
    this.runtime.setInterruptHandler(() => {
      this.#steps += 1
      this.pulse.beat()
      if (this.#isOverBudget()) this.#interrupted ??= overrun(this.budgetMs)
      return this.#interrupted !== null
    })
  }

  /**
   * Judged by work: steps of the engine, and processor time where it can be had. No busy machine takes any of
   * it.
   */
  #isOverBudget(): boolean {
    if (this.#steps > (this.budgetMs / 1000) * STEPS_A_SECOND) return true
    return this.pulse.cpuMs !== null && this.pulse.cpuMs() - this.#cpuBeganMs > this.budgetMs
  }

  /**
   * An engine that has run its script to the first await. `prelude`: the text bundled of `prelude/main.ts`.
   */
  static async create(start: SandboxStart, pulse: Pulse, prelude: string): Promise<ScriptEngine> {
    // An engine of its own for every script: nothing of the last one is left, and its memory goes with it.
    const quickjs = await newQuickJSWASMModule(
      newVariant(RELEASE_SYNC, {
        wasmModule: await compiled(),
        wasmMemory: memoryOf(start.limits.memoryBytes),
      }),
    )
    const runtime = quickjs.newRuntime()
    // Says so sooner where one allocation alone is too much; the engine counts no others.
    runtime.setMemoryLimit(start.limits.memoryBytes)
    runtime.setMaxStackSize(start.limits.stackBytes)
    const engine = new ScriptEngine(runtime, runtime.newContext(), start.limits.cpuMs, pulse)
    engine.#begin(start, prelude)
    return engine
  }

  /** Tells the script one fact, and runs it until it rests. */
  deliver({ fact, budget }: Delivery): void {
    const budgetText = JSON.stringify(budget)
    if (fact.kind === 'value') this.#flow.addAnswer(fact.id, fact.value)
    if (fact.kind === 'settled') this.#flow.addAnswer(fact.id, fact.settled.value)
    this.#run(() => {
      if (fact.kind === 'workflow') this.#enter(fact, budgetText)
      else this.#tell(fact.id, fact.kind, textOf(fact), budgetText)
    })
  }

  /**
   * Makes a function of a called workflow's source, in a file of its own so that its errors name their place.
   */
  #enter(fact: Extract<Fact, { kind: 'workflow' }>, budgetText: string): void {
    const file = ++this.#files
    const made = this.context.evalCode(`${wrapperHead}${fact.body}${wrapperTail}`, `workflow-${file}.js`)
    if (made.error) {
      const { message } = describeThrown(this.context.dump(made.error))
      made.error.dispose()
      this.#tell(fact.id, 'throw', `The workflow "${fact.name}" cannot run here: ${message}`, budgetText)
      return
    }
    const text = JSON.stringify({ scope: fact.scope, name: fact.name })
    this.#tell(fact.id, 'workflow', text, budgetText, [made.value, this.context.newNumber(file)])
  }

  #tell(id: number, kind: string, text: string, budgetText: string, more: QuickJSHandle[] = []): void {
    const values = [
      this.context.newNumber(id),
      ...[kind, text, budgetText].map((value) => this.context.newString(value)),
      ...more,
    ]
    const result = this.context.callFunction(this.#deliverHandle(), this.context.undefined, ...values)
    for (const value of values) value.dispose()
    if (result.error) this.#fail(result.error)
    else result.value.dispose()
  }

  /** Everything the script did since last asked. */
  takeCommands(): Command[] {
    const commands = this.#commands
    this.#commands = []
    this.#asked = 0
    return commands
  }

  #deliver: QuickJSHandle | null = null

  #deliverHandle(): QuickJSHandle {
    if (this.#deliver === null) throw new Error('The sandbox has not started')
    return this.#deliver
  }

  #begin(start: SandboxStart, prelude: string): void {
    this.#run(() => {
      const host = this.context.newFunction('host', (kind, text) => {
        const reply = this.#heard(this.context.getString(kind), this.context.getString(text))
        return reply === undefined ? this.context.undefined : this.context.newString(reply)
      })
      const provided: QuickJSHandle[] = []
      const provide = this.context.newFunction('provide', (surface) => void provided.push(surface.dup()))
      const made = this.context.unwrapResult(this.context.evalCode(prelude, 'prelude.js'))
      this.context.unwrapResult(this.context.callFunction(made, this.context.undefined, host, provide))
      const [surface] = provided
      if (surface === undefined) throw new Error('The prelude provides nothing')
      this.#deliver = this.context.getProp(surface, 'deliver')
      const script = this.context.evalCode(`${wrapperHead}${start.body}${wrapperTail}`, 'workflow.js')
      if (script.error) return this.#fail(script.error)
      const settings = JSON.stringify({
        itemsPerCall: start.limits.itemsPerCall,
        budgetTotal: start.budgetTotal,
        sampleItems: start.sampleItems,
        capNanoUsd: start.capNanoUsd,
        headLength: wrapperHead.length,
      })
      const args = [
        script.value,
        this.context.newString(JSON.stringify(start.args)),
        this.context.newString(settings),
      ]
      const begun = this.context.callFunction(
        this.context.getProp(surface, 'start'),
        this.context.undefined,
        ...args,
      )
      if (begun.error) this.#fail(begun.error)
    })
  }

  /** Runs some script code and then everything that became ready, within the budget of one fact. */
  #run(work: () => void): void {
    this.pulse.begin()
    this.#steps = 0
    this.#cpuBeganMs = this.pulse.cpuMs?.() ?? 0
    work()
    const jobs = this.runtime.executePendingJobs()
    if (jobs.error) this.#fail(jobs.error)
    if (this.#interrupted === null) return
    // An interrupted engine may be too far gone to say so itself; and nothing is begun for a script that is
    // over.
    const said = this.#commands.filter(
      ({ do: what }) => what === 'log' || what === 'note' || what === 'phase',
    )
    this.#commands = said.slice(0, SAID_AT_LAST)
    this.#commands.push({ do: 'throw', message: this.#interrupted, line: null, column: null })
  }

  #fail(error: QuickJSHandle): void {
    const thrown: unknown = this.context.dump(error)
    error.dispose()
    const { message, stack } = describeThrown(thrown)
    const at = /workflow\.js:(\d+)(?::(\d+))?/.exec(stack)
    const line = at ? Number(at[1]) : null
    // Line 1 of the body comes after the wrapper's head on the same line, so its columns are corrected to the
    // author's.
    const column = at ? Math.max(1, Number(at[2] ?? 1) - (line === 1 ? wrapperHead.length : 0)) : null
    this.#push({ do: 'throw', message, line, column })
  }

  #heard(kind: string, text: string): string | undefined {
    if (kind === 'return') {
      const message = tooMuchToReturn(text)
      if (message !== null) this.#push({ do: 'throw', message, line: null, column: null })
      else {
        const returned = jsonValue(JSON.parse(text))
        this.#push({ do: 'return', value: returned, dependsOn: this.#flow.sourcesOfValue(returned) })
      }
      return undefined
    }
    const value = jsonValue(JSON.parse(text))
    const answer = answerLocally(kind, value)
    if (answer !== undefined) return answer
    const command = readCommand(kind, value)
    if (command === null) throw new Error('the language was bent so far that the call cannot be understood')
    this.#push(command)
    return undefined
  }

  #push(given: Command): void {
    // What is not kept of a script's words is still counted: saying them for ever is an endless loop.
    this.#asked += 1
    if (this.#asked > MOST_COMMANDS) this.#interrupted ??= tooBusy
    const command = this.#asked > MOST_COMMANDS + 1 ? null : this.#said.bounded(given)
    if (command === null) return
    this.#commands.push(
      command.do === 'agent' ? { ...command, dependsOn: this.#flow.sourcesOf(command.prompt) } : command,
    )
  }
}

function tooMuchToReturn(text: string): string | null {
  if (text.length > LONGEST_RESULT)
    return `The script returned ${text.length.toLocaleString('en')} characters as JSON; at most ${LONGEST_RESULT.toLocaleString('en')} are kept: return less`
  const { depth, parts } = extentOfJson(text)
  if (depth > DEEPEST_RESULT)
    return `The script returned something nested more than ${DEEPEST_RESULT} levels deep: flatten it`
  if (parts > MOST_RESULT_PARTS)
    return `The script returned ${parts.toLocaleString('en')} names and values; at most ${MOST_RESULT_PARTS.toLocaleString('en')} are kept: return less`
  return null
}

function textOf(fact: Exclude<Fact, { kind: 'workflow' }>): string {
  switch (fact.kind) {
    case 'value':
      return JSON.stringify(fact.value)
    case 'settled':
      return JSON.stringify(fact.settled)
    case 'throw':
      return fact.message
    case 'timer':
      return ''
  }
}

function describeThrown(thrown: unknown): { message: string; stack: string } {
  if (typeof thrown !== 'object' || thrown === null)
    return { message: cutWithCount(String(thrown), longest.error), stack: '' }
  const parts = new Map<string, unknown>(Object.entries(thrown))
  const name = String(parts.get('name') ?? 'Error')
  const message = cutWithCount(String(parts.get('message') ?? ''), longest.error)
  const text =
    message === 'out of memory' ? 'The script needs more memory than a sandbox has' : `${name}: ${message}`
  return { message: text, stack: String(parts.get('stack') ?? '') }
}
