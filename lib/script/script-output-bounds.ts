import { scriptOutputLimits } from '@/lib/core/base/text-bounds'
import type { Command } from '@/lib/core/ports/sandbox'

/** Title for the agents of all further phases once there are too many to distinguish. */
export const otherPhases = 'Other phases'

/**
 * Bounds what a script says in all, before it leaves the sandbox: a script that is replayed says the same, so
 * it is cut at the same place.
 */
export class ScriptOutputBounds {
  #lines = 0
  #notes = 0
  #characters = 0
  #isTold = false
  readonly #phases = new Set<string>()

  /** What is to be told in place of a command: itself, a note that no more is kept, or nothing. */
  bounded(command: Command): Command | null {
    switch (command.do) {
      case 'log':
        this.#lines += 1
        return this.#kept(command, this.#lines > scriptOutputLimits.lines)
      case 'note':
        this.#notes += 1
        return this.#kept(command, this.#notes > scriptOutputLimits.notes)
      case 'phase':
        return { ...command, title: this.#phase(command.title) }
      case 'agent':
        return command.phase === null ? command : { ...command, phase: this.#phase(command.phase) }
      default:
        return command
    }
  }

  #kept(
    command: Extract<Command, { message: string; do: 'log' | 'note' }>,
    isTooMany: boolean,
  ): Command | null {
    this.#characters += command.message.length
    if (!isTooMany && this.#characters <= scriptOutputLimits.characters) return command
    if (this.#isTold) return null
    this.#isTold = true
    return { do: 'note', message: tooMuch, site: command.do === 'note' ? command.site : null }
  }

  #phase(title: string): string {
    if (!this.#phases.has(title) && this.#phases.size >= scriptOutputLimits.phases) return otherPhases
    this.#phases.add(title)
    return title
  }
}

const tooMuch = `The script says more than is kept of a run: ${scriptOutputLimits.lines.toLocaleString('en')} lines, ${scriptOutputLimits.notes.toLocaleString('en')} notes or ${scriptOutputLimits.characters.toLocaleString('en')} characters. Further lines are left out.`
