import {
  type Askable,
  askableName,
  askableWords,
  askedHost,
  isPermittedAtLaunch,
} from '@/lib/core/agent/needed-permission'
import { cutText } from '@/lib/core/base/cut-text'
import { longest } from '@/lib/core/base/text-bounds'
import type { Checkpoint } from '@/lib/core/run/checkpoint'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { toBeTold } from '../parts/approval'
import type { RunJournal } from '../parts/run-journal'

/** What asking needs of the run that asks. */
type Partners = { id: string; journal: Pick<RunJournal, 'state' | 'record'> }

/** Who asks, and what for, as a person reads it. */
export type PermissionAsked = {
  permission: Askable
  who: string
  /** A sentence, and the very thing that would be done. */
  why: string
  what: string
}

/**
 * Asks a person before an agent does what the launch does not permit, where the launch says that it asks. One
 * question a permission, for the whole run: its answer holds to the end of it, a no as well. What was answered is
 * read from the journal, so that a run that is taken up again asks nothing twice.
 */
export class PermissionQuestions {
  #tell: (() => void)[] = []
  readonly #asking = new Map<string, Promise<unknown>>()

  constructor(private readonly run: Partners) {}

  /**
   * Null where it may be done, else the sentence it is refused with. Waits for an answer where one is needed, and
   * calls `onWait` before it does. Rejects with the signal's reason on abort.
   */
  async pass(asked: PermissionAsked, signal: AbortSignal, onWait: () => void): Promise<string | null> {
    const { permissions, whenNotPermitted } = this.run.journal.state.run
    if (whenNotPermitted === 'refuse' || isPermittedAtLaunch(asked.permission, permissions)) return null
    const words = askableWords(asked.permission)
    // In a trial run nobody can be asked.
    if (this.run.id.startsWith(trialRunPrefix))
      return `Not done: nobody was asked whether agents may ${words}.`
    for (;;) {
      const known = this.#lastOf(asked.permission)
      if (known?.status === 'answered') return known.value === true ? null : refusedBy(known, words)
      onWait()
      await this.#ask(asked)
      // It may have been answered while it was being recorded.
      if (this.#lastOf(asked.permission)?.status === 'open') await toBeTold(this.#tell, signal)
      else signal.throwIfAborted()
    }
  }

  /** Called when a question of the run was answered. */
  answered(): void {
    for (const tell of this.#tell.splice(0)) tell()
  }

  #lastOf(permission: Askable): Checkpoint | undefined {
    const name = askableName(permission)
    return this.run.journal.state.checkpoints.findLast(
      ({ kind, checkpointId }) => kind === 'permission' && nameIn(checkpointId) === name,
    )
  }

  /** Hosts that a person has allowed the commands of this run by an answer. */
  allowedHosts(): string[] {
    return this.run.journal.state.checkpoints.flatMap((one) => {
      const host = one.kind === 'permission' ? askedHost(nameIn(one.checkpointId)) : null
      return host !== null && one.status === 'answered' && one.value === true ? [host] : []
    })
  }

  async #ask({ permission, who, why, what }: PermissionAsked): Promise<void> {
    const name = askableName(permission)
    const last = this.#lastOf(permission)
    if (last?.status === 'open') return
    const number = last === undefined ? 1 : Number(last.checkpointId.split('.').at(-1)) + 1
    const checkpointId = `may-${name}.${number}`
    const asking = this.#asking.get(checkpointId)
    const title = cutText(
      `${who} asks to ${askableWords(permission)}: allow it for this run?`,
      longest.question,
    )
    const recorded =
      asking ??
      this.run.journal.record([
        {
          type: 'checkpoint.opened',
          checkpointId,
          key: `permission:${name}:${number}`,
          scope: '',
          kind: 'permission',
          title,
          detail: cutText(`${why}\n\n${asCode(what)}`, longest.detail),
          input: null,
          dueAt: null,
          hasDefault: false,
          default: null,
          callSite: null,
        },
      ])
    this.#asking.set(checkpointId, recorded)
    await recorded
  }
}

/** What a question is about, from its id: `may-` before it, and which of them it is behind a dot. */
function nameIn(checkpointId: string): string {
  return checkpointId.replace(/^may-/, '').replace(/\.\d+$/, '')
}

/** Text as it is: nothing of it is read as Markdown. */
function asCode(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}

function refusedBy({ actor }: Extract<Checkpoint, { status: 'answered' }>, words: string): string {
  return `Not permitted: ${actor?.name ?? 'Somebody'} refused that agents of this run ${words}. Do what you can without it, and say what you could not do.`
}
