import type { JsonObject } from '@/lib/core/base/json'
import type { WireMessage } from './wire/wire'

export type LedgerOutcome = 'in-flight' | 'delivered' | 'cut' | 'aborted' | 'error'

/** One request this server received: what a test needs to prove that nothing was bought twice. */
export interface LedgerEntry {
  ordinal: number
  requestId: string
  path: string
  /** Digest of the body as it arrived. */
  digest: string
  model: string | null
  status: number | null
  fault: string | null
  outcome: LedgerOutcome
  delivered: boolean
  stopReason: string | null
  usage: JsonObject | null
}

export interface Ledger {
  open(entry: { requestId: string; path: string; digest: string; model: string | null }): LedgerEntry
  list(): { count: number; entries: LedgerEntry[] }
  clear(): void
}

/** Old entries are dropped beyond this many; the count goes on. */
const KEPT_ENTRIES = 50_000

/** An empty record of requests. */
export function createLedger(): Ledger {
  let entries: LedgerEntry[] = []
  let count = 0
  return {
    open(known) {
      count += 1
      const entry: LedgerEntry = {
        ...known,
        ordinal: count,
        status: null,
        fault: null,
        outcome: 'in-flight',
        delivered: false,
        stopReason: null,
        usage: null,
      }
      entries.push(entry)
      if (entries.length > KEPT_ENTRIES * 1.1) entries = entries.slice(-KEPT_ENTRIES)
      return entry
    },
    list: () => ({ count, entries: [...entries] }),
    clear() {
      entries = []
      count = 0
    },
  }
}

/** Writes into an entry what its message will cost. */
export function noteMessage(entry: LedgerEntry, message: WireMessage): void {
  entry.stopReason = message.stopReason
  entry.usage = {
    input_tokens: message.prompt.inputTokens + message.served.inputTokens,
    cache_creation_input_tokens: message.prompt.cacheWrite5mTokens + message.prompt.cacheWrite1hTokens,
    cache_read_input_tokens: message.prompt.cacheReadTokens,
    output_tokens: message.outputTokens,
  }
}
