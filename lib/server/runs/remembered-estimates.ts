import type { LaunchInput } from '@/lib/api/runs'
import { canonicalJson, jsonValue } from '@/lib/core/base/json'
import type { SavedEstimate } from '@/lib/core/spec/calibration'
import type { App } from '@/lib/server/app/app'

/** Estimates that are remembered, and for how long: what was shown a moment ago is what is launched. */
const MOST_REMEMBERED = 100
const REMEMBERED_MS = 3_600_000

const remembered = new WeakMap<App, Map<string, { atMs: number; estimate: SavedEstimate }>>()

/** Remembers what a trial run estimated, since it takes seconds that a launch must not. */
export function rememberEstimate(app: App, body: LaunchInput, estimate: SavedEstimate): void {
  const known = remembered.get(app) ?? new Map<string, { atMs: number; estimate: SavedEstimate }>()
  remembered.set(app, known)
  const id = idOf(app, body)
  known.delete(id)
  known.set(id, { atMs: app.now(), estimate })
  for (const oldest of [...known.keys()].slice(0, -MOST_REMEMBERED)) known.delete(oldest)
}

/** The estimate of the same launch when a trial run of it ended not long ago. */
export function rememberedEstimate(app: App, body: LaunchInput): SavedEstimate | null {
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
