import type { CallSite } from '@/lib/core/agent/call-site'
import { assertNever } from '@/lib/core/base/assert-never'
import type { BarrierItem, Command } from '@/lib/core/ports/sandbox'
import type { RunEvent } from '@/lib/core/run/events'
import { ReplayedLines } from './replayed-lines'

/** What a script tells of its own course, without waiting for anything. */
export type LogCommand = Extract<Command, { do: 'log' | 'note' | 'phase' | 'open-barrier' | 'close-barrier' }>

/** Whether a command only tells of the script's own course. */
export function isForLog(command: Command): command is LogCommand {
  return ['log', 'note', 'phase', 'open-barrier', 'close-barrier'].includes(command.do)
}

/**
 * A script's log: lines, notes, phases it enters, barriers it opens and closes. On replay nothing is recorded
 * twice.
 */
export class ScriptLog {
  readonly #logs = new ReplayedLines()
  readonly #notes = new ReplayedLines()
  readonly #phases = new Set<string>()
  readonly #barriers = new Set<string>()

  /** Receives every event that is already in the journal. */
  remember(event: RunEvent): void {
    if (event.type === 'run.logged') this.#logs.add(event.message)
    if (event.type === 'run.noted') this.#notes.add(event.message)
    if (event.type === 'run.phase-entered') this.#phases.add(event.title)
    if (event.type === 'barrier.opened') this.#barriers.add(`open:${event.barrierId}`)
    if (event.type === 'barrier.closed') this.#barriers.add(`close:${event.barrierId}`)
  }

  /** Records what the script told, unless the run has told it before. */
  tell(command: LogCommand, events: RunEvent[]): void {
    switch (command.do) {
      case 'log':
        this.#log(command.message, events)
        return
      case 'note':
        this.note(command.message, command.site, events)
        return
      case 'phase':
        this.#phase(command.title, events)
        return
      case 'open-barrier':
        this.#openBarrier(command, events)
        return
      case 'close-barrier':
        this.#closeBarrier(command, events)
        return
      default:
        assertNever(command)
    }
  }

  #log(message: string, events: RunEvent[]): void {
    if (!this.#logs.takes(message)) events.push({ type: 'run.logged', message })
  }

  note(message: string, callSite: CallSite | null, events: RunEvent[]): void {
    if (!this.#notes.takes(message)) events.push({ type: 'run.noted', message, agentId: null, callSite })
  }

  #phase(title: string, events: RunEvent[]): void {
    if (!this.#phases.has(title)) events.push({ type: 'run.phase-entered', title })
    this.#phases.add(title)
  }

  #openBarrier(
    { id, kind, size, site, within }: Extract<Command, { do: 'open-barrier' }>,
    events: RunEvent[],
  ): void {
    this.#barrier(`open:${id}`, events, {
      type: 'barrier.opened',
      barrierId: String(id),
      kind,
      size,
      callSite: site,
      within: itemOf(within),
    })
  }

  #closeBarrier({ id }: Extract<Command, { do: 'close-barrier' }>, events: RunEvent[]): void {
    this.#barrier(`close:${id}`, events, { type: 'barrier.closed', barrierId: String(id) })
  }

  #barrier(id: string, events: RunEvent[], event: RunEvent): void {
    if (!this.#barriers.has(id)) events.push(event)
    this.#barriers.add(id)
  }
}

/** Whether an event only tells of the script's course: nothing waits for it. */
export function isNarrated({ type }: RunEvent): boolean {
  return (
    type === 'run.logged' ||
    type === 'run.noted' ||
    type === 'run.phase-entered' ||
    type === 'barrier.opened' ||
    type === 'barrier.closed'
  )
}

/** The place of a call or a barrier in the barrier around it, as the journal names it. */
export function itemOf(within: BarrierItem | null): { barrierId: string; item: number } | null {
  return within === null ? null : { barrierId: String(within.id), item: within.item }
}
