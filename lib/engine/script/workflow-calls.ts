import { z } from 'zod'
import type { OccurrenceCounter } from '@/lib/core/agent/call-key'
import { systemActor } from '@/lib/core/base/actor'
import type { FoundWorkflow } from '@/lib/core/ports/ports'
import type { Command, Fact, WorkflowCommand, WorkflowReference } from '@/lib/core/ports/sandbox'
import type { EventOf, RunEvent } from '@/lib/core/run/events'
import { goalTitle, plannedTitle } from '@/lib/core/spec/goal-title'
import { unmetNeeds } from '@/lib/core/spec/needs'
import { offeredPermissions } from '@/lib/core/spec/permissions'
import type { Needs } from '../context/active-run'
import { sourceOf, workflowKey } from '../context/fact-sources'
import type { Refusals } from './refusals'

const goalSchema = z.object({ goal: z.string() })

type Body = { name: string; body: string }

/**
 * The workflows that a script calls. What was found is a fact, and its source is kept with the run: a replay
 * runs the very source that ran, whatever became of the file.
 */
export class WorkflowCalls {
  readonly #bodies = new Map<string, Body>()
  readonly #ended = new Set<string>()

  constructor(
    private readonly run: Needs<'facts' | 'id' | 'journal' | 'ports' | 'replaySource' | 'stops'>,
    private readonly occurrences: OccurrenceCounter,
    private readonly refusals: Refusals,
    private readonly sources: ReadonlyMap<string, string>,
  ) {}

  rememberEntry({ scope, name, digest }: EventOf<'workflow.entered'>): void {
    const source = this.sources.get(digest)
    if (source === undefined)
      throw new Error(`The source of the workflow "${name}" called by this run was deleted`)
    this.#bodies.set(scope, { name, body: this.run.ports.bodyOf(source) })
  }

  rememberEnd({ scope }: EventOf<'workflow.ended'>): void {
    this.#ended.add(scope)
  }

  /** Begins a call; null when the journal knows what it leads to, else the search for it. */
  call(command: WorkflowCommand): Promise<void> | null {
    const { facts } = this.run
    const scope = this.#scopeOf(command)
    const key = workflowKey(scope)
    facts.ask(sourceOf.call(key), () => this.refusals.fact(command.id, key) ?? this.#fact(command.id, scope))
    if (facts.isRecorded(sourceOf.call(key)) || this.#inherit(command, scope, key)) return null
    return this.#find(command, scope, key)
  }

  /** A fork calls the very source that its origin called. */
  #inherit(command: WorkflowCommand, scope: string, key: string): boolean {
    const { replaySource, ports } = this.run
    const found = replaySource?.workflow(scope) ?? null
    if (replaySource === null || found === null) return false
    const { name, digest, phases } = found.entered
    this.#bodies.set(scope, { name, body: ports.bodyOf(found.source) })
    replaySource.await(sourceOf.call(key), {
      source: sourceOf.call(key),
      fact: this.#fact(command.id, scope),
      events: [{ type: 'workflow.entered', scope, name, digest, phases, callSite: command.site }],
      writes: [{ do: 'save-source', digest, source: found.source }],
      patch: null,
      byTheClock: null,
    })
    return true
  }

  end({ scope, error }: Extract<Command, { do: 'workflow-ended' }>, events: RunEvent[]): void {
    if (!this.#ended.has(scope)) events.push({ type: 'workflow.ended', scope, error })
    this.#ended.add(scope)
  }

  async #find(command: WorkflowCommand, scope: string, key: string): Promise<void> {
    const { id, ports } = this.run
    const { state } = this.run.journal
    const { signal } = this.run.stops
    const events: RunEvent[] = []
    const found = this.#fit(await this.#search(command.reference, state.run.workspace?.root ?? null))
    if (signal.aborted) return
    if ('problem' in found) {
      this.refusals.refuse(
        {
          scope: command.scope,
          key,
          message: found.problem,
          callSite: command.site,
          endsRun: false,
          cap: null,
        },
        events,
      )
      await ports.recorder.record(id, events)
      return
    }
    const { name, source, digest, phases } = found
    this.#bodies.set(scope, { name, body: ports.bodyOf(source) })
    await ports.recorder.record(
      id,
      [
        { type: 'workflow.entered', scope, name, digest, phases, callSite: command.site },
        ...(await this.#named(command, name)),
      ],
      [{ do: 'save-source', digest, source }],
    )
  }

  /** A run of a goal is called by what was planned for it, unless somebody has given it another name. */
  async #named({ scope, reference }: WorkflowCommand, name: string): Promise<RunEvent[]> {
    const { id, journal, ports } = this.run
    const planned = plannedTitle(name)
    const isPlan = journal.state.run.orchestrator === 'plan' && scope === '' && reference.by === 'source'
    if (planned === null || !isPlan) return []
    const goal = goalSchema.safeParse((await ports.store.loadInput(id))?.args)
    // Read last: somebody may have named it meanwhile.
    const { title, tags } = journal.state.run
    if (!goal.success || title !== goalTitle(goal.data.goal)) return []
    return [{ type: 'run.relabelled', title: planned, tags, actor: systemActor }]
  }

  async #search(reference: WorkflowReference, root: string | null) {
    const { id, ports } = this.run
    const { signal } = this.run.stops
    const { workflows, report } = ports
    try {
      return await workflows.find(reference, { workspaceRoot: root, owner: id, signal })
    } catch (error) {
      if (signal.aborted) return { problem: 'The search was stopped with the run.' }
      report(error)
      return { problem: 'The workflow search failed; see the server log.' }
    }
  }

  /** What was found, unless it cannot run with what this run has. */
  #fit(found: FoundWorkflow | { problem: string }): FoundWorkflow | { problem: string } {
    if ('problem' in found) return found
    const { run: header } = this.run.journal.state
    const { workspace } = header
    const permissions = offeredPermissions(header)
    const given = { hasWorkspace: workspace !== null, permissions }
    const [unmet] = unmetNeeds(found.name, found.needs, given)
    return unmet === undefined ? found : { problem: unmet.message }
  }

  #fact(id: number, scope: string): Fact {
    const found = this.#bodies.get(scope)
    if (found === undefined) throw new Error(`Nothing is known of the workflow at ${scope}`)
    return { id, kind: 'workflow', scope, ...found }
  }

  #scopeOf({ scope, reference }: WorkflowCommand): string {
    const name = this.#nameOf(reference)
    const own = `${name}#${this.occurrences.next(scope, `workflow:${name}`)}`
    return scope === '' ? own : `${scope}/${own}`
  }

  #nameOf(reference: WorkflowReference): string {
    switch (reference.by) {
      case 'name':
        return reference.name
      case 'path':
        return reference.path
      case 'source':
        return `script:${this.run.ports.digest(reference.source).slice(0, 12)}`
    }
  }
}
