import type { SourceReading } from '@/lib/script/read-source'
import type { Asked, Asker, PoolOptions } from '@/lib/threads/pool'
import { createPool } from '@/lib/threads/pool'
import type { UntrustedAnswer, UntrustedCall } from '@/lib/tools/untrusted-protocol'
import { createUntrustedRunner, type UntrustedRunner } from '@/lib/tools/untrusted-runner'
import type { DefinitionHead } from '@/lib/workspace/definition-head'
import type { LineDiff } from './line-diff'

/** Everything that is asked of the threads for untrusted text: one pool for all of it. */
export type WorkerCall =
  | UntrustedCall
  | { kind: 'source'; source: string }
  | { kind: 'heads'; heads: readonly string[] }
  | { kind: 'diff'; before: string; after: string }

export type WorkerAnswer =
  | UntrustedAnswer
  | { kind: 'source'; reading: SourceReading }
  | { kind: 'heads'; heads: DefinitionHead[] }
  | { kind: 'diff'; diff: LineDiff }

/**
 * Reads what may be hostile where it can be killed: patterns, globs, schemas, scripts, heads, differences.
 */
export type UntrustedReader = UntrustedRunner & {
  /** `isLasting` is false when the source was not read for a reason that is not its own. */
  readSource(source: string, asker: Asker): Promise<{ reading: SourceReading; isLasting: boolean }>
  readHeads(heads: readonly string[], asker: Asker): Promise<readonly DefinitionHead[] | { problem: string }>
  /** Null when it takes too long to tell what changed. */
  diff(before: string, after: string, asker: Asker): Promise<LineDiff | null>
  close(): Promise<void>
}

export function openUntrustedReader(options: PoolOptions): UntrustedReader {
  const pool = createPool<WorkerCall, WorkerAnswer>(options)
  const ofTools = async (call: UntrustedCall, asker: Asker): Promise<Asked<UntrustedAnswer>> => {
    const asked = await pool.ask(call, asker)
    if (!asked.ok) return asked
    const { answer } = asked
    if (answer.kind === 'source' || answer.kind === 'heads' || answer.kind === 'diff')
      return { ok: false, why: 'too-much', reason: 'It gave the answer of another call.' }
    return { ok: true, answer }
  }
  return {
    ...createUntrustedRunner(ofTools),
    async readSource(source, asker) {
      const asked = await pool.ask({ kind: 'source', source }, asker)
      if (asked.ok && asked.answer.kind === 'source')
        return { reading: asked.answer.reading, isLasting: true }
      const message = `The script could not be read. ${asked.ok ? '' : asked.reason} Make it shorter or simpler.`
      const reading: SourceReading = { ok: false, problem: { message, line: null, column: null } }
      return { reading, isLasting: !asked.ok && asked.why === 'too-much' }
    },
    async readHeads(heads, asker) {
      const asked = await pool.ask({ kind: 'heads', heads }, asker)
      if (asked.ok && asked.answer.kind === 'heads') return asked.answer.heads
      return { problem: `could not be read with the others beside it. ${asked.ok ? '' : asked.reason}` }
    },
    async diff(before, after, asker) {
      const asked = await pool.ask({ kind: 'diff', before, after }, asker)
      return asked.ok && asked.answer.kind === 'diff' ? asked.answer.diff : null
    },
    close: () => pool.close(),
  }
}
