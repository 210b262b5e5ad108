import type { OccurrenceCounter } from '@/lib/core/agent/call-key'
import type { Actor } from '@/lib/core/base/actor'
import { canonicalJson, type Json } from '@/lib/core/base/json'
import type { Cancel } from '@/lib/core/ports/clock'
import type { CheckpointCommand, Fact } from '@/lib/core/ports/sandbox'
import type { Checkpoint } from '@/lib/core/run/checkpoint'
import type { EventOf, RunEvent } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { exampleOf } from '@/lib/core/schema/example-of'
import type { Approved } from '@/lib/core/spec/approval'
import { trialRunPrefix } from '@/lib/core/spec/run'
import type { Needs } from '../context/active-run'
import { sourceOf } from '../context/fact-sources'

const SOON_MS = 10

/**
 * The questions a script puts to people. One is found again on replay by its scope, its text and how often
 * that came before; siblings go on meanwhile, and a question without a deadline waits for as long as it
 * takes.
 */
export class Checkpoints {
  readonly #opened = new Map<string, EventOf<'checkpoint.opened'>>()
  readonly #waiting = new Set<Cancel>()

  constructor(
    private readonly run: Needs<
      'closing' | 'facts' | 'gate' | 'id' | 'journal' | 'ports' | 'replaySource' | 'stops'
    >,
    private readonly occurrences: OccurrenceCounter,
  ) {}

  remember(event: EventOf<'checkpoint.opened'>): void {
    this.#opened.set(event.key, event)
  }

  /** The key of a question, counted once a call. */
  keyOf({ scope, title, detail, input }: CheckpointCommand): string {
    const digest = this.run.ports.digest(canonicalJson({ checkpoint: title, detail, input }))
    return `${scope}:${digest}:${this.occurrences.next(scope, digest)}`
  }

  open(command: CheckpointCommand, key: string, events: RunEvent[]): void {
    const { facts, ports } = this.run
    const known = this.#opened.get(key)
    const opened = known ?? this.#put(command, key, ports.clock.now())
    if (known === undefined) events.push(opened)
    if (this.#inherit(command, key, opened.checkpointId)) return
    const { checkpointId } = opened
    const dueAt = dueOf(this.run, opened)
    const source = sourceOf.checkpoint(checkpointId)
    facts.ask(source, () => this.#fact(command, checkpointId))
    if (facts.isRecorded(source)) return
    if (this.#isTrialRun) this.#await(opened, ports.clock.now())
    else if (dueAt !== null) this.#await(opened, Date.parse(dueAt))
  }

  /** A question that was answered in the run this one was forked from is not asked again. */
  #inherit(command: CheckpointCommand, key: string, checkpointId: string): boolean {
    const { replaySource, facts } = this.run
    const source = sourceOf.checkpoint(checkpointId)
    const asked = replaySource?.question(key) ?? null
    if (replaySource === null || asked === null || facts.isRecorded(source)) return false
    const { value, by, actor } = asked.answered
    facts.ask(source, () => this.#fact(command, checkpointId))
    replaySource.await(sourceOf.checkpoint(asked.opened.checkpointId), {
      source,
      fact: { id: command.id, kind: 'value', value },
      events: [{ type: 'checkpoint.answered', checkpointId, value, by, actor }],
      writes: [],
      patch: null,
      byTheClock: null,
    })
    return true
  }

  stop(): void {
    for (const cancel of this.#waiting) cancel()
  }

  /** In a trial run nobody can be asked: it goes on with the default, or with something that fits. */
  get #isTrialRun(): boolean {
    return this.run.id.startsWith(trialRunPrefix)
  }

  #put(command: CheckpointCommand, key: string, nowMs: number): EventOf<'checkpoint.opened'> {
    const { scope, title, detail, input, timeoutMs, hasDefault, site } = command
    const opened: EventOf<'checkpoint.opened'> = {
      type: 'checkpoint.opened',
      checkpointId: `c${this.#opened.size + 1}`,
      key,
      scope,
      kind: 'question',
      title,
      detail,
      input,
      dueAt: timeoutMs === null ? null : new Date(nowMs + timeoutMs).toISOString(),
      hasDefault,
      default: command.default,
      callSite: site,
    }
    this.#opened.set(key, opened)
    return opened
  }

  #await(opened: EventOf<'checkpoint.opened'>, dueMs: number): void {
    const { clock } = this.run.ports
    const cancel = clock.after(Math.max(0, dueMs - clock.now()), () => {
      this.#waiting.delete(cancel)
      this.#due(opened).catch(this.run.ports.report)
    })
    this.#waiting.add(cancel)
  }

  /**
   * Its time is up, unless the run is paused: then its clock is stopped, and its deadline moves by the pause.
   */
  async #due(opened: EventOf<'checkpoint.opened'>): Promise<void> {
    const { run } = this
    try {
      await run.gate.pass(run.stops.signal)
    } catch {
      // The run has stopped, and its questions with it.
      return
    }
    const due = dueOf(run, opened)
    if (!this.#isTrialRun && due !== null && Date.parse(due) > run.ports.clock.now())
      this.#await(opened, Date.parse(due))
    else this.#runOut(opened)
  }

  #runOut(opened: EventOf<'checkpoint.opened'>): void {
    const { run } = this
    const { checkpointId, hasDefault, input } = opened
    const status = find(run, checkpointId)?.status
    // A very short time can run out before the question itself is on disk.
    if (status === undefined) this.#await(opened, run.ports.clock.now() + SOON_MS)
    if (status !== 'open' || run.closing.has(checkpointId)) return
    const example = input === null ? true : exampleOf(input)
    const made = this.#isTrialRun ? example : null
    const value = hasDefault ? opened.default : made
    const event: RunEvent =
      hasDefault || this.#isTrialRun
        ? { type: 'checkpoint.answered', checkpointId, value, by: 'default', actor: null }
        : { type: 'checkpoint.expired', checkpointId }
    const recorded = run.journal.record([event])
    run.closing.set(checkpointId, recorded)
    recorded.catch(run.ports.report)
  }

  #fact({ id, title }: CheckpointCommand, checkpointId: string): Fact {
    const checkpoint = find(this.run, checkpointId)
    if (checkpoint?.status === 'answered') return { id, kind: 'value', value: checkpoint.value }
    return { id, kind: 'throw', message: `Question "${title}" timed out and has no default.` }
  }
}

/** Why an answer does not count. */
type Unanswerable = { kind: 'not-found' | 'conflict'; message: string }

/**
 * Records a person's answer; null when it counts, else why it does not. `more`: how much further the run may
 * go, on top of what it has used so far.
 */
export async function answerCheckpoint(
  run: Needs<'approval' | 'closing' | 'journal' | 'stops'>,
  checkpointId: string,
  value: Json,
  more: Approved | null,
  actor: Actor,
): Promise<Unanswerable | null> {
  await run.closing.get(checkpointId)?.catch(() => {})
  const closed = notOpen(run.journal.state, checkpointId)
  if (closed !== null) return closed
  // Another answer that waited beside this one has taken the question in the meantime.
  if (run.closing.has(checkpointId)) return answerCheckpoint(run, checkpointId, value, more, actor)
  // A run that has been stopped hears nothing any more: an answer that nobody keeps is not taken.
  if (run.stops.signal.aborted)
    return { kind: 'conflict', message: 'The run has stopped and takes no more answers.' }
  const recorded = run.journal.record([
    {
      type: 'checkpoint.answered',
      checkpointId,
      value,
      by: 'person',
      ...(more === null ? {} : { approved: run.approval.beyond(more) }),
      actor,
    },
  ])
  run.closing.set(checkpointId, recorded)
  await recorded
  const kept = find(run, checkpointId)
  if (kept?.status === 'answered' && kept.by === 'person') return null
  return notOpen(run.journal.state, checkpointId)
}

/** Why a question of this run takes no answer; null when it is open. */
export function notOpen(state: RunState | null, checkpointId: string): Unanswerable | null {
  if (state === null) return { kind: 'not-found', message: 'Run not found.' }
  const checkpoint = state.checkpoints.find((one) => one.checkpointId === checkpointId)
  if (checkpoint === undefined) {
    const message = `This run has no checkpoint ${checkpointId}. Look at the list of its checkpoints.`
    return { kind: 'not-found', message }
  }
  return checkpoint.status === 'open' ? null : { kind: 'conflict', message: closedSentence(checkpoint) }
}

/** Why a question takes no answer any more: who was first, and when. */
function closedSentence(checkpoint: Exclude<Checkpoint, { status: 'open' }>): string {
  if (checkpoint.status === 'unanswered')
    return `This question was closed without an answer at ${checkpoint.closedAt}; it can no longer be answered.`
  const who = checkpoint.by === 'default' ? 'its default, on timeout' : (checkpoint.actor?.name ?? 'somebody')
  return `This question was already answered by ${who} at ${checkpoint.closedAt}.`
}

/** When a question is due by now: a pause has moved it. */
function dueOf(run: Needs<'journal'>, { checkpointId, dueAt }: EventOf<'checkpoint.opened'>): string | null {
  return find(run, checkpointId)?.dueAt ?? dueAt
}

function find(run: Needs<'journal'>, checkpointId: string): Checkpoint | undefined {
  return run.journal.state.checkpoints.find((one) => one.checkpointId === checkpointId)
}
