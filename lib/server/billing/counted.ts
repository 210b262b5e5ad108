import type { MappedKeys } from '@/lib/core/billing/billed'
import type { Counted } from '@/lib/core/billing/explain'
import type { CostPeriod, UsageSum } from '@/lib/core/money/cost-store'
import { usageSumNames } from '@/lib/core/money/cost-store'
import type { App } from '@/lib/server/app/app'
import { queryCosts } from '@/lib/server/money/query-costs'

type OfDays = { from: string; to: string }
type Unsettled = { day: string; model: string; nanoUsd: number }
type Group = { project: string | null; lines: readonly UsageSum[]; unsettled: readonly Unsettled[] }

/** What was counted here in a period, by whose keys and workspaces it would be billed to. */
export type CountedPeriod = {
  /** One a project that has some, and (null) one of everything else. */
  groups: readonly Group[]
  /** What simulated and imported runs came to, by day. */
  simulated: ReadonlyMap<string, number>
  imported: ReadonlyMap<string, number>
}

/** More pairs of day and model than a period can have. */
const EVERYTHING = 1_000_000

/** Reads what was counted in a period, of all projects. */
export async function countedIn(
  app: App,
  of: OfDays,
  mapping: readonly MappedKeys[],
  signal: AbortSignal,
): Promise<CountedPeriod> {
  const whole = await groupOf(app, of, null, signal)
  const own: Group[] = []
  for (const { project } of mapping) own.push(await groupOf(app.within(project), of, project, signal))
  return {
    groups: [...own, own.reduce(without, whole)],
    simulated: await daysOf(app, { ...of, simulated: true }, signal),
    imported: await daysOf(app, { ...of, simulated: false, imported: true }, signal),
  }
}

/** The groups as they were on one day. */
export function linesOn({ groups }: CountedPeriod, day: string): Counted[] {
  return groups.map(({ project, lines, unsettled }) => ({
    project,
    lines: lines.filter((line) => line.day === day),
    unsettled: unsettled.filter((one) => one.day === day),
  }))
}

async function groupOf(app: App, of: OfDays, project: string | null, signal: AbortSignal): Promise<Group> {
  const period = { ...of, simulated: false }
  const lines = await queryCosts(app, 'usage', { of: { period } }, signal)
  const { rows } = await queryCosts(app, 'costReport', report(period, ['day', 'model']), signal)
  const unsettled = rows.map(({ key, sums }) => ({
    day: key.day ?? '',
    model: key.model ?? '',
    nanoUsd: sums.unsettledNanoUsd,
  }))
  return { project, lines, unsettled: unsettled.filter(({ nanoUsd }) => nanoUsd !== 0) }
}

async function daysOf(app: App, period: CostPeriod, signal: AbortSignal): Promise<Map<string, number>> {
  const { rows } = await queryCosts(app, 'costReport', report(period, ['day']), signal)
  return new Map(rows.map(({ key, sums }) => [key.day ?? '', sums.costNanoUsd]))
}

function report<By extends 'day' | 'model'>(period: CostPeriod, by: readonly By[]) {
  return { period, by, limit: EVERYTHING, withKinds: false, month: period }
}

/** What is left of a group once another was taken out of it. */
function without(whole: Group, part: Group): Group {
  const lines = new Map(whole.lines.map((line) => [placeOf(line), line]))
  for (const line of part.lines) {
    const left = lines.get(placeOf(line))
    if (left !== undefined) lines.set(placeOf(line), lessOf(left, line))
  }
  const taken = new Map(part.unsettled.map((one) => [`${one.day} ${one.model}`, one.nanoUsd]))
  return {
    ...whole,
    lines: [...lines.values()].filter(({ turns }) => turns > 0),
    unsettled: whole.unsettled.map((one) => ({
      ...one,
      nanoUsd: one.nanoUsd - (taken.get(`${one.day} ${one.model}`) ?? 0),
    })),
  }
}

function placeOf({ day, model, pricingTiers }: UsageSum): string {
  return JSON.stringify([day, model, pricingTiers])
}

function lessOf(line: UsageSum, part: UsageSum): UsageSum {
  const left = { ...line }
  for (const name of usageSumNames) left[name] -= part[name]
  return left
}
