import { fileURLToPath } from 'node:url'
import { realClock } from '@/lib/clock/testing'
import { type Asked, type Asker, createPool } from '@/lib/threads/pool'
import { createForeign, type Foreign } from './foreign'
import type { ForeignAnswer, ForeignCall } from './foreign-protocol'

/** The thread for foreign text as the build makes it. */
export const foreignEntry = fileURLToPath(new URL('../../dist/foreign-worker.mjs', import.meta.url))

export type OpenForeign = Foreign & { close(): Promise<void> }

/** The tools on threads of their own; `close` ends them. */
export function openForeign(mostMs: number, entry = foreignEntry): OpenForeign {
  const pool = createPool<ForeignCall, ForeignAnswer>({ entry, mostMs, awake: realClock.awake })
  const ask = (call: ForeignCall, asker: Asker): Promise<Asked<ForeignAnswer>> => pool.ask(call, asker)
  return { ...createForeign(ask), close: () => pool.close() }
}
