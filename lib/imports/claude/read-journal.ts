import { z } from 'zod'
import type { Json } from '@/lib/core/base/json'
import type { BoundedFiles } from './bounded-files'
import { boundedJson, maybeText, readObject } from './read-json'
import type { Skips } from './skips'

/** Most agents of one run that are read: twice what the dialect lets a run have. */
export const MOST_AGENTS = 2_000

/** Longest answer that is kept, in characters of JSON, and all answers of a run. */
const LONGEST_ANSWER = 2_000_000
const MOST_ANSWERS = 64_000_000

const lineSchema = z.object({
  type: maybeText,
  agentId: maybeText,
  label: maybeText,
  phase: maybeText,
})

/** What a run's journal says of an agent. */
export type JournalAgent = {
  label: string | null
  phase: string | null
  answer: { value: Json } | null
}

/** The agents of a run's journal in the order in which they were started; null where it has no journal. */
export function readJournal(
  files: BoundedFiles,
  path: readonly string[],
  skips: Skips,
): Map<string, JournalAgent> | null {
  const journal = new Journal(skips)
  const isThere = files.lines(
    path,
    (text) => journal.take(text),
    (what) => skips.add(what),
  )
  return isThere ? journal.agents : null
}

class Journal {
  readonly agents = new Map<string, JournalAgent>()
  #characters = 0

  constructor(private readonly skips: Skips) {}

  take(text: string): void {
    const raw = readObject(text)
    const line = raw === null ? undefined : lineSchema.safeParse(raw).data
    if (line === undefined) {
      this.skips.add('lines of the journal that are no JSON, or cut off')
      return
    }
    const agent = line.agentId === null ? null : this.#agent(line.agentId)
    if (agent === null) return
    agent.label ??= line.label
    agent.phase ??= line.phase
    if (line.type === 'result') this.#answer(agent, raw?.result ?? null)
  }

  #agent(id: string): JournalAgent | null {
    const known = this.agents.get(id)
    if (known === undefined && this.agents.size >= MOST_AGENTS) {
      this.skips.add(`agents beyond ${MOST_AGENTS.toLocaleString('en')}`)
      return null
    }
    const agent = known ?? { label: null, phase: null, answer: null }
    this.agents.set(id, agent)
    return agent
  }

  #answer(agent: JournalAgent, answer: Json): void {
    const written = boundedJson(answer, Math.min(LONGEST_ANSWER, MOST_ANSWERS - this.#characters))
    if (written === null) this.skips.add('answers too long to be kept')
    else {
      this.#characters += written.length
      agent.answer = { value: answer }
    }
  }
}
