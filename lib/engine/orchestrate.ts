import { assertNever } from '@/lib/core/assert-never'
import { OccurrenceCounter } from '@/lib/core/call-key'
import type { Envelope, RunEvent } from '@/lib/core/events'
import { unphased } from '@/lib/core/fold'
import type { Json } from '@/lib/core/json'
import { findPrice } from '@/lib/core/pricing'
import type { RunError } from '@/lib/core/run'
import type { AgentCommand, BarrierItem, CheckpointCommand, Command, Sandbox } from '@/lib/core/sandbox'
import type { StoredAgent, Write } from '@/lib/core/store'
import type { ActiveRun } from './active-run'
import { type ResolvedCall, resolveCall } from './agent-call'
import { tightAgentCap } from './agent-caps'
import { agentFact } from './agent-fact'
import { runAgent } from './agent-loop'
import { agentTypeOf } from './call-options'
import { CalledWorkflows } from './called-workflows'
import { Checkpoints } from './checkpoints'
import { type Counted, countToday } from './day-agents'
import { sourceOf } from './fact-sources'
import type { LiveAgent } from './live-agent'
import { Refusals } from './refusals'
import { resumeAgent } from './resume-agent'
import { Said } from './said'
import { ScriptTimers } from './script-timers'

/** How a script ended. */
export type ScriptEnding = { kind: 'returned'; value: Json; fedBy: string[] } | { kind: 'threw'; error: RunError }

/** What the journal already says when a run is taken up: nothing for a new run. */
export type Past = {
  journal: readonly Envelope[]
  agents: ReadonlyMap<string, StoredAgent>
  /** Sources of called workflows, by digest. */
  sources: ReadonlyMap<string, string>
}

/** Rows written in one commit; more would block the event loop. */
const ROWS_PER_COMMIT = 300

/** Facts handed to the sandbox in one message; all of them together have the time of one. */
const FACTS_AT_ONCE = 100

/** A checked schema is remembered by its text: a thousand calls share a handful. */
type SchemaVerdicts = Map<string, string | null>

/**
 * Runs a script against the journal: every call is looked up by its key, ended ones answer at once, unfinished ones go
 * on, new ones are made. Facts are handed over one at a time, in the order of the journal.
 */
export class Orchestration {
  readonly #occurrences = new OccurrenceCounter()
  readonly #byKey = new Map<string, StoredAgent>()
  readonly #agentOfCall = new Map<number, string>()
  readonly #loops = new Set<Promise<void>>()
  readonly #timers: ScriptTimers
  readonly #checkpoints: Checkpoints
  readonly #refusals: Refusals
  readonly #workflows: CalledWorkflows
  readonly #schemas: SchemaVerdicts = new Map()
  readonly #seenPhases = new Set<string>()
  readonly #seenBarriers = new Set<string>()
  /** The calls being written down: a stop waits for them, else an agent could be made in a run that has ended. */
  #committing: Promise<void> = Promise.resolve()
  readonly #pricedModels = new Set<string>()
  #isCapNoted = false
  readonly #cappedPhases = new Set<string | null>()
  /** Events and rows not yet on disk: those of inherited answers wait for company. */
  readonly #legacy: { events: RunEvent[]; writes: Write[] } = { events: [], writes: [] }
  readonly #replayedLogs = new Said()
  readonly #replayedNotes = new Said()
  /** Of the next new agent of the script: after all there are, those of an earlier attempt at the run included. */
  #nextPosition = 0

  constructor(
    private readonly run: ActiveRun,
    private readonly sandbox: Sandbox,
    past: Past,
  ) {
    for (const agent of past.agents.values()) {
      this.#byKey.set(agent.spec.key, agent)
      if (agent.state.parentId === null) this.#nextPosition = Math.max(this.#nextPosition, agent.state.position + 1)
      const { agentType } = agent.spec.options
      if (agentType !== null) run.types.remember(agentType.asked, agentType.type)
    }
    this.#timers = new ScriptTimers(run, this.#occurrences)
    this.#checkpoints = new Checkpoints(run, this.#occurrences)
    this.#refusals = new Refusals(run)
    this.#workflows = new CalledWorkflows(run, this.#occurrences, this.#refusals, past.sources)
    for (const envelope of past.journal) this.#remember(envelope)
    for (const { spec, state, result, hasResult } of past.agents.values()) {
      if (state.parentId === null) continue
      run.noteKey(spec.key, state.id)
      if (hasResult) run.answers.set(state.id, result)
    }
    run.begin = (agent) => this.#start(runAgent(run, agent))
  }

  /** Runs to the end of the script. Rejects with the stop reason when the run is stopped. */
  async toEnd(): Promise<ScriptEnding> {
    this.run.signal.throwIfAborted()
    const stopped = new Promise<never>((_, reject) => {
      this.run.signal.addEventListener('abort', () => reject(this.run.signal.reason), { once: true })
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

  /** Resolves when the script makes no more calls and every agent that was started has come to rest. */
  async settled(): Promise<void> {
    await this.sandbox.close()
    await this.#committing
    while (this.#loops.size > 0) await Promise.all(this.#loops)
  }

  async #drive(): Promise<ScriptEnding> {
    this.#takeUpSpawned()
    let ending = await this.#obey(await this.sandbox.start())
    while (ending === null) {
      const { facts } = this.run
      if (!facts.isDue) {
        const inherited = await this.#inherit()
        if (inherited !== null) {
          ending = inherited.ending
          continue
        }
        if (!facts.isWaiting)
          return threw(
            'The script waits for something that can never happen: no agent, no timer and no question is left.',
          )
        await facts.due()
      }
      await this.run.gate.pass(this.run.signal)
      const due = facts.take(FACTS_AT_ONCE)
      if (due.length === 0) continue
      const { commands, taken } = await this.sandbox.deliver(due)
      facts.delivered(due, taken)
      ending = await this.#obey(commands)
    }
    return ending
  }

  /** Lets the script learn the next thing its origin knew; null when there is nothing left that it waits for. */
  async #inherit(): Promise<{ ending: ScriptEnding | null } | null> {
    const next = this.run.heritage?.next() ?? null
    if (next === null) {
      await this.#begin(this.#legacy.events, this.#legacy.writes, [])
      return null
    }
    const { source, fact, events, writes } = next.legacy
    this.#legacy.events.push(...events)
    this.#legacy.writes.push(...writes)
    this.run.facts.forget(source)
    const { commands } = await this.sandbox.deliver([{ fact, budget: this.run.facts.reading(next.spent) }])
    return { ending: await this.#obey(commands) }
  }

  /** Agents that agents started go on by themselves: no call of the script leads to them. */
  #takeUpSpawned(): void {
    for (const stored of this.#byKey.values()) {
      if (stored.state.parentId !== null && stored.state.endedAt === null) this.#start(resumeAgent(this.run, stored))
    }
  }

  /** Carries out what the script asked for, in its order. */
  async #obey(commands: readonly Command[]): Promise<ScriptEnding | null> {
    await this.#checkSchemas(commands)
    await this.run.types.meet(commands.flatMap((command) => (command.do === 'agent' ? typesIn(command) : [])))
    this.run.signal.throwIfAborted()
    // What was inherited so far goes to disk before what follows from it.
    const { events, writes } = this.#legacy
    const begun: LiveAgent[] = []
    let ending: ScriptEnding | null = null
    for (const command of commands) {
      switch (command.do) {
        case 'agent':
          await this.#call(command, events, writes, begun)
          break
        case 'reject':
          this.#reject(command.id, events)
          break
        case 'workflow': {
          const search = this.#workflows.call(command)
          if (search !== null) this.#start(search)
          break
        }
        case 'workflow-ended':
          this.#workflows.end(command, events)
          break
        case 'checkpoint':
          this.#ask(command, events)
          break
        case 'set-timer':
          this.#timers.set(command, events)
          break
        case 'clear-timer':
          this.#timers.clear(command.id)
          break
        case 'log':
          if (!this.#replayedLogs.takes(command.message)) events.push({ type: 'run.logged', message: command.message })
          break
        case 'note':
          this.#note(command.message, command.site, null, events)
          break
        case 'phase':
          if (!this.#seenPhases.has(command.title)) events.push({ type: 'run.phase-entered', title: command.title })
          this.#seenPhases.add(command.title)
          break
        case 'open-barrier':
          this.#barrier(`open:${command.id}`, events, {
            type: 'barrier.opened',
            barrierId: String(command.id),
            kind: command.kind,
            size: command.size,
            callSite: command.site,
            within: itemOf(command.within),
          })
          break
        case 'close-barrier':
          this.#barrier(`close:${command.id}`, events, { type: 'barrier.closed', barrierId: String(command.id) })
          break
        case 'return':
          ending ??= { kind: 'returned', value: command.value, fedBy: this.#agentsOf(command.dependsOn) }
          break
        case 'throw':
          ending ??= threw(command.message, command.line, command.column)
          break
        default:
          assertNever(command)
      }
      if (events.length + writes.length >= ROWS_PER_COMMIT) await this.#begin(events, writes, begun)
    }
    if (
      begun.length > 0 ||
      ending !== null ||
      this.run.heritage === null ||
      events.length + writes.length >= ROWS_PER_COMMIT
    )
      await this.#begin(events, writes, begun)
    return ending
  }

  /** Commits what was decided, then lets the new agents go: nothing is acted on before it is on disk. */
  async #begin(events: RunEvent[], writes: Write[], begun: LiveAgent[]): Promise<void> {
    this.run.signal.throwIfAborted()
    if (events.length > 0 || writes.length > 0) {
      const committed = this.run.ports.recorder.record(this.run.id, events.splice(0), writes.splice(0))
      this.#committing = committed.then(() => {}).catch(() => {})
      await committed
      this.run.signal.throwIfAborted()
    }
    for (const agent of begun.splice(0)) this.#start(runAgent(this.run, agent))
  }

  #start(loop: Promise<void>): void {
    const tracked = loop.finally(() => this.#loops.delete(tracked))
    this.#loops.add(tracked)
  }

  async #call(command: AgentCommand, events: RunEvent[], writes: Write[], begun: LiveAgent[]): Promise<void> {
    const { run } = this
    const call = this.#resolve(command)
    const refuse = (message: string, endsRun = false) => {
      const { scope, site: callSite } = command
      this.#refusals.ask(command.id, call.key)
      if (this.#refusals.has(call.key)) return
      this.#refusals.refuse({ scope, key: call.key, message, callSite, endsRun }, events)
    }
    const bad = this.#schemas.get(schemaText(command)) ?? refusedType(run, command)
    if (bad) {
      refuse(bad)
      return
    }
    for (const note of call.notes) this.#note(note, command.site, null, events)
    this.#notePrice(call.model, command.site, events)
    const known = this.#byKey.get(call.key)
    if (known !== undefined) {
      this.#reuse(command, known)
      return
    }
    const inherited = run.heritage?.agent(call.key) ?? null
    const position = this.#nextPosition
    const beforeWait = () => this.#begin(events, writes, begun)
    let counted: Counted = null
    for (;;) {
      const full = this.#noRoom(call, command, position, events)
      if (full !== null) return refuse(full)
      // An answer that is taken over makes nobody work: it is no agent of the day.
      if (inherited !== null) break
      const today = await countToday(run, { count: 1, by: null, signal: run.signal, beforeWait })
      if (today.kind === 'ended') return refuse(today.why.message, true)
      if (today.kind === 'again') continue
      counted = today.counted
      break
    }
    this.#nextPosition += 1
    const agentId = `a${position + 1}`
    run.making.set(agentId, call.phase ?? unphased)
    const spec = { ...call.spec, agentId, key: call.key }
    const first = { role: 'user' as const, content: [{ type: 'text', text: spec.prompt === '' ? ' ' : spec.prompt }] }
    this.#agentOfCall.set(command.id, agentId)
    this.#await(command, agentId)
    if (inherited === null) run.heritage?.diverge()
    else this.#awaitInherited(command, agentId, inherited)
    events.push({
      type: 'agent.created',
      agentId,
      position,
      parentId: null,
      scope: command.scope,
      callSite: command.site,
      barrier: itemOf(command.barrier),
      label: call.label,
      phase: call.phase,
      key: call.key,
      requestedModel: call.requestedModel,
      model: call.model,
      delivery: spec.options.delivery,
      dependsOn: this.#agentsOf(command.dependsOn),
      preview: spec.prompt.slice(0, 240),
    })
    writes.push({ do: 'create-agent', spec, first, counted })
    if (inherited !== null) return
    begun.push({
      spec,
      fence: 0,
      phase: call.phase,
      position,
      model: call.model,
      attempt: 1,
      turn: 0,
      firstTurn: 0,
      messages: [first],
      stopReason: null,
      isClamped: false,
    })
  }

  /** What a call is told for whose agent there is no room, in the run or in its phase; null when there is. */
  #noRoom(call: ResolvedCall, { site }: AgentCommand, position: number, events: RunEvent[]): string | null {
    const { agents: cap } = this.run.state.run.limits
    const tight = tightAgentCap(this.run, [call.phase])
    if (position >= cap || this.#refusals.has(call.key) || (tight !== null && tight.phase === null)) {
      const message = `The run's limit of ${cap.toLocaleString('en')} agents is reached. Raise it at launch if so many are meant.`
      if (!this.#isCapNoted) this.#note(message, site, null, events)
      this.#isCapNoted = true
      return message
    }
    if (tight === null) return null
    const message = `The limit of ${tight.cap.toLocaleString('en')} agents of the phase “${tight.phase}” is reached. Raise it if so many are meant.`
    if (!this.#cappedPhases.has(tight.phase)) this.#note(message, site, null, events)
    this.#cappedPhases.add(tight.phase)
    return message
  }

  #agentsOf(calls: readonly number[]): string[] {
    return calls.map((id) => this.#agentOfCall.get(id)).filter((id) => id !== undefined)
  }

  #reuse(command: AgentCommand, stored: StoredAgent): void {
    const { run } = this
    const agentId = stored.state.id
    this.#agentOfCall.set(command.id, agentId)
    if (stored.hasResult) run.answers.set(agentId, stored.result)
    this.#await(command, agentId)
    if (stored.state.endedAt !== null || run.facts.isRecorded(agentId)) {
      if (stored.state.reusedFrom === null) run.heritage?.diverge()
      return
    }
    // A fork that was killed before it had written down what it inherits.
    const inherited = stored.state.turns === 0 ? (run.heritage?.agent(stored.spec.key) ?? null) : null
    if (inherited !== null) this.#awaitInherited(command, agentId, inherited)
    else {
      run.heritage?.diverge()
      this.#start(resumeAgent(run, stored))
    }
  }

  #awaitInherited(command: AgentCommand, agentId: string, { state, result }: StoredAgent): void {
    const { run } = this
    if (run.heritage === null) return
    const { runId } = run.heritage
    run.answers.set(agentId, result)
    const outcome = state.flags.length > 0 ? 'flagged' : 'succeeded'
    const reusedFrom = { runId, agentId: state.id, spent: run.heritage.spentAt(state.id) }
    run.heritage.await(state.id, {
      source: sourceOf.agent(agentId),
      fact: agentFact(command, state, result),
      events: [
        ...state.flags.map((flag): RunEvent => ({ type: 'flag.raised', agentId, flag })),
        { type: 'agent.ended', agentId, outcome, failure: null, preview: state.preview, reusedFrom, actor: null },
      ],
      writes: [{ do: 'save-answer', agentId, fence: 0, result }],
      byTheClock: null,
    })
  }

  /** A call as it is to be asked: a fork may ask some of them otherwise. */
  #resolve(command: AgentCommand): ResolvedCall {
    const call = resolveCall(this.run, command, this.#occurrences)
    const { overrides } = this.run.state.run
    const override = overrides.find(({ key }) => key === call.key)
    if (override === undefined) return call
    const { prompt, model } = override
    const options = model === null ? command.options : { ...command.options, model }
    return resolveCall(this.run, { ...command, options, prompt: prompt ?? command.prompt }, this.#occurrences)
  }

  #await(command: AgentCommand, agentId: string): void {
    const { run } = this
    run.facts.ask(sourceOf.agent(agentId), () =>
      agentFact(command, run.agent(agentId), run.answers.get(agentId) ?? null),
    )
  }

  /** The script's own word that an answer is none. Said once, however often the run is replayed. */
  #reject(callId: number, events: RunEvent[]): void {
    const agentId = this.#agentOfCall.get(callId)
    // An inherited one may not be on disk yet.
    if (agentId === undefined || this.run.state.agents.get(agentId)?.failure?.kind === 'rejected') return
    events.push({ type: 'agent.rejected', agentId })
  }

  #ask(command: CheckpointCommand, events: RunEvent[]): void {
    const key = this.#checkpoints.keyOf(command)
    const bad = this.#schemas.get(schemaText(command))
    if (!bad) {
      this.#checkpoints.open(command, key, events)
      return
    }
    const { scope, site: callSite } = command
    this.#refusals.ask(command.id, key)
    if (!this.#refusals.has(key)) this.#refusals.refuse({ scope, key, message: bad, callSite, endsRun: false }, events)
  }

  #note(message: string, callSite: AgentCommand['site'], agentId: string | null, events: RunEvent[]): void {
    if (!this.#replayedNotes.takes(message)) events.push({ type: 'run.noted', message, agentId, callSite })
  }

  /** Said once a model: what cannot be priced cannot be held under a cap of dollars either. */
  #notePrice(model: string, site: AgentCommand['site'], events: RunEvent[]): void {
    if (this.#pricedModels.has(model)) return
    this.#pricedModels.add(model)
    const { prices, now } = this.run.ports
    if (findPrice(prices(), model, new Date(now()).toISOString()) !== null) return
    const message = `The price of ${model} is not known: its cost is shown as unknown, and the dollar cap cannot hold it. A cap of tokens can.`
    this.#note(message, site, null, events)
  }

  #barrier(id: string, events: RunEvent[], event: RunEvent): void {
    if (!this.#seenBarriers.has(id)) events.push(event)
    this.#seenBarriers.add(id)
  }

  #remember(envelope: Envelope): void {
    const { event } = envelope
    this.run.facts.hear(envelope)
    if (event.type === 'run.logged') this.#replayedLogs.add(event.message)
    if (event.type === 'run.noted') this.#replayedNotes.add(event.message)
    if (event.type === 'run.phase-entered') this.#seenPhases.add(event.title)
    if (event.type === 'barrier.opened') this.#seenBarriers.add(`open:${event.barrierId}`)
    if (event.type === 'barrier.closed') this.#seenBarriers.add(`close:${event.barrierId}`)
    if (event.type === 'timer.set') this.#timers.remember(event)
    if (event.type === 'checkpoint.opened') this.#checkpoints.remember(event)
    if (event.type === 'call.refused') this.#refusals.remember(event)
    if (event.type === 'workflow.entered') this.#workflows.rememberEntry(event)
    if (event.type === 'workflow.ended') this.#workflows.rememberEnd(event)
  }

  /** Asks about each schema once, before any agent of the batch is made: a schema nobody can meet costs nothing. */
  async #checkSchemas(commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      if (command.do !== 'agent' && command.do !== 'checkpoint') continue
      const text = schemaText(command)
      const schema = schemaOf(command)
      if (text === '' || schema === null || this.#schemas.has(text)) continue
      const complaints = await this.run.ports.schemas.checkSchema(schema)
      const [first] = complaints
      this.#schemas.set(
        text,
        first === undefined
          ? null
          : `The schema of this ${command.do}() call cannot be used: ${first.path} ${first.message}`.trim(),
      )
    }
  }
}

function itemOf(within: BarrierItem | null): { barrierId: string; item: number } | null {
  return within === null ? null : { barrierId: String(within.id), item: within.item }
}

function typesIn({ options }: AgentCommand): string[] {
  const name = agentTypeOf(options)
  return name === null ? [] : [name]
}

function refusedType(run: ActiveRun, { options }: AgentCommand): string | null {
  const name = agentTypeOf(options)
  return name === null ? null : run.types.refusal(name)
}

function schemaOf(command: AgentCommand | CheckpointCommand): Json {
  return (command.do === 'agent' ? command.options.schema : command.input) ?? null
}

function schemaText(command: AgentCommand | CheckpointCommand): string {
  const schema = schemaOf(command)
  return typeof schema === 'object' && schema !== null ? JSON.stringify(schema) : ''
}

function threw(message: string, line: number | null = null, column: number | null = null): ScriptEnding {
  return { kind: 'threw', error: { message, line, column } }
}
