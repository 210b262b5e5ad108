import type { Acted } from '@/lib/engine/run/act-outcome'

/** What an act gives: what it was done to, and what it waits for (`waitsFor`) while it is under way. */
export function withOutcome<T extends object>(acted: Acted, value: T): T & { waitsFor?: string } {
  return acted.kind === 'done' ? value : { ...value, waitsFor: acted.waitsFor }
}
