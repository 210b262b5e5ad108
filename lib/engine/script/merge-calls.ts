import type { AgentState } from '@/lib/core/agent/agent'
import type { OccurrenceCounter } from '@/lib/core/agent/call-key'
import type { CheckResult, Patch } from '@/lib/core/agent/patch'
import { cutText } from '@/lib/core/base/cut-text'
import { canonicalJson, type Json } from '@/lib/core/base/json'
import type { MergeCommand } from '@/lib/core/ports/sandbox'
import type { EventOf, RunEvent } from '@/lib/core/run/events'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { type Changer, helperOf } from '../agent/merge-helper'
import { mergePatch } from '../agent/merge-patch'
import type { ScriptedRun } from '../context/active-run'
import { sourceOf } from '../context/fact-sources'
import type { LiveAgent } from '../context/live-agent'
import type { RunFiles } from '../context/run-files'
import { fixPrompt } from '../conversation/conflict-prompt'
import { RunStopped } from '../parts/stops'

/** Agents that are asked, one after the other, to mend what one change has broken. */
const MOST_FIXES = 2
/** Characters of a check by which a sentence names it, and of its output that a script is told of a refusal. */
const NAMED_CHARACTERS = 200
const REFUSED_CHARACTERS = 4_000

type Merged = { agentId: string; patch: Patch; from: string; tree: string }
/** `output`: the end of what the check said with its changes. */
type Refused = { agentId: string; why: string; output?: string }
type Checked = CheckResult & { brokenBy: string | null; fixedBy: string | null; wasFailing: boolean }

/**
 * The merges that a script asks for. Each is recorded from its beginning on, patch by patch and check by check,
 * so that after a crash it goes on where it was, and a replay is told what came of it.
 */
export class Merges {
  readonly #begun = new Map<string, EventOf<'merge.begun'>>()
  readonly #ended = new Map<string, Json>()
  readonly #checks = new Map<string, CheckResult>()
  readonly #told = new Map<string, Json>()

  constructor(
    private readonly run: ScriptedRun,
    private readonly occurrences: OccurrenceCounter,
    private readonly begin: (agent: LiveAgent) => void,
  ) {}

  remember(event: RunEvent): void {
    if (event.type === 'merge.begun') this.#begun.set(event.key, event)
    if (event.type === 'merge.checked') this.#checks.set(`${event.mergeId} ${event.tree}`, event)
    if (event.type === 'merge.ended') this.#ended.set(event.key, event.value)
    if (event.type === 'changes.told') this.#told.set(event.key, event.value)
  }

  /** Begins a merge, or goes on with it; null when it is known what came of it. */
  call(command: MergeCommand): Promise<void> | null {
    const { facts, files } = this.run
    const key = this.#keyOf(command)
    const source = sourceOf.merge(key)
    facts.ask(source, () => {
      const value = this.#ended.get(key) ?? null
      const problem = problemIn(value)
      return problem === null
        ? { id: command.id, kind: 'value', value }
        : { id: command.id, kind: 'throw', message: problem }
    })
    if (facts.isRecorded(source)) return null
    const work = files === null ? this.#refuse(key, nothingToMerge) : this.#merge(command, key, files)
    return work.catch((error: unknown) => {
      if (error instanceof RunStopped || this.run.stops.signal.aborted) return
      this.run.ports.report(error)
      return this.#refuse(key, 'The merge failed; see the server log.')
    })
  }

  /** Tells the script how the files differ from what they were. */
  changes({ id, scope }: { id: number; scope: string }): Promise<void> | null {
    const { facts, files, journal } = this.run
    const key = `${scope}:changes:${this.occurrences.next(scope, 'changes')}`
    const source = sourceOf.changes(key)
    facts.ask(source, () => ({ id, kind: 'value', value: this.#told.get(key) ?? null }))
    if (facts.isRecorded(source)) return null
    const tell = async () => {
      const base = journal.state.run.files?.base
      const tree = files?.scriptTree ?? null
      const changed =
        files === null || base === undefined || tree === null ? [] : await files.trees.changes(base, tree)
      const value: Json = { revision: tree, files: changed.map((one) => ({ ...one })) }
      this.#told.set(key, value)
      await journal.record([{ type: 'changes.told', key, value }])
    }
    return tell()
  }

  #keyOf(command: MergeCommand): string {
    const { scope, check, resolve, resolves, phase, agents } = command
    const digest = this.run.ports.digest(canonicalJson({ merge: agents, check, resolve, resolves, phase }))
    return `${scope}:${digest}:${this.occurrences.next(scope, digest)}`
  }

  async #merge(command: MergeCommand, key: string, files: RunFiles): Promise<void> {
    const { journal, tools } = this.run
    if (command.check !== null && tools?.check == null && !this.#isTried) return this.#refuse(key, noCommands)
    const refusal = command.check === null ? null : await this.#mayCheck(command.check)
    if (refusal !== null) return this.#refuse(key, refusal)
    let begun = this.#begun.get(key)
    if (begun === undefined) {
      const { check, site: callSite } = command
      const agents = this.#waiting(command)
      if (typeof agents === 'string') return this.#refuse(key, agents)
      begun = { type: 'merge.begun', mergeId: `m${this.#begun.size + 1}`, key, agents, check, callSite }
      this.#begun.set(key, begun)
      await journal.record([begun])
    }
    if (await this.#inherit(key, begun, files)) return
    const merged: Merged[] = []
    const refused: Refused[] = []
    for (const agentId of begun.agents) await this.#mergeOne(agentId, command, merged, refused)
    const check =
      command.check === null ? null : await this.#check(begun, command.check, files, merged, refused)
    const value: Json = {
      revision: files.now,
      merged: merged.map(({ agentId }) => agentId),
      refused: refused.map((one) => ({ ...one })),
      check,
    }
    await this.#end(key, begun.mergeId, files.now, value)
  }

  /**
   * Takes over what the same merge came to in the run this one was forked from: the same changes, to the same
   * files, with the same check. False where it has to be made.
   */
  async #inherit(key: string, begun: EventOf<'merge.begun'>, files: RunFiles): Promise<boolean> {
    const { journal, replaySource, stops } = this.run
    const known = replaySource?.mergeBy(key) ?? null
    if (known === null) return false
    const { ended: last, merges } = known
    const [first] = merges
    if (first === undefined) {
      // Nothing was merged and the files are the same: what the check said of them holds here.
      if (known.begun.agents.length + begun.agents.length > 0 || last.tree !== files.now) return false
      await this.#end(key, begun.mergeId, last.tree, last.value)
      return true
    }
    const patches = begun.agents.map((id) => journal.agent(id).patch?.digest)
    if (first.from !== files.now || patches.join() !== known.patches.join()) return false
    const agentOf = (id: string) => begun.agents[known.begun.agents.indexOf(id)] ?? id
    const whole = { base: first.from, tree: last.tree, settled: [] }
    await files.merge(whole, stops.signal, async () => {
      this.#ended.set(key, last.value)
      await journal.record([
        ...merges.map((one) => ({ ...one, agentId: agentOf(one.agentId) })),
        { ...last, mergeId: begun.mergeId },
      ])
    })
    return true
  }

  /** Whose changes a command means, in the order of their calls; a sentence where that cannot be had. */
  #waiting({ agents, phase }: MergeCommand): string[] | string {
    const { state } = this.run.journal
    const unknown = agents?.find((id) => !state.agents.has(id))
    if (unknown !== undefined) return `There is no agent ${unknown} whose changes could be merged.`
    const isAsked = ({ id, phase: own }: AgentState) =>
      agents === null ? own === phase : agents.includes(id)
    return [...state.agents.values()]
      .filter((agent) => agent.parentId === null && agent.patchStatus === 'waiting' && isAsked(agent))
      .sort((one, other) => one.position - other.position)
      .map(({ id }) => id)
  }

  /** Merges the changes of one agent, or finds in the journal what became of them. */
  async #mergeOne(
    agentId: string,
    command: MergeCommand,
    merged: Merged[],
    refused: Refused[],
  ): Promise<void> {
    const { journal } = this.run
    const { patch, patchStatus } = journal.agent(agentId)
    if (patch === null) return
    const known = this.#remembered.get(agentId)
    if (patchStatus !== 'waiting' && known !== undefined) {
      if (known.type === 'run.merged') merged.push({ agentId, patch, from: known.from, tree: known.tree })
      else refused.push({ agentId, why: known.why })
      return
    }
    await mergePatch(
      this.run,
      await this.#changer(agentId, command),
      patch,
      this.begin,
      async (event, why) => {
        await journal.record([event])
        if (event.type === 'run.merged') merged.push({ agentId, patch, from: event.from, tree: event.tree })
        else refused.push({ agentId, why: why ?? '' })
      },
    )
  }

  readonly #remembered = new Map<string, EventOf<'run.merged'> | EventOf<'run.merge-refused'>>()

  /** Remembers what became of patches before this process. */
  rememberMerge(event: RunEvent): void {
    const isOwn = event.type === 'run.merged' && event.by === undefined
    if (isOwn || event.type === 'run.merge-refused') this.#remembered.set(event.agentId, event)
  }

  async #changer(
    agentId: string,
    { resolve, resolves }: Pick<MergeCommand, 'resolve' | 'resolves'>,
  ): Promise<Changer> {
    const { id, journal, ports } = this.run
    const { attempt, position, phase, model } = journal.agent(agentId)
    const stored = await ports.store.loadAgent(id, agentId)
    const prompt = stored?.spec.prompt ?? ''
    const depth = stored?.spec.options.depth ?? 0
    return { agentId, attempt, position, phase, model, prompt, depth, resolve: resolves ? resolve : null }
  }

  /**
   * Runs the check. Where it fails, the change since which it does is found by halving, and agents are asked to
   * mend it; where they cannot, it is taken out again.
   */
  async #check(
    { mergeId }: EventOf<'merge.begun'>,
    command: string,
    files: RunFiles,
    merged: Merged[],
    refused: Refused[],
  ): Promise<Json> {
    const first = await this.#run(mergeId, command, files.now)
    const checked: Checked = { ...first, brokenBy: null, fixedBy: null, wasFailing: false }
    for (let result = first; !result.isPassed && merged.length > 0; ) {
      const [earliest] = merged
      if (earliest === undefined) break
      if (!(await this.#run(mergeId, command, earliest.from)).isPassed)
        return told({ ...checked, ...result, wasFailing: true })
      const broken = await this.#firstBroken(mergeId, command, merged)
      checked.brokenBy ??= broken.agentId
      const fixed = await this.#fix(mergeId, command, files, broken, result)
      if (fixed === null) {
        const why = `\`${cutText(command, NAMED_CHARACTERS)}\` fails with its changes.`
        const failed = await this.#run(mergeId, command, broken.tree)
        await this.#takeOut(files, broken, why)
        merged.splice(merged.indexOf(broken), 1)
        refused.push({ agentId: broken.agentId, why, output: failed.output.slice(-REFUSED_CHARACTERS) })
      } else checked.fixedBy ??= fixed
      result = await this.#run(mergeId, command, files.now)
      Object.assign(checked, result)
      if (fixed !== null && !result.isPassed) break
    }
    return told(checked)
  }

  async #firstBroken(mergeId: string, command: string, merged: readonly Merged[]): Promise<Merged> {
    let [low, high] = [0, merged.length - 1]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const tree = merged[middle]?.tree ?? ''
      if ((await this.#run(mergeId, command, tree)).isPassed) low = middle + 1
      else high = middle
    }
    const found = merged[low]
    if (found === undefined) throw new Error('A check failed without a change')
    return found
  }

  /** The agent that mended what a change has broken; null when none could. */
  async #fix(
    mergeId: string,
    command: string,
    files: RunFiles,
    broken: Merged,
    failed: CheckResult,
  ): Promise<string | null> {
    const { run } = this
    const changer = await this.#changer(broken.agentId, { resolve: '', resolves: true })
    const { label } = run.journal.agent(broken.agentId)
    let { output } = failed
    for (let round = 1; round <= MOST_FIXES; round++) {
      const child = await helperOf(run, changer, {
        key: `fix:${mergeId}:${broken.agentId}:${round}`,
        label: `fix: ${label}`,
        prompt: fixPrompt({ check: command, output, label, asked: changer.prompt }),
        tree: files.now,
        begin: this.begin,
      })
      if (child === null) return null
      await run.agentEnds.whenEnded(child)
      run.stops.signal.throwIfAborted()
      const { patch, patchStatus } = run.journal.agent(child)
      if (patch === null) continue
      if (patchStatus === 'merged') return child
      const result = await this.#run(mergeId, command, patch.tree)
      output = result.output
      if (!result.isPassed) continue
      const outcome = await files.merge({ ...patch, settled: [] }, run.stops.signal, ({ from, tree }) =>
        run.journal
          .record([
            { type: 'run.merged', agentId: broken.agentId, by: child, patch, from, tree, conflicts: [] },
          ])
          .then(() => {}),
      )
      if (outcome.kind === 'merged') return child
    }
    return null
  }

  /** Takes a change out of the files again, leaving what was merged after it. */
  async #takeOut(files: RunFiles, { agentId, patch, from, tree }: Merged, why: string): Promise<void> {
    const { journal, stops } = this.run
    const outcome = await files.merge({ base: tree, tree: from, settled: [] }, stops.signal, async (made) => {
      const taken = { type: 'run.merge-refused' as const, agentId, patch, conflicts: [], why }
      await journal.record([{ ...taken, from: made.from, tree: made.tree }])
    })
    if (outcome.kind === 'conflict')
      await journal.record([
        {
          type: 'run.noted',
          message: `${why} They could not be taken out again, since later changes touch the same places.`,
          agentId,
          callSite: null,
        },
      ])
  }

  /** The check on some files, run once for each. */
  async #run(mergeId: string, command: string, tree: string): Promise<CheckResult> {
    const { journal, stops, tools } = this.run
    const known = this.#checks.get(`${mergeId} ${tree}`)
    if (known !== undefined) return known
    if (this.#isTried) {
      await this.#sayWouldRun(command)
      return { isPassed: true, exit: 0, output: '', durationMs: 0 }
    }
    if (tools?.check == null) throw new Error('No commands may be run')
    await this.run.gate.pass(stops.signal)
    const result = await tools.check(command, tree, stops.signal)
    stops.signal.throwIfAborted()
    this.#checks.set(`${mergeId} ${tree}`, result)
    await journal.record([{ type: 'merge.checked', mergeId, tree, check: command, ...result }])
    return result
  }

  /** A trial run and a dry run ask only where a script leads: nothing is run, and what would be is taken to pass. */
  get #isTried(): boolean {
    const { id, journal } = this.run
    return id.startsWith(trialRunPrefix) || journal.state.run.dryRun !== null
  }

  async #sayWouldRun(command: string): Promise<void> {
    const { journal } = this.run
    const said = `A run would check what was merged with \`${cutText(command, NAMED_CHARACTERS)}\` here; in a dry run nothing is run, and it is taken to pass`
    const notes = journal.newNotes([said])
    if (notes.length === 0) return
    await journal.record(
      notes.map((message) => ({ type: 'run.noted' as const, message, agentId: null, callSite: null })),
    )
  }

  /** Null where the check may be run; a run that asks for commands asks for those of the script, too. */
  async #mayCheck(command: string): Promise<string | null> {
    if (this.#isTried) return null
    const { permissionQuestions, stops } = this.run
    const why = 'It checks what was merged with this command.'
    const asked = { permission: { kind: 'shell' as const }, who: 'The workflow', why, what: command }
    return permissionQuestions.pass(asked, stops.signal, () => {})
  }

  #refuse(key: string, problem: string): Promise<void> {
    const tree = this.run.files?.now ?? noTree
    return this.#end(key, '', tree, { problem })
  }

  async #end(key: string, mergeId: string, tree: string, value: Json): Promise<void> {
    this.#ended.set(key, value)
    await this.run.journal.record([{ type: 'merge.ended', mergeId, key, tree, value }])
  }
}

const noTree = '0'.repeat(40)
const nothingToMerge =
  'patterns.merge() needs a run whose agents may change files: launch it with the permission to write.'
const noCommands =
  'patterns.merge() cannot run its check: the run may not run commands, or there is no sandbox on this machine.'

/** A merge that could not be begun ends with why instead of a value. */
function problemIn(value: Json): string | null {
  const isProblem = typeof value === 'object' && value !== null && !Array.isArray(value) && 'problem' in value
  return isProblem && typeof value.problem === 'string' ? value.problem : null
}

function told({ isPassed, exit, output, brokenBy, fixedBy, wasFailing }: Checked): Json {
  return { ok: isPassed, exit, output, brokenBy, fixedBy, wasFailing }
}
