import type { Conflict } from '@/lib/core/agent/patch'
import type { Trees } from '@/lib/core/ports/revisions'

/** What became of a patch that was to be made part of the run's files. */
export type MergeOutcome =
  | { kind: 'merged'; from: string; tree: string; conflicts: readonly Conflict[] }
  /** `tree` holds both sides, with markers where they differ. */
  | { kind: 'conflict'; from: string; tree: string; conflicts: readonly Conflict[] }

/** Changes between two trees, and the conflicts that were settled on the way to them. */
export type Patched = { base: string; tree: string; settled: readonly Conflict[] }

/**
 * The files that the agents of a run work on, and how they move on: one patch at a time, each recorded before
 * the next is begun, so that the order of the journal is the order of the merges.
 */
export class RunFiles {
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    readonly trees: Trees,
    /** The files with everything merged so far. */
    private tree: string,
    /** The files as the script knows them: with what was merged by the last thing it was told. */
    public scriptTree: string,
  ) {}

  /** The files as they are now. */
  get now(): string {
    return this.tree
  }

  /**
   * Makes a patch part of the files, unless it conflicts with them, and has it recorded by `record` before
   * anything else is merged. Nothing that takes a model's time happens in here. `known` is what the same
   * patch came to in the run this one was forked from.
   */
  merge(
    patched: Patched,
    signal: AbortSignal,
    record: (outcome: Extract<MergeOutcome, { kind: 'merged' }>) => Promise<void>,
    known: { from: string; tree: string; conflicts: readonly Conflict[] } | null = null,
  ): Promise<MergeOutcome> {
    const work = this.#last.then(async (): Promise<MergeOutcome> => {
      const from = this.tree
      const isKnown = known !== null && known.from === from
      const merged = isKnown ? null : await this.trees.merge(patched.base, from, patched.tree, signal)
      if (merged !== null && merged.conflicts.length > 0)
        return { kind: 'conflict', from, tree: merged.tree, conflicts: merged.conflicts }
      const outcome = {
        kind: 'merged' as const,
        from,
        tree: isKnown ? known.tree : (merged?.tree ?? from),
        conflicts: isKnown ? known.conflicts : patched.settled,
      }
      this.tree = outcome.tree
      try {
        await record(outcome)
      } catch (error) {
        this.tree = from
        throw error
      }
      return outcome
    })
    this.#last = work.catch(() => {})
    return work
  }
}
