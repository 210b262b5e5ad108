import type { Actor } from '@/lib/core/base/actor'
import type { ImportRows, ImportStore } from '@/lib/core/ports/import-store'
import type { Envelope } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { unphased } from '@/lib/core/run/phases'
import type { RunState } from '@/lib/core/run/state'
import type { Skipped } from '@/lib/core/spec/imported'
import type { RunSpec } from '@/lib/core/spec/run'
import { Skips } from '@/lib/imports/claude/skips'
import type { ClaudeConversation, ClaudeCourse, ClaudeRun } from '@/lib/imports/claude-run'
import { SumsOfImport } from '@/lib/imports/journal/import-sums'
import { agentEvents, agentSpec, type ImportedAgent, turnRows } from '@/lib/imports/journal/imported-agent'
import type { TimedEvent } from '@/lib/imports/journal/merged'
import { agentEnding } from '@/lib/imports/journal/outcome'
import { runEvents } from '@/lib/imports/journal/run-events'
import { spanOf } from '@/lib/imports/journal/span'
import type { App } from '@/lib/server/app/app'
import { type FoundCalls, findCalls } from './find-calls'
import { type ImportedSpec, importedSpec } from './imported-spec'

/** Agents whose conversations are read in one go, by a thread of their own. */
const AGENTS_AT_ONCE = 8

/** Rows of one transaction, and characters of their texts: more would hold up the runs at work. */
const ROWS_AT_ONCE = 200
const CHARACTERS_AT_ONCE = 1_000_000

/** What the conversations of one run may come to, in characters; the rest is left out and counted. */
const MOST_CHARACTERS = 500_000_000

/** An import that was asked for: what is known of the run, and the id it is to have here. */
export type ImportOrder = {
  runId: string
  folder: string
  theirs: ClaudeRun
  actor: Actor
  signal: AbortSignal
}

/**
 * Writes an imported run, a few rows at a time. Nobody sees it before all of it stands; what is cut off is cleared
 * away. Gives why not all of its calls were found in its script; null where they were.
 */
export async function writeImport(app: App, order: ImportOrder): Promise<string | null> {
  const { imports } = app.whole.store
  await imports.begin(order.runId)
  try {
    return await new ImportWriter(app, imports, order).write()
  } catch (error) {
    await imports.abandon(order.runId)
    order.signal.throwIfAborted()
    throw error
  }
}

class ImportWriter {
  readonly #skips = new Skips()
  #characters = 0
  #waiting: ImportRows[] = []
  #waitingCharacters = 0

  constructor(
    private readonly app: App,
    private readonly store: ImportStore,
    private readonly order: ImportOrder,
  ) {}

  async write(): Promise<string | null> {
    const { app, store, order } = this
    const { theirs, runId, actor } = order
    this.#skips.addAll(theirs.skipped)
    const agents = agentsOf(theirs, await this.#courses())
    const span = spanOf(theirs, agents, new Date(app.now()).toISOString())
    const told = await importedSpec(app, theirs, agents, actor)
    const prices = app.prices.list()
    const events: TimedEvent[][] = []
    const sums = new SumsOfImport()
    for (const agent of agents) {
      const rows = turnRows(agent, span, prices)
      events.push(agentEvents(agent, span, rows))
      sums.add(agent.theirs.phase ?? unphased, rows)
      for (const turn of rows) await this.#add({ turns: [turn] })
      await this.#breathe()
    }
    const skipped = this.#skips.list()
    const createdWith = (forkable: number) => ({
      type: 'run.created' as const,
      spec: withImport(told.spec, skipped, forkable),
      briefing: told.briefing,
      actor,
    })
    const created = createdWith(0)
    const endings = agents.map(({ ending }) => ending)
    const state = await this.#journal(runEvents(theirs, { created, span, agents: events, endings, skipped }))
    for (const agent of agents) {
      const row = agentRow(agent, state)
      if (row !== null) await this.#add(row)
    }
    await this.#flush()
    const found = await this.#findCalls(agents, told)
    const first = createdWith(found.calls.length)
    await store.addRows(runId, { events: [{ runId, seq: 1, at: span.from, event: first }] })
    await store.finish({
      state: { ...state, run: { ...state.run, imported: first.spec.imported } },
      script: theirs.script ?? '',
      args: theirs.args,
      result: theirs.result,
      sums: sums.list(),
    })
    return found.why
  }

  /** Reads the conversations of all agents and writes their messages down as they come. */
  async #courses(): Promise<(ClaudeCourse | null)[]> {
    const { app, order } = this
    const { folder, theirs, signal } = order
    const courses: (ClaudeCourse | null)[] = []
    const ask = (from: number) => {
      const ids = theirs.agents.slice(from, from + AGENTS_AT_ONCE).map(({ id }) => id)
      return ids.length === 0
        ? null
        : app.imports.readAgents(folder, theirs.place, ids, { owner: `imports ${app.project}`, signal })
    }
    let next = ask(0)
    for (let from = 0; next !== null; from += AGENTS_AT_ONCE) {
      const read = await next
      signal.throwIfAborted()
      // The next ones are read while these are written.
      next = ask(from + AGENTS_AT_ONCE)
      if (!read.ok) {
        this.#skips.add(`transcripts: ${read.reason}`, Math.min(AGENTS_AT_ONCE, theirs.agents.length - from))
        courses.push(...theirs.agents.slice(from, from + AGENTS_AT_ONCE).map(() => null))
        continue
      }
      this.#skips.addAll(read.value.skipped)
      for (const conversation of read.value.conversations)
        courses.push(conversation === null ? null : await this.#keep(conversation, `a${courses.length + 1}`))
    }
    return courses
  }

  async #keep({ messages, ...course }: ClaudeConversation, agentId: string): Promise<ClaudeCourse> {
    for (const [position, { role, turn, content }] of messages.entries()) {
      const isTooMuch = this.#characters + content.length > MOST_CHARACTERS
      if (isTooMuch) this.#skips.add('messages beyond 500 million characters of one run')
      else this.#characters += content.length
      await this.#add({ messages: [{ agentId, position, turn, role, content: isTooMuch ? '[]' : content }] })
    }
    return course
  }

  /** Folds the events and writes them down, all but the first, which says how many calls were found. */
  async #journal(timed: Generator<TimedEvent>): Promise<RunState> {
    const { runId } = this.order
    let state: RunState | null = null
    let envelopes: Envelope[] = []
    let seq = 0
    const fold = async () => {
      state = foldAll(state, envelopes)
      for (const one of envelopes) if (one.seq > 1) await this.#add({ events: [one] })
      envelopes = []
      await this.#breathe()
    }
    for (const one of timed) {
      seq += 1
      envelopes.push({ runId, seq, ...one })
      if (envelopes.length >= ROWS_AT_ONCE) await fold()
    }
    await fold()
    if (state === null) throw new Error('A journal has at least its first event')
    return state
  }

  /** Adds rows to those that are written next, in transactions short enough for other work to come in between. */
  async #add(rows: ImportRows): Promise<void> {
    this.#waiting.push(rows)
    this.#waitingCharacters += rows.messages?.[0]?.content.length ?? 0
    if (this.#waiting.length >= ROWS_AT_ONCE || this.#waitingCharacters >= CHARACTERS_AT_ONCE)
      await this.#flush()
  }

  async #flush(): Promise<void> {
    const some = this.#waiting
    this.#waiting = []
    this.#waitingCharacters = 0
    this.order.signal.throwIfAborted()
    if (some.length > 0)
      await this.store.addRows(this.order.runId, {
        events: some.flatMap(({ events = [] }) => events),
        agents: some.flatMap(({ agents = [] }) => agents),
        messages: some.flatMap(({ messages = [] }) => messages),
        turns: some.flatMap(({ turns = [] }) => turns),
      })
    await this.#breathe()
  }

  /** Lets whatever else there is to do come in between. */
  #breathe(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve))
  }

  async #findCalls(agents: readonly ImportedAgent[], { spec, briefing }: ImportedSpec): Promise<FoundCalls> {
    const { app, store, order } = this
    const { theirs, runId, signal } = order
    if (theirs.script === null) return { calls: [], why: 'No script of it was found.' }
    const { script, args } = theirs
    const found = await findCalls(app, { runId, spec, briefing, script, args, agents: agents.length }, signal)
    for (let from = 0; from < found.calls.length; from += ROWS_AT_ONCE) {
      await store.amend(runId, found.calls.slice(from, from + ROWS_AT_ONCE))
      await this.#breathe()
    }
    return found
  }
}

function withImport(spec: RunSpec, skipped: Skipped[], forkable: number): RunSpec {
  return { ...spec, imported: spec.imported === null ? null : { ...spec.imported, skipped, forkable } }
}

function agentsOf(theirs: ClaudeRun, courses: readonly (ClaudeCourse | null)[]): ImportedAgent[] {
  return theirs.agents.map((agent, position) => {
    const course = courses[position] ?? null
    const ending = agentEnding(agent, course, theirs.hasJournal)
    return { agentId: `a${position + 1}`, position, theirs: agent, course, ending }
  })
}

function agentRow(agent: ImportedAgent, { agents }: RunState): ImportRows | null {
  const state = agents.get(agent.agentId)
  if (state === undefined) return null
  return { agents: [{ state, spec: agentSpec(agent), result: agent.ending.result }] }
}
