import type { ReadSource, SourceReading } from '@/lib/script/read-source'
import { ScriptError } from '@/lib/script/script-error'
import type { UntrustedReader } from '@/lib/server/services/untrusted-reader'

export type { ReadSource, SourceReading }

const MOST_KNOWN = 1_000

/**
 * Reads sources where they can do no harm, and remembers what they said by their digests, newest use last.
 */
export class SourceReader {
  readonly #known = new Map<string, Promise<SourceReading>>()

  constructor(
    private readonly untrusted: Pick<UntrustedReader, 'readSource'>,
    private readonly digest: (text: string) => string,
  ) {}

  /** Reads a source, or says why it cannot be read. */
  tryRead(source: string, digest = this.digest(source)): Promise<SourceReading> {
    const reading = this.#known.get(digest) ?? this.#readAnew(source, digest)
    this.#known.delete(digest)
    this.#known.set(digest, reading)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest)
    return reading
  }

  async #readAnew(source: string, digest: string): Promise<SourceReading> {
    // A source owns its reading: a hostile one holds up itself alone.
    const { reading, isLasting } = await this.untrusted.readSource(source, { owner: `source ${digest}` })
    if (!isLasting) this.#known.delete(digest)
    return reading
  }

  /** Reads a source. Rejects with a `ScriptError`. */
  async read(source: string, digest?: string): Promise<ReadSource> {
    const reading = await this.tryRead(source, digest)
    if (reading.ok) return reading.read
    const { message, line, column } = reading.problem
    throw new ScriptError(message, line, column)
  }
}
