import { fileURLToPath } from 'node:url'
import { realClock } from '@/lib/server/testing/real-clock'
import { type Asked, type Asker, createPool } from '@/lib/threads/pool'
import type { UntrustedAnswer, UntrustedCall } from './untrusted-protocol'
import { createUntrustedRunner, type UntrustedRunner } from './untrusted-runner'

/** The thread for untrusted text as the build makes it. */
export const untrustedEntry = fileURLToPath(new URL('../../dist/untrusted-worker.mjs', import.meta.url))

export type OpenUntrustedRunner = UntrustedRunner & { close(): Promise<void> }

/** The tools on threads of their own; `close` ends them. */
export function openUntrustedRunner(mostMs: number, entry = untrustedEntry): OpenUntrustedRunner {
  const pool = createPool<UntrustedCall, UntrustedAnswer>({ entry, mostMs, awake: realClock.awake })
  const ask = (call: UntrustedCall, asker: Asker): Promise<Asked<UntrustedAnswer>> => pool.ask(call, asker)
  return { ...createUntrustedRunner(ask), close: () => pool.close() }
}
