import { z } from 'zod'
import { type RunKind, runKinds } from './run-status'

/** Runs with one of these tags are kept, whatever the rules say. */
export const keepingTags: readonly string[] = ['keep', 'pinned']

/** Fewest days that deliveries are kept: ceilings of a month are counted from them. */
export const LEAST_DELIVERY_DAYS = 35

/** How long runs of a project and kind are kept after their end: so many days, or (null) for good. Null matches any. */
const retentionRuleSchema = z.strictObject({
  project: z.string().min(1).max(200).nullable().default(null),
  kind: z.enum(runKinds).nullable().default(null),
  days: z
    .number({ error: 'must be a number of days' })
    .int('must be whole days')
    .min(1, 'must be 1 day or more')
    .max(36_500, 'must be at most 36,500 days')
    .nullable(),
})
export type RetentionRule = z.output<typeof retentionRuleSchema>

/** What is deleted by itself. The first rule that matches a run says how long it is kept; without one it stays. */
export const retentionSchema = z.strictObject({
  rules: z.array(retentionRuleSchema).max(50).default([]),
  /** Days that deliveries of webhooks and of triggers are kept; null for good. */
  deliveryDays: z
    .number({ error: 'must be a number of days' })
    .int('must be whole days')
    .min(LEAST_DELIVERY_DAYS, `must be ${LEAST_DELIVERY_DAYS} days or more: ceilings of a month need them`)
    .max(36_500)
    .nullable()
    .default(null),
})
export type Retention = z.output<typeof retentionSchema>

/** A run that has ended, as far as it matters for how long it is kept. Times are ISO 8601. */
export type EndedRun = {
  id: string
  project: string
  kind: RunKind
  endedAt: string
  tags: readonly string[]
  /** Whether a link to it still counts. */
  isShared: boolean
  /** Whether a run that goes on begins with its answers. */
  isOrigin: boolean
}

/** Why a run stays. */
export type KeptBecause = 'young' | 'for-good' | 'tag' | 'shared' | 'origin'

const DAY_MS = 86_400_000

/** Why a run stays at a moment; null where it is to be deleted. */
export function keptBecause(
  rules: readonly RetentionRule[],
  run: EndedRun,
  nowMs: number,
): KeptBecause | null {
  const rule = rules.find(
    ({ project, kind }) => (project ?? run.project) === run.project && (kind ?? run.kind) === run.kind,
  )
  if (rule === undefined || rule.days === null) return 'for-good'
  if (nowMs - Date.parse(run.endedAt) < rule.days * DAY_MS) return 'young'
  if (run.tags.some((tag) => keepingTags.includes(tag.toLowerCase()))) return 'tag'
  if (run.isShared) return 'shared'
  return run.isOrigin ? 'origin' : null
}
