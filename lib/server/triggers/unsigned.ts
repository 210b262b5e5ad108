import type { App } from '@/lib/server/app/app'

/** What came to a trigger without a good signature, since the server's start. */
export type Unsigned = { count: number; lastAt: string; why: string }

const seen = new WeakMap<App, Map<string, Unsigned>>()

/** Notes that something came to a trigger that is not signed as it should; anybody can send that, so nothing is stored. */
export function noteUnsigned(app: App, triggerId: string, why: string): void {
  const ofApp = seen.get(app.whole) ?? new Map<string, Unsigned>()
  seen.set(app.whole, ofApp)
  const lastAt = new Date(app.now()).toISOString()
  ofApp.set(triggerId, { count: (ofApp.get(triggerId)?.count ?? 0) + 1, lastAt, why })
}

/** What came so to a trigger; null for nothing. */
export function unsignedOf(app: App, triggerId: string): Unsigned | null {
  return seen.get(app.whole)?.get(triggerId) ?? null
}

/** Forgets it, as after a new secret. */
export function forgetUnsigned(app: App, triggerId: string): void {
  seen.get(app.whole)?.delete(triggerId)
}
