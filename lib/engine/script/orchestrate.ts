import { OccurrenceCounter } from '@/lib/core/agent/call-key'
import { assertNever } from '@/lib/core/base/assert-never'
import type { Json } from '@/lib/core/base/json'
import type {
  AgentCommand,
  CheckpointCommand,
  Command,
  Sandbox,
  SandboxAnswer,
} from '@/lib/core/ports/sandbox'
import type { Envelope, RunEvent } from '@/lib/core/run/events'
import type { RunError } from '@/lib/core/spec/run'
import { runAgent } from '../agent/agent-loop'
import { agentTypeOf } from '../agent/call-options'
import { mergeInherited } from '../agent/merge-patch'
import type { ScriptedRun } from '../context/active-run'
import type { InheritedAnswer } from '../context/replay-source'
import { AgentCalls } from './agent-calls'
import { Checkpoints } from './checkpoints'
import { Merges } from './merge-calls'
import { PendingCommit } from './pending-commit'
import { QuoteChecks } from './quote-checks'
import { RefusalWatch } from './refusal-watch'
import { Refusals } from './refusals'
import type { RunHistory } from './run-history'
import { SchemaVerdicts } from './schema-verdicts'
import { isForLog, isNarrated, type LogCommand, ScriptLog } from './script-log'
import { ScriptTimers } from './script-timers'
import { WorkflowCalls } from './workflow-calls'

/** How a script ended. */
export type ScriptEnding =
  | { kind: 'returned'; value: Json; resultInputs: string[] }
  | { kind: 'threw'; error: RunError }

/** Facts handed to the sandbox in one message; all of them together have the time of one. */
const FACTS_AT_ONCE = 100

/** Commands that are carried out without a pause: an agent's takes a tenth of a millisecond and more. */
const COMMANDS_AT_ONCE = 25

/**
 * Runs a script against the journal: every call is looked up by its key, ended ones answer at once,
 * unfinished ones go on, new ones are made. Facts are handed over one at a time, in the order of the journal.
 */
export class Orchestration {
  readonly #occurrences = new OccurrenceCounter()
  readonly #schemas: SchemaVerdicts
  readonly #scriptLog = new ScriptLog()
  readonly #timers: ScriptTimers
  readonly #checkpoints: Checkpoints
  readonly #refusals: Refusals
  readonly #refusalWatch: RefusalWatch
  readonly #workflows: WorkflowCalls
  readonly #calls: AgentCalls
  readonly #merges: Merges
  readonly #quotes: QuoteChecks
  /**
   * The next answer to the run's own question; one that comes while nobody waits for it still counts.
   */
  #approvalAnswered: Promise<'answered'>
  /** What is not yet on disk: inherited answers wait there for company. */
  readonly #pending: PendingCommit

  constructor(
    private readonly run: ScriptedRun,
    private readonly sandbox: Sandbox,
    past: RunHistory,
  ) {
    this.#schemas = new SchemaVerdicts(run)
    this.#pending = new PendingCommit(run, (agent) => run.loops.follow(runAgent(run, agent)))
    this.#timers = new ScriptTimers(run, this.#occurrences)
    this.#checkpoints = new Checkpoints(run, this.#occurrences)
    this.#refusals = new Refusals(run)
    this.#refusalWatch = new RefusalWatch(run, this.#refusals)
    this.#workflows = new WorkflowCalls(run, this.#occurrences, this.#refusals, past.sources)
    this.#calls = new AgentCalls(
      run,
      past.agents.values(),
      this.#occurrences,
      this.#refusals,
      this.#scriptLog,
      this.#pending,
    )
    this.#merges = new Merges(run, this.#occurrences, (agent) => run.loops.follow(runAgent(run, agent)))
    this.#quotes = new QuoteChecks(run, this.#occurrences)
    for (const envelope of past.journal) this.#remember(envelope)
    this.#approvalAnswered = this.#nextApproval()
  }

  /** Runs to the end of the script. Rejects with the stop reason when the run is stopped. */
  async toEnd(): Promise<ScriptEnding> {
    this.run.stops.signal.throwIfAborted()
    const stopped = new Promise<never>((_, reject) => {
      this.run.stops.signal.addEventListener('abort', () => reject(this.run.stops.signal.reason), {
        once: true,
      })
    })
    stopped.catch(() => {})
    const ending = this.#drive()
    ending.catch(() => {})
    try {
      return await Promise.race([ending, stopped])
    } finally {
      this.#timers.stop()
      this.#checkpoints.stop()
    }
  }

  /** How many calls were refused and why; null when none was. */
  get refusedCalls(): string | null {
    return this.#refusals.summary
  }

  /** Resolves when the script makes no more calls and every agent that was started has ended. */
  async settled(): Promise<void> {
    await this.sandbox.close()
    await this.#pending.committing
    await this.run.loops.settled()
  }

  async #drive(): Promise<ScriptEnding> {
    this.#calls.resumeSpawned()
    let ending = await this.#obey(
      (await this.#asked(() => this.sandbox.start(() => this.#noteRoom()))).commands,
    )
    while (ending === null) {
      const inherited = this.run.facts.isDue ? null : await this.#nextInherited()
      ending = inherited === null ? await this.#deliverDue() : inherited.ending
    }
    return ending
  }

  /** Hands the script what is due, waiting until something is, and does what it asks for next. */
  async #deliverDue(): Promise<ScriptEnding | null> {
    const { facts, files, gate, stops } = this.run
    if (!facts.isDue) {
      // While what was inherited went to disk, the last answer may have come.
      if (!facts.isWaiting && !this.#calls.isHeld)
        return threw('The script is deadlocked: it waits, but no agent, timer or question is left.')
      await this.#somethingDue()
    }
    if (!gate.isOpen) await this.#pending.commit()
    await gate.pass(stops.signal)
    if (this.#calls.isHeld) await this.#calls.release()
    const due = facts.take(FACTS_AT_ONCE)
    if (due.length === 0) return null
    const { commands, taken } = await this.#asked(() => this.sandbox.deliver(due))
    facts.delivered(due, taken)
    if (files !== null) files.scriptTree = due[taken - 1]?.tree ?? files.scriptTree
    for (const { fact } of due.slice(0, taken)) {
      this.#calls.heard(fact)
      this.#refusalWatch.heard(fact)
    }
    const stuck = commands.some(isEnding) ? null : await this.#refusalWatch.stuck()
    return stuck === null ? this.#obey(commands) : threw(stuck)
  }

  /** Resolves when a fact is due, or when somebody has answered what calls are held for. */
  async #somethingDue(): Promise<void> {
    const { facts } = this.run
    if (!this.#calls.isHeld) await facts.due()
    else if ((await Promise.race([facts.due(), this.#approvalAnswered])) === 'answered')
      this.#approvalAnswered = this.#nextApproval()
  }

  /** Resolves when somebody has said how far the run may go; never once the run was stopped. */
  async #nextApproval(): Promise<'answered'> {
    // A promise of its own: one that is shared and never settles would keep every run that ever waited for
    // it.
    await this.run.approval.changed(this.run.stops.signal).catch(() => new Promise(() => {}))
    return 'answered'
  }

  /**
   * What the script did. Where its sandbox dies again and again the run pauses, and tries again when it is
   * resumed.
   */
  async #asked(ask: () => Promise<SandboxAnswer>): Promise<Extract<SandboxAnswer, { kind: 'rests' }>> {
    for (;;) {
      const answer = await ask()
      if (answer.kind === 'rests') return answer
      const { run } = this
      run.stops.signal.throwIfAborted()
      const detail = `The script's sandbox ended three times at the same place (${answer.message}): ${this.#place()}. Nothing is lost; resume to try again, or fork the run with another script.`
      await run.pauses.pause('script', detail, null)
      await run.gate.pass(run.stops.signal)
    }
  }

  /** Where the script is, as far as a person can look it up. */
  #place(): string {
    const { agents } = this.run.journal.state
    const ended = [...agents.values()].filter(({ endedAt }) => endedAt !== null)
    const last = ended.at(-1)
    return last === undefined
      ? 'before its first agent had ended'
      : `when ${ended.length} of its ${agents.size} agents had ended, the last of them ${last.label}`
  }

  #noteRoom(): void {
    const message =
      'The script is queued: running scripts already use the memory reserved for them on this machine.'
    const { run } = this
    run.journal
      .record([{ type: 'run.noted', message, agentId: null, callSite: null }])
      .catch(run.ports.report)
  }

  /**
   * Lets the script learn the next thing its origin knew; null when there is nothing left that it waits for.
   */
  async #nextInherited(): Promise<{ ending: ScriptEnding | null } | null> {
    const next = this.run.replaySource?.next() ?? null
    if (next === null) {
      await this.#pending.commit()
      return null
    }
    const { source, fact, patch } = next.inherited
    if (patch === null) this.#take(next.inherited)
    else await mergeInherited(this.run, patch, (merged) => this.#takeAtOnce(next.inherited, merged))
    const { files } = this.run
    if (files !== null) files.scriptTree = files.now
    this.run.facts.forget(source)
    const told = [{ fact, budget: this.run.facts.reading(next.spent) }]
    const { commands } = await this.#asked(() => this.sandbox.deliver(told))
    this.#calls.heard(fact)
    this.#refusalWatch.heard(fact)
    return { ending: await this.#obey(commands) }
  }

  #take({ events, writes }: InheritedAnswer, before: readonly RunEvent[] = []): void {
    this.#pending.events.push(...before, ...events)
    this.#pending.writes.push(...writes)
  }

  /** What moves the run's files is on disk before anything else moves them. */
  async #takeAtOnce(inherited: InheritedAnswer, merged: readonly RunEvent[]): Promise<void> {
    this.#take(inherited, merged)
    await this.#pending.commit()
  }

  /** Carries out what the script asked for, in its order. */
  async #obey(commands: readonly Command[]): Promise<ScriptEnding | null> {
    await this.#schemas.check(commands)
    await this.run.types.meet(
      commands.flatMap((command) => (command.do === 'agent' ? typesIn(command) : [])),
      this.run.stops.signal,
    )
    this.run.stops.signal.throwIfAborted()
    // What was inherited so far goes to disk before what follows from it.
    const { events, begun } = this.#pending
    let ending: ScriptEnding | null = null
    for (const [at, command] of commands.entries()) {
      // A script may ask for thousands of agents at once: whoever else waits comes in between.
      if (at > 0 && at % COMMANDS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve))
      if (mayBeRefused(command)) this.#refusalWatch.asked()
      if (isForLog(command)) this.#scriptLog.tell(command, events)
      else {
        const ended = await this.#carryOut(command, events)
        ending ??= ended
      }
      if (this.#pending.isFull) await this.#pending.commit()
    }
    if (ending === null) await this.#calls.askForHeld()
    // Log commands alone wait to be committed with others: thousands of lines become few commits.
    const waits = this.run.replaySource !== null || (this.run.facts.isDue && events.every(isNarrated))
    if (begun.length > 0 || ending !== null || !waits || this.#pending.isFull) await this.#pending.commit()
    return ending
  }

  /** Carries out one command; gives an ending where it is one. */
  async #carryOut(command: Exclude<Command, LogCommand>, events: RunEvent[]): Promise<ScriptEnding | null> {
    switch (command.do) {
      case 'agent':
        await this.#calls.call(command, this.#schemas.complaint(command))
        return null
      case 'reject':
        this.#calls.reject(command.id, events)
        return null
      case 'workflow': {
        const search = this.#workflows.call(command)
        if (search !== null) this.run.loops.follow(search)
        return null
      }
      case 'merge': {
        const merge = this.#merges.call(command)
        if (merge !== null) this.run.loops.follow(merge)
        return null
      }
      case 'changes': {
        const telling = this.#merges.changes(command)
        if (telling !== null) this.run.loops.follow(telling)
        return null
      }
      case 'check-quotes': {
        const looking = this.#quotes.call(command)
        if (looking !== null) this.run.loops.follow(looking)
        return null
      }
      case 'workflow-ended':
        this.#workflows.end(command, events)
        return null
      case 'checkpoint':
        this.#ask(command, events)
        return null
      case 'set-timer':
        this.#timers.set(command, events)
        return null
      case 'clear-timer':
        this.#timers.clear(command.id)
        return null
      case 'return': {
        const resultInputs = this.#calls.agentsOf(command.dependsOn)
        return { kind: 'returned', value: command.value, resultInputs }
      }
      case 'throw':
        return threw(command.message, command.line, command.column)
      default:
        return assertNever(command)
    }
  }

  #ask(command: CheckpointCommand, events: RunEvent[]): void {
    const key = this.#checkpoints.keyOf(command)
    const bad = this.#schemas.complaint(command)
    if (bad === null) {
      this.#checkpoints.open(command, key, events)
      return
    }
    const { scope, site: callSite } = command
    this.#refusals.ask(command.id, key)
    if (this.#refusals.has(key)) return
    this.#refusals.refuse({ scope, key, message: bad, callSite, endsRun: false, cap: null }, events)
  }

  #remember(envelope: Envelope): void {
    const { event } = envelope
    this.#merges.remember(event)
    this.#merges.rememberMerge(event)
    this.run.facts.onEvent(envelope)
    this.#scriptLog.remember(event)
    if (event.type === 'quotes.checked') this.#quotes.remember(event)
    if (event.type === 'timer.set') this.#timers.remember(event)
    if (event.type === 'run.time-skipped') this.#timers.rememberSkip(event.ms)
    if (event.type === 'checkpoint.opened' && event.kind === 'question') this.#checkpoints.remember(event)
    if (event.type === 'call.refused') this.#refusals.remember(event)
    if (event.type === 'run.retried') this.#refusals.forget(event.refusals)
    if (event.type === 'workflow.entered') this.#workflows.rememberEntry(event)
    if (event.type === 'workflow.ended') this.#workflows.rememberEnd(event)
  }
}

function isEnding(command: Command): boolean {
  return command.do === 'return' || command.do === 'throw'
}

function mayBeRefused(command: Command): boolean {
  return command.do === 'agent' || command.do === 'workflow' || command.do === 'checkpoint'
}

function typesIn({ options }: AgentCommand): string[] {
  const name = agentTypeOf(options)
  return name === null ? [] : [name]
}

function threw(message: string, line: number | null = null, column: number | null = null): ScriptEnding {
  return { kind: 'threw', error: { message, line, column } }
}
