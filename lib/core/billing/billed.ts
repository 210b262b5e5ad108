import { z } from 'zod'

const count = z.number().int().nonnegative()

/** Tokens that were reported of one key, workspace, model and tier on a day. What was not told is null. */
export const billedUsageSchema = z.object({
  /** Null for what was used without a key, such as in the provider's console. */
  keyId: z.string().nullable(),
  /** Null for the default workspace. */
  workspaceId: z.string().nullable(),
  model: z.string().nullable(),
  /** `standard`, `batch`, `priority` and others. */
  serviceTier: z.string().nullable(),
  /** `fast` or `standard`. */
  speed: z.string().nullable(),
  /** `us`, `global` and others. */
  geo: z.string().nullable(),
  inputTokens: count,
  cacheWrite5mTokens: count,
  cacheWrite1hTokens: count,
  cacheReadTokens: count,
  outputTokens: count,
  webSearches: count,
})
export type BilledUsage = z.infer<typeof billedUsageSchema>

/** Dollars that were reported of one workspace, model and type of cost on a day. */
export const billedCostSchema = z.object({
  workspaceId: z.string().nullable(),
  /** `tokens`, `web_search` and others. */
  costType: z.string().nullable(),
  model: z.string().nullable(),
  /** Negative for what was given back. */
  nanoUsd: z.number().int(),
  /** By how much it may have been rounded before it was told. */
  roundedByNanoUsd: count,
})
export type BilledCost = z.infer<typeof billedCostSchema>

/** The two forms of the usage report: `analytics` is the newer one. */
export const reportForms = ['analytics', 'messages'] as const
export type ReportForm = (typeof reportForms)[number]

/** Everything that was reported of one UTC day, as it was when it was read. */
export type BilledDay = {
  day: string
  /** ISO 8601. */
  readAt: string
  form: ReportForm
  usage: BilledUsage[]
  costs: BilledCost[]
}

/** Which keys and workspaces of the organisation are of one project. */
export const mappedKeysSchema = z.object({
  project: z.string(),
  keyIds: z.array(z.string()),
  workspaceIds: z.array(z.string()),
})
export type MappedKeys = z.infer<typeof mappedKeysSchema>

/** Whose tokens these are: by their key first, then by their workspace; null where neither is of a project. */
export function projectOf(
  { keyId, workspaceId }: Pick<BilledUsage, 'keyId' | 'workspaceId'>,
  mapping: readonly MappedKeys[],
): string | null {
  const byKey = mapping.find(({ keyIds }) => keyId !== null && keyIds.includes(keyId))
  const byWorkspace = mapping.find(
    ({ workspaceIds }) => workspaceId !== null && workspaceIds.includes(workspaceId),
  )
  return (byKey ?? byWorkspace)?.project ?? null
}

/** A model without the date of its snapshot, as reports and turns name it differently. */
export function undated(model: string): string {
  return model.replace(/-\d{8}$/, '')
}

const DAY_MS = 86_400_000

/** Days whose figures still grow when they are read: today and yesterday, since billing lags. */
export const OPEN_DAYS = 2

/** Whether a day's figures may still have grown after they were read at that time. */
export function isOpenDay(day: string, readAtMs: number): boolean {
  return readAtMs < Date.parse(`${day}T00:00:00Z`) + OPEN_DAYS * DAY_MS
}
