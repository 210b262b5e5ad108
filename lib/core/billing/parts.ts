/**
 * Why what was billed differs from what was computed. Each adds a signed amount, and together they are the
 * difference to the nanodollar.
 *
 * - `pending`: what reports do not have yet, on a day that is not finished or ended just now.
 * - `unknown-keys`: tokens of keys and workspaces that belong to no project here.
 * - `unsettled`: answers that were cut off or told no usage; they are billed, and were not computed.
 * - `unpriced`: models that the price list here has no price of.
 * - `price`: the same tokens, billed at another rate than the list has.
 * - `booked-price`: what was counted was booked at other prices than the list has now.
 * - `batch`: the discount of batches, where it was billed of other tokens than it was counted of.
 * - `tiers`: speed and region, in the same way.
 * - `server-tools`: searches of the web and other tools that the provider runs.
 * - `priority`: tokens of the priority tier, which are paid for by a commitment and stand in no cost report.
 * - `rounding`: what each side rounded.
 * - `uncounted`: more tokens of a project's keys than were counted here. Not explained.
 * - `unreported`: fewer tokens, on a finished day. Not explained.
 * - `unattributed`: dollars without tokens that they could be for, or the other way round. Not explained.
 */
export const partKinds = [
  'pending',
  'unknown-keys',
  'unsettled',
  'unpriced',
  'price',
  'booked-price',
  'batch',
  'tiers',
  'server-tools',
  'priority',
  'rounding',
  'uncounted',
  'unreported',
  'unattributed',
] as const
export type PartKind = (typeof partKinds)[number]

/** Whether a part says why; of the others it is known how much they are, and not why. */
export function isExplained(kind: PartKind): boolean {
  return kind !== 'uncounted' && kind !== 'unreported' && kind !== 'unattributed'
}

/** One part of a difference. */
export type Part = { kind: PartKind; nanoUsd: number }

/** Parts of many days as those of all of them together. */
export function addParts(days: readonly (readonly Part[])[]): Part[] {
  return partKinds
    .map((kind) => ({
      kind,
      nanoUsd: days
        .flat()
        .filter((part) => part.kind === kind)
        .reduce((sum, { nanoUsd }) => sum + nanoUsd, 0),
    }))
    .filter(({ nanoUsd }) => nanoUsd !== 0)
}
