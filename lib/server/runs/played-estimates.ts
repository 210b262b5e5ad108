import type { LaunchInput } from '@/lib/api/runs'
import type { KeptEstimate } from '@/lib/core/calibration'
import { canonicalJson, jsonValue } from '@/lib/core/json'
import type { App } from '@/lib/server/app'

/** Estimates that are remembered, and for how long: what was shown a moment ago is what is launched. */
const MOST_REMEMBERED = 100
const REMEMBERED_MS = 3_600_000

const remembered = new WeakMap<App, Map<string, { atMs: number; estimate: KeptEstimate }>>()

/** Remembers what playing a launch foretold, since playing it takes seconds that a launch must not. */
export function rememberPlayed(app: App, body: LaunchInput, estimate: KeptEstimate): void {
  const known = remembered.get(app) ?? new Map<string, { atMs: number; estimate: KeptEstimate }>()
  remembered.set(app, known)
  const id = idOf(app, body)
  known.delete(id)
  known.set(id, { atMs: app.now(), estimate })
  for (const oldest of [...known.keys()].slice(0, -MOST_REMEMBERED)) known.delete(oldest)
}

/** What was foretold of the same launch when it was played not long ago. */
export function playedEstimate(app: App, body: LaunchInput): KeptEstimate | null {
  const found = remembered.get(app)?.get(idOf(app, body))
  return found === undefined || app.now() - found.atMs > REMEMBERED_MS ? null : found.estimate
}

/** What changes nothing about the work is left out: who says yes, caps, names. */
function idOf(app: App, body: LaunchInput): string {
  const {
    approval: _approval,
    approved: _approved,
    limits: _limits,
    onLimit: _onLimit,
    title: _title,
    tags: _tags,
    ...work
  } = body
  return app.digest(canonicalJson(jsonValue(JSON.parse(JSON.stringify(work)))))
}
