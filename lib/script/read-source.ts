import type { RunError } from '@/lib/core/spec/run'
import { parseScript, type ScriptMeta } from './parse'
import { type StaticCall, staticCalls } from './plan'
import { ScriptError } from './script-error'

/** A source as far as it can be known without running it. */
export type ReadSource = { meta: ScriptMeta; calls: StaticCall[] }

/** What reading a source gave: what it says, or why it is refused. */
export type SourceReading = { ok: true; read: ReadSource } | { ok: false; problem: RunError }

/**
 * Reads a source. Blocks its thread, for as long as a hostile source makes it: a parser's own tables grow
 * with the square of what some sources hold. Only for a thread that can be killed.
 */
export function readSource(source: string): SourceReading {
  try {
    const { meta, program } = parseScript(source)
    return { ok: true, read: { meta, calls: staticCalls(program) } }
  } catch (error) {
    if (error instanceof ScriptError) return { ok: false, problem: error.toRunError() }
    // Reading goes as deep as the source does, and the stack does not.
    if (!(error instanceof RangeError)) throw error
    const message = 'The script is nested too deeply to be read. Flatten it.'
    return { ok: false, problem: { message, line: null, column: null } }
  }
}
