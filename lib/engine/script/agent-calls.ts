import type { OccurrenceCounter } from '@/lib/core/agent/call-key'
import { noRoomForCall, tightAgentCap } from '@/lib/core/caps/agent-cap'
import { findPrice } from '@/lib/core/money/pricing'
import type { StoredAgent } from '@/lib/core/ports/agent-store'
import type { AgentCommand, Fact } from '@/lib/core/ports/sandbox'
import { openCheckpoints } from '@/lib/core/run/checkpoints'
import type { CallCap, RunEvent } from '@/lib/core/run/events'
import { type ResolvedCall, resolveCall } from '../agent/agent-call'
import { agentTypeOf } from '../agent/call-options'
import { createAgent } from '../agent/create-agent'
import { type Counted, countToday } from '../agent/day-agents'
import { resumeAgent } from '../agent/resume-agent'
import type { Needs, ScriptedRun } from '../context/active-run'
import { sourceOf } from '../context/fact-sources'
import { agentFact } from './agent-fact'
import { CapWatch } from './cap-watch'
import type { PendingCommit } from './pending-commit'
import type { Refusals } from './refusals'
import { itemOf, type ScriptLog } from './script-log'

/**
 * The `agent()` calls of a script: each is looked up by its key, one that was made before answers at once or
 * goes on, one that the origin of a fork answered is taken over, and for a new one an agent is made.
 */
export class AgentCalls {
  readonly #byKey = new Map<string, StoredAgent>()
  /** Agents whose end the script has been told. */
  readonly #told = new Set<string>()
  readonly #agentOfCall = new Map<number, string>()
  readonly #pricedModels = new Set<string>()
  readonly #capWatch = new CapWatch(MOST_CAPPED_ROUNDS)
  /** Calls that would exceed the approval, in their order. */
  readonly #reserved: { command: AgentCommand; call: ResolvedCall }[] = []
  #isCapNoted = false
  readonly #cappedPhases = new Set<string | null>()
  /**
   * Position of the script's next new agent: after all existing agents, including those of an earlier attempt
   * at the run.
   */
  #nextPosition = 0

  constructor(
    private readonly run: ScriptedRun,
    agents: Iterable<StoredAgent>,
    private readonly occurrences: OccurrenceCounter,
    private readonly refusals: Refusals,
    private readonly scriptLog: ScriptLog,
    private readonly pending: PendingCommit,
  ) {
    for (const agent of agents) {
      const { spec, state, result, hasResult } = agent
      this.#byKey.set(spec.key, agent)
      const { agentType } = spec.options
      if (agentType !== null) run.types.remember(agentType.asked, agentType.type)
      if (state.parentId === null) {
        this.#nextPosition = Math.max(this.#nextPosition, state.position + 1)
        continue
      }
      run.agentByKey.set(spec.key, state.id)
      if (hasResult) run.answers.set(state.id, result)
    }
  }

  /** Agents that agents started go on by themselves: no call of the script leads to them. */
  resumeSpawned(): void {
    for (const stored of this.#byKey.values()) {
      if (stored.state.parentId !== null && stored.state.endedAt === null)
        this.run.loops.follow(resumeAgent(this.run, stored))
    }
  }

  /**
   * Resolves once it is decided what a call leads to. `badSchema` says what is wrong with its schema; null
   * when nothing is.
   */
  async call(command: AgentCommand, badSchema: string | null): Promise<void> {
    const { run } = this
    const { events } = this.pending
    const call = this.#resolve(command)
    const bad = badSchema ?? refusedType(run, command)
    if (bad) return this.#refuse(command, call, bad, null)
    if (this.refusals.has(call.key)) return this.#refuse(command, call, '', null)
    const { budgetTokens } = run.journal.state.run
    const spent = `The budget of ${budgetTokens} output tokens is spent`
    if (command.overBudget) return this.#refuse(command, call, spent, 'script-budget')
    for (const note of call.notes) this.scriptLog.note(note, command.site, events)
    this.#notePrice(call.model, command.site, events)
    const known = this.#byKey.get(call.key)
    if (known !== undefined) {
      this.#reuse(command, known)
      return
    }
    const inherited = run.replaySource?.agentOf(call.key, call.spec.prompt) ?? null
    if (inherited === null && call.retired !== null) return this.#refuse(command, call, call.retired, null)
    if (inherited === null && (this.#reserved.length > 0 || run.approval.holds(1)))
      this.#reserved.push({ command, call })
    else await this.#make(command, call, inherited)
  }

  /** True while calls wait for somebody's yes: they would pass what was approved. */
  get isHeld(): boolean {
    return this.#reserved.length > 0
  }

  /** Asks for the calls that wait, once the script has made all that it makes now. */
  async askForHeld(): Promise<void> {
    if (this.#reserved.length === 0) return
    await this.pending.commit()
    await this.run.approval.askForAgents(this.#reserved.length)
  }

  /**
   * Lets calls go that waited, as many as are approved by now; all of them are refused once the run was
   * stopped there.
   */
  async release(): Promise<void> {
    const { approval } = this.run
    while (this.#reserved.length > 0 && !approval.holds(1)) {
      const [next] = this.#reserved.splice(0, 1)
      if (next !== undefined) await this.#make(next.command, next.call, null)
    }
    await this.askForHeld()
    await this.pending.commit()
  }

  /** Makes the agent of a call, where there is room for it. */
  async #make(command: AgentCommand, call: ResolvedCall, inherited: StoredAgent | null): Promise<void> {
    const { run, pending } = this
    const { events, writes, begun } = pending
    const { stopped } = run.approval
    if (inherited === null && stopped !== null) return this.#refuse(command, call, stopped, 'approval', true)
    const position = this.#nextPosition
    const beforeWait = () => pending.commit()
    let counted: Counted = null
    for (;;) {
      const full = this.#noRoom(call, command, position, events)
      if (full !== null) return this.#refuse(command, call, full.message, full.cap)
      // An answer that is taken over makes nobody work: it is no agent of the day.
      if (inherited !== null) break
      const today = await countToday(run, { count: 1, by: null, signal: run.stops.signal, beforeWait })
      if (today.kind === 'ended') return this.#refuse(command, call, today.why.message, today.cap, true)
      if (today.kind === 'again') continue
      counted = today.counted
      break
    }
    if (run.ending.byLimit !== null) await this.#endIfBarren(run.ending.byLimit)
    this.#nextPosition += 1
    const agentId = `a${position + 1}`
    this.#agentOfCall.set(command.id, agentId)
    this.#capWatch.asked()
    this.#await(command, agentId)
    if (inherited === null) run.replaySource?.endReplay()
    else this.#awaitInherited(command, agentId, inherited)
    const made = createAgent(run, {
      agentId,
      position,
      parentId: null,
      scope: command.scope,
      callSite: command.site,
      barrier: itemOf(command.barrier),
      dependsOn: [...new Set([...this.agentsOf(command.dependsOn), ...call.reads])],
      call,
      key: call.key,
      counted,
      isBought: inherited === null,
    })
    events.push(made.event)
    writes.push(made.write)
    if (inherited === null) begun.push(made.live)
  }

  async #refuse(
    command: AgentCommand,
    { key }: ResolvedCall,
    message: string,
    cap: CallCap | null,
    endsRun = false,
  ): Promise<void> {
    const { id, scope, site: callSite } = command
    if (!this.refusals.has(key)) {
      if (cap !== null) {
        await this.#endIfBarren(`${message} The script made no other calls.`)
        this.#capWatch.asked()
        this.refusals.meetCap(id)
      }
      this.refusals.refuse({ scope, key, message, callSite, endsRun, cap }, this.pending.events)
    }
    this.refusals.ask(id, key)
  }

  /** The script's own word that an answer is none. Said once, however often the run is replayed. */
  reject(callId: number, events: RunEvent[]): void {
    const agentId = this.#agentOfCall.get(callId)
    // An inherited one may not be on disk yet.
    if (agentId === undefined || this.run.journal.state.agents.get(agentId)?.failure?.kind === 'rejected')
      return
    events.push({ type: 'agent.rejected', agentId })
  }

  /** The agents of these calls. */
  agentsOf(calls: readonly number[]): string[] {
    return calls.map((id) => this.#agentOfCall.get(id)).filter((id) => id !== undefined)
  }

  /** Receives every fact that was delivered to the script, in order. */
  heard(fact: Fact): void {
    const agentId = this.#agentOfCall.get(fact.id)
    if (agentId !== undefined) this.#told.add(agentId)
    if (this.#isLimit(fact)) this.#capWatch.refused()
    else if (agentId !== undefined) this.#capWatch.answered()
    else if (!isNothingNew(fact)) this.#capWatch.somethingNew()
  }

  #isLimit(fact: Fact): boolean {
    const agentId = this.#agentOfCall.get(fact.id)
    const kind = agentId === undefined ? null : this.run.journal.state.agents.get(agentId)?.failure?.kind
    return this.refusals.isCap(fact) || kind === 'limit'
  }

  /**
   * Ends a script that only meets refusals at a cap, but not before all its agents have ended: one at work
   * may still give it another answer.
   */
  async #endIfBarren(why: string): Promise<void> {
    const { run, pending } = this
    while (this.#capWatch.isBarren) {
      await pending.commit()
      // Deliver what has arrived meanwhile first: the script may take another path.
      if (run.facts.someDue((fact) => !isNothingNew(fact) && !this.#isLimit(fact))) return
      if (isAtRest(run)) {
        run.ending.atLimit(why)
        run.stops.signal.throwIfAborted()
      }
      await run.ports.clock.sleep(CHECK_AGAIN_MS, run.stops.signal)
    }
  }

  /** A call as it is to be asked: a fork may ask some of them otherwise. */
  #resolve(command: AgentCommand): ResolvedCall {
    const grants = {
      depth: 0,
      readsAnswers: false,
      tree: this.run.files?.scriptTree ?? null,
      // Agents that an agent led have ended before it.
      knows: (agentId: string) => this.#told.has(agentId.split('.', 1)[0] ?? agentId),
    }
    const call = resolveCall(this.run, command, this.occurrences, grants)
    const { overrides } = this.run.journal.state.run
    const override = overrides.find(({ key }) => key === call.key)
    if (override === undefined) return call
    const { prompt, model } = override
    const options = model === null ? command.options : { ...command.options, model }
    const asked = { ...command, options, prompt: prompt ?? command.prompt }
    return resolveCall(this.run, asked, this.occurrences, grants)
  }

  /** Said once a model: what cannot be priced cannot be reserved under a cap of dollars, and does not run under one. */
  #notePrice(model: string, site: AgentCommand['site'], events: RunEvent[]): void {
    if (this.#pricedModels.has(model)) return
    this.#pricedModels.add(model)
    const { prices, clock } = this.run.ports
    if (findPrice(prices(), model, new Date(clock.now()).toISOString()) !== null) return
    const message = `The price of ${model} is unknown: what it costs is shown as unknown, and it is asked only where no cap in dollars applies. Set its price under Costs > Prices.`
    this.scriptLog.note(message, site, events)
  }

  #reuse(command: AgentCommand, stored: StoredAgent): void {
    const { run } = this
    const agentId = stored.state.id
    this.#agentOfCall.set(command.id, agentId)
    this.#capWatch.asked()
    if (stored.hasResult) run.answers.set(agentId, stored.result)
    this.#await(command, agentId)
    if (stored.state.endedAt !== null || run.facts.isRecorded(agentId)) {
      if (stored.state.reusedFrom === null) run.replaySource?.endReplay()
      return
    }
    // A fork that was killed before it had recorded what it inherits.
    const inherited = stored.state.turns === 0 ? (run.replaySource?.agent(stored.spec.key) ?? null) : null
    if (inherited !== null) this.#awaitInherited(command, agentId, inherited)
    else {
      run.replaySource?.endReplay()
      run.loops.follow(resumeAgent(run, stored))
    }
  }

  /**
   * The message to a call when there is no room for its agent, in the run or in its phase; null when there
   * is.
   */
  #noRoom(
    call: ResolvedCall,
    { site }: AgentCommand,
    position: number,
    events: RunEvent[],
  ): { message: string; cap: CallCap } | null {
    const { agents: cap } = this.run.journal.state.run.limits
    const tight = tightAgentCap(this.run.journal.state, this.run.agentCounts.phasesInTheMaking(), [
      call.phase,
    ])
    if (position >= cap || (tight !== null && tight.phase === null)) {
      const message = noRoomForCall({ cap, phase: null })
      if (!this.#isCapNoted) this.scriptLog.note(message, site, events)
      this.#isCapNoted = true
      return { message, cap: 'agents' }
    }
    if (tight === null) return null
    const message = noRoomForCall(tight)
    if (!this.#cappedPhases.has(tight.phase)) this.scriptLog.note(message, site, events)
    this.#cappedPhases.add(tight.phase)
    return { message, cap: 'phase-agents' }
  }

  #await(command: AgentCommand, agentId: string): void {
    const { run } = this
    run.facts.ask(sourceOf.agent(agentId), () =>
      agentFact(command, run.journal.agent(agentId), run.answers.get(agentId) ?? null),
    )
  }

  #awaitInherited(command: AgentCommand, agentId: string, { spec, state, result }: StoredAgent): void {
    const { run } = this
    if (run.replaySource === null) return
    const { runId } = run.replaySource
    run.answers.set(agentId, result)
    const outcome = state.flags.length > 0 ? 'flagged' : 'succeeded'
    const reusedFrom = { runId, agentId: state.id, spent: run.replaySource.spentAt(state.id) }
    run.replaySource.await(state.id, {
      source: sourceOf.agent(agentId),
      fact: agentFact(command, state, result),
      events: [
        ...state.flags.map((flag): RunEvent => ({ type: 'flag.raised', agentId, flag })),
        {
          type: 'agent.ended',
          agentId,
          outcome,
          failure: null,
          preview: state.preview,
          reusedFrom,
          ...(state.patch === null ? {} : { patch: state.patch }),
          actor: null,
        },
      ],
      patch:
        state.patch === null
          ? null
          : {
              agentId,
              patch: state.patch,
              merged: run.replaySource.mergeOf(state.id),
              isIsolated: spec.options.isIsolated === true,
            },
      writes: [{ do: 'save-answer', agentId, fence: 0, result }],
      byTheClock: null,
    })
  }
}

/** Consecutive rounds of refusals after which a script is assumed to go on asking. */
const MOST_CAPPED_ROUNDS = 3

/** How often to check whether the other agents have ended; nothing urgent depends on it. */
const CHECK_AGAIN_MS = 250

/**
 * A timer that fired or a workflow that was found changes nothing: a script that tries again later meets the
 * cap again.
 */
function isNothingNew({ kind }: Fact): boolean {
  return kind === 'timer' || kind === 'workflow' || kind === 'throw'
}

/** Whether nothing of the run can tell its script anything new. */
export function isAtRest({ journal: { state } }: Needs<'journal'>): boolean {
  return (
    openCheckpoints(state).length === 0 && [...state.agents.values()].every(({ endedAt }) => endedAt !== null)
  )
}

function refusedType(run: Needs<'types'>, { options }: AgentCommand): string | null {
  const name = agentTypeOf(options)
  return name === null ? null : run.types.refusal(name)
}
