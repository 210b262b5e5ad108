import type { PlannedCall, SourceProblem } from '@/lib/api/workflows'
import { parseScript, type ScriptMeta } from '@/lib/script/parse'
import { staticCalls } from '@/lib/script/plan'
import { ScriptError } from '@/lib/script/script-error'

/** A source as far as it can be known without running it. */
export type ReadSource = { meta: ScriptMeta; calls: PlannedCall[] }

/** Sources that were read, newest use last: the library is listed far more often than it changes. */
const known = new Map<string, ReadSource>()
const MOST_KNOWN = 300

/** Reads a source, or remembers it by its digest. Throws `ScriptError`. */
export function readSource(source: string, digest: string): ReadSource {
  const read = known.get(digest) ?? parseSource(source)
  known.delete(digest)
  known.set(digest, read)
  const [oldest] = known.keys()
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest)
  return read
}

/** Reads a source, or says why it cannot be read. */
export function tryReadSource(
  source: string,
  digest: string,
): { ok: true; read: ReadSource } | { ok: false; problem: SourceProblem } {
  try {
    return { ok: true, read: readSource(source, digest) }
  } catch (error) {
    return { ok: false, problem: problemIn(error) }
  }
}

/** What a script is refused for. Anything else is thrown on. */
export function problemIn(error: unknown): SourceProblem {
  if (error instanceof ScriptError) return error.toRunError()
  throw error
}

function parseSource(source: string): ReadSource {
  try {
    const { meta, program } = parseScript(source)
    return { meta, calls: staticCalls(program) }
  } catch (error) {
    // Reading goes as deep as the source does, and the stack does not.
    if (!(error instanceof RangeError)) throw error
    throw new ScriptError('The script is nested too deeply to be read. Flatten it.', null, null, { cause: error })
  }
}
