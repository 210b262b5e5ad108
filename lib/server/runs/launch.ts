import type { Launched, LaunchInput } from '@/lib/api/runs'
import type { Actor } from '@/lib/core/base/actor'
import { canonicalJson, jsonValue } from '@/lib/core/base/json'
import { defaultProject } from '@/lib/core/base/project'
import type { App } from '@/lib/server/app/app'
import { briefingOf } from '@/lib/server/app/briefing'
import { Refusal } from '@/lib/server/services/problem'
import { estimateLaunch, savedEstimate } from './estimate'
import { resolveLaunchRequest } from './launch-request'
import { rememberedEstimate } from './remembered-estimates'
import { noteTokens } from './told-notes'
import { refuseUsedUp } from './used-up'

/** Remembers that a person has approved a run on the real provider once. */
const APPROVED_ONCE = 'approved-once'

/** Keys an app is launching right now: two requests with one key must not both pass the look-up. */
const launching = new WeakMap<App, Map<string, { digest: string; launched: Promise<Launched> }>>()

const LONGEST_KEY = 200

/**
 * Launches a run that somebody asks for. Their idempotency key is theirs alone: what others have launched under the
 * same text is neither told nor in the way. `traceParent` is the trace that it belongs to.
 */
export async function launchAsked(
  app: App,
  body: LaunchInput,
  idempotencyKey: string | null,
  actor: Actor,
  traceParent: string | null = null,
): Promise<Launched> {
  if (idempotencyKey === null) return launch(app, body, null, actor, traceParent)
  if (idempotencyKey.length > LONGEST_KEY || idempotencyKey === '')
    throw new Refusal('bad-request', `An Idempotency-Key has 1 to ${LONGEST_KEY} characters.`)
  return launch(app, body, await ownKey(app, idempotencyKey, actor), actor, traceParent)
}

/** A caller's key as it is kept. Before keys had an owner they were kept as they came, and count for theirs on. */
async function ownKey(app: App, key: string, { id }: Actor): Promise<string> {
  const former = await app.store.findIdempotent(key)
  const head = former === null ? null : await app.store.loadHead(former.runId)
  return head?.run.launchedBy.id === id ? key : `${id} ${key}`
}

/**
 * Launches a run. The same idempotency key with the same body gives the same run, with another body a
 * conflict. Keys of callers are told apart by `launchAsked`; others are made here, and nobody else has them.
 */
export async function launch(
  app: App,
  body: LaunchInput,
  idempotencyKey: string | null,
  actor: Actor,
  traceParent: string | null = null,
): Promise<Launched> {
  if (idempotencyKey === null) return launchOnce(app, body, null, actor, traceParent)
  const key = keyWithin(app.project, idempotencyKey)
  const digest = app.digest(canonicalJson(jsonValue(JSON.parse(JSON.stringify(body)))))
  const known = await app.store.findIdempotent(key)
  if (known !== null) {
    if (known.digest !== digest) throw keyReused()
    return launched(app, known.runId)
  }
  const underway = launchesOf(app)
  const same = underway.get(key)
  if (same !== undefined) {
    if (same.digest !== digest) throw keyReused()
    return same.launched
  }
  const launchedOnce = launchOnce(app, body, { key, digest }, actor, traceParent).finally(() =>
    underway.delete(key),
  )
  underway.set(key, { digest, launched: launchedOnce })
  return launchedOnce
}

/** An idempotency key as it is kept: each project has its own, and two may choose the same. */
export function keyWithin(project: string, key: string): string {
  return project === defaultProject ? key : `${project}\n${key}`
}

function launchesOf(app: App) {
  const known = launching.get(app) ?? new Map<string, { digest: string; launched: Promise<Launched> }>()
  launching.set(app, known)
  return known
}

function keyReused(): Refusal {
  return new Refusal('conflict', 'This Idempotency-Key was used for another launch. Use a new key.')
}

/** Notes that a person has said yes to spending real money; from then on launches start at once. */
export async function noteApproval(app: App): Promise<void> {
  if (!app.provider.simulated) await app.store.putSetting(APPROVED_ONCE, true)
}

/**
 * True when a launch has to wait for somebody's yes: the first one that costs money does, unless it brings
 * that yes.
 */
export async function needsApproval(app: App, body: LaunchInput): Promise<boolean> {
  if (body.approval !== undefined) return body.approval === 'ask'
  return !app.provider.simulated && (await app.store.getSetting(APPROVED_ONCE)) !== true
}

async function launchOnce(
  app: App,
  body: LaunchInput,
  idempotency: { key: string; digest: string } | null,
  actor: Actor,
  traceParent: string | null,
): Promise<Launched> {
  const request = await resolveLaunchRequest(app, body, actor)
  const { spec, detail, args, workspace } = request
  await refuseUsedUp(app, spec)
  // What was shown when the button was pressed: held against what comes, once it has ended.
  const briefing = await briefingOf(app, workspace, spec.workspaceNotes)
  const input = { ...request, hasFiles: workspace !== null, noteTokens: noteTokens(briefing.notes) }
  const estimated = async () => savedEstimate(await estimateLaunch(app, input, null), spec)
  const estimate =
    spec.dryRun !== null || spec.sampleItems !== null
      ? null
      : (rememberedEstimate(app, body) ?? (await estimated()))
  const approved = spec.dryRun !== null || !(await needsApproval(app, body))
  const runId = await app.engine.launch({
    spec: { ...spec, estimate, ...(traceParent === null ? {} : { traceParent }) },
    script: detail.source,
    args,
    idempotency,
    approved,
    actor,
    briefing,
  })
  return launched(app, runId)
}

async function launched(app: App, runId: string): Promise<Launched> {
  const head = app.engine.active(runId)?.journal.state ?? (await app.store.loadHead(runId))
  return { id: runId, status: head?.run.status ?? 'queued', url: `/runs/${runId}` }
}
