import type { AgentTypes } from '@/lib/core/agent/agent-type'
import type { Actor } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import type { StoredAgent } from '@/lib/core/ports/agent-store'
import type { Admission } from '@/lib/core/ports/dispatcher'
import type { ToolBox } from '@/lib/core/ports/ports'
import type { Fact } from '@/lib/core/ports/sandbox'
import type { Envelope } from '@/lib/core/run/events'
import type { Briefing } from '@/lib/core/spec/briefing'
import { AgentCounts } from '../parts/agent-counts'
import { AgentEnds } from '../parts/agent-ends'
import { AgentLoops } from '../parts/agent-loops'
import { AgentStarts } from '../parts/agent-starts'
import { Approval } from '../parts/approval'
import { EventRelay } from '../parts/event-relay'
import type { InFlightTurn } from '../parts/in-flight-turn'
import { OutputRooms } from '../parts/output-rooms'
import { PauseGate } from '../parts/pause-gate'
import { RunEnding } from '../parts/run-ending'
import { RunJournal } from '../parts/run-journal'
import { RunPauses } from '../parts/run-pauses'
import { ServedRegions } from '../parts/served-regions'
import { SteeringMessages } from '../parts/steering-messages'
import { Stops } from '../parts/stops'
import { WarmUps } from '../parts/warm-up'
import { BatchWaitTime, WorkTime } from '../parts/work-time'
import { MetAgentTypes } from './agent-types'
import type { BatchSlot, TurnRef } from './batch-slot'
import { FactQueue } from './fact-queue'
import { PermissionQuestions } from './permission-questions'
import type { EnginePorts, ProviderContext } from './ports'
import type { ReplaySource } from './replay-source'
import type { RunFiles } from './run-files'
import type { TurnPlan } from './turn-plan'

/** The batches of a run, as its agents and its engine use them. */
export type RunBatches = {
  /** The provider has no batches: everybody goes on live. */
  areRefused: boolean
  readonly turnsInBatch: number
  restore(journal: readonly Envelope[], agents: ReadonlyMap<string, StoredAgent>): void
  isInBatch(ref: TurnRef): boolean
  slotOf(ref: TurnRef): BatchSlot | null
  join(plan: TurnPlan, admission: Extract<Admission, { kind: 'admitted' }>): BatchSlot
  forget(place: BatchSlot): void
  /** False when the server stops before all is booked. */
  settled(): Promise<boolean>
  giveUp(): void
  halt(): void
}

/** Acts of people on an agent that have not finished. */
type AgentActing = { what: string; actor: Actor }

/**
 * A run while it is being worked on: the parts of which it consists, each with its own partners. A function
 * names the parts it uses with `Needs`; only those that lead a script, an agent or a batched turn take the
 * whole run.
 */
export type ActiveRun = {
  readonly id: string
  readonly ports: EnginePorts
  readonly providerContext: ProviderContext
  readonly journal: RunJournal
  readonly stops: Stops
  readonly gate: PauseGate
  readonly pauses: RunPauses
  readonly ending: RunEnding
  readonly approval: Approval
  readonly permissionQuestions: PermissionQuestions
  readonly events: EventRelay
  readonly batches: RunBatches
  readonly batchWaitTime: BatchWaitTime
  /** How long it has worked; limits of time are judged by it. */
  readonly workTime: WorkTime
  readonly agentStarts: AgentStarts
  readonly agentCounts: AgentCounts
  readonly agentEnds: AgentEnds
  readonly loops: AgentLoops
  readonly facts: FactQueue<Fact>
  readonly steeringMessages: SteeringMessages
  readonly warmUps: WarmUps
  /** What turns of each phase needed so far. */
  readonly outputRooms: OutputRooms
  readonly servedRegions: ServedRegions
  readonly types: MetAgentTypes
  readonly inFlightTurns: Map<string, InFlightTurn>
  /** Answers of ended agents, by agent. */
  readonly answers: Map<string, Json>
  /** The agent of each call that another agent made. */
  readonly agentByKey: Map<string, string>
  /** Agents that wait for room to start others. */
  readonly inLine: Set<string>
  /** Agents whose fast mode was refused or limited: the rest of their turns goes at standard speed. */
  readonly slowed: Set<string>
  /** Checkpoints whose answer is being recorded, so that of two simultaneous answers only one counts. */
  readonly closing: Map<string, Promise<unknown>>
  /** What people are doing to agents: said once, and refused when said again. */
  readonly acting: Map<string, AgentActing>
}

/** A run whose script is at work: what that takes has been opened. */
export type ScriptedRun = ActiveRun & {
  /** What its agents can do in the workspace; null without one. */
  readonly tools: ToolBox | null
  /** The files that its agents change; null where they only read. */
  readonly files: RunFiles | null
  /**
   * What its agents are told of the day and the workspace; null in runs from before briefings were stored.
   */
  readonly briefing: Briefing | null
  /** What this run inherits, when it was forked from another. */
  readonly replaySource: ReplaySource | null
}

/** The parts of a run that a function works with. */
export type Needs<Part extends keyof ScriptedRun> = Pick<ScriptedRun, Part>

/** What a run has before its batches, which take part in approvals and events. */
export type PartsForBatches = Omit<ActiveRun, 'batches' | 'approval' | 'permissionQuestions' | 'events'>

/** Puts a run together that is taken up. `endedByLimit` is the cap that has ended it already. */
export function openRun(
  id: string,
  enginePorts: EnginePorts,
  types: AgentTypes,
  providerContext: ProviderContext,
  endedByLimit: string | null,
  makeBatches: (parts: PartsForBatches) => RunBatches,
): ActiveRun {
  const report: EnginePorts['report'] = (error, about) => enginePorts.report(error, { ...about, runId: id })
  const ports = { ...enginePorts, report }
  const { clock } = ports
  const journal = new RunJournal(id, ports.recorder, clock)
  const stops = new Stops()
  const workTime = new WorkTime(clock.awake)
  const gate = new PauseGate((isOpen) => (isOpen ? workTime.go() : workTime.stand()))
  const ending = new RunEnding(stops, endedByLimit)
  const pauses = new RunPauses({ journal, gate, stops, ending, clock, report })
  const agentCounts = new AgentCounts(journal)
  const parts = {
    id,
    ports,
    providerContext,
    journal,
    stops,
    gate,
    pauses,
    ending,
    batchWaitTime: new BatchWaitTime(),
    workTime,
    agentStarts: new AgentStarts(workTime),
    agentCounts,
    agentEnds: new AgentEnds(journal, clock.awake),
    loops: new AgentLoops(),
    facts: new FactQueue<Fact>(),
    steeringMessages: new SteeringMessages(),
    warmUps: new WarmUps(clock),
    outputRooms: new OutputRooms(),
    servedRegions: new ServedRegions(),
    types: new MetAgentTypes(types),
    inFlightTurns: new Map<string, InFlightTurn>(),
    answers: new Map<string, Json>(),
    agentByKey: new Map<string, string>(),
    inLine: new Set<string>(),
    slowed: new Set<string>(),
    closing: new Map<string, Promise<unknown>>(),
    acting: new Map<string, AgentActing>(),
  }
  const batches = makeBatches(parts)
  const turnsOut = () => parts.inFlightTurns.size + batches.turnsInBatch
  const approval = new Approval({ journal, agentCounts, turnsOut })
  const permissionQuestions = new PermissionQuestions({ id, journal })
  const events = new EventRelay({ ...parts, approval, permissionQuestions, report })
  return { ...parts, batches, approval, permissionQuestions, events }
}
