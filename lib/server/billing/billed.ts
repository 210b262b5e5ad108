import type { z } from 'zod'
import {
  type Billed,
  type BilledAsked,
  billedSchema,
  type PartShown,
  type refreshBilledSchema,
} from '@/lib/api/billing/billed'
import { daysBetween, utcDay } from '@/lib/core/base/utc-day'
import { type BilledDay, isOpenDay, type MappedKeys, projectOf, undated } from '@/lib/core/billing/billed'
import { type Counted, explainDay, sumOf } from '@/lib/core/billing/explain'
import { nanoOfUnits, priceOfBilled } from '@/lib/core/billing/list-price'
import { addParts, isExplained, type Part } from '@/lib/core/billing/parts'
import { findPrice, type Price } from '@/lib/core/money/pricing'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { type CountedPeriod, countedIn, linesOn } from './counted'

/** Days that are shown when no period is asked for, and most that may be. */
const USUAL_DAYS = 30
const MOST_DAYS = 93
const DAY_MS = 86_400_000

/** What was computed in a period beside what is known to have been billed. Nothing is asked of anybody for it. */
export async function readBilled(app: App, asked: BilledAsked, signal: AbortSignal): Promise<Billed> {
  const period = periodOf(app, asked)
  const { account, reports } = app.billing
  const { mapping } = account
  const kept = await app.store.billing.billedDays(period.from, period.to)
  const counted = await countedIn(app, period, mapping, signal)
  const prices = app.prices.list()
  const days = daysBetween(period.from, period.to).map((day) =>
    dayOf(day, {
      billed: kept.find((one) => one.day === day) ?? null,
      counted,
      mapping,
      prices,
      nowMs: app.now(),
    }),
  )
  const read = days.filter(({ billedNanoUsd }) => billedNanoUsd !== null)
  const { unread } = reports
  const known = { kept, counted, prices }
  return exact({
    ...period,
    isSet: account.hint !== null,
    isMapped: mapping.length > 0,
    readAt:
      kept
        .map(({ readAt }) => readAt)
        .sort()
        .at(-1) ?? null,
    problem: account.hint === null ? null : (unread?.message ?? null),
    retryAt: unread?.untilMs == null ? null : new Date(unread.untilMs).toISOString(),
    days,
    totals: {
      days: read.length,
      computedNanoUsd: total(read, ({ computedNanoUsd }) => computedNanoUsd),
      billedNanoUsd: total(read, ({ billedNanoUsd }) => billedNanoUsd ?? 0),
      differenceNanoUsd: total(read, ({ differenceNanoUsd }) => differenceNanoUsd ?? 0),
      parts: shown(addParts(read.map(({ parts }) => parts))),
    },
    models: modelsOf(known),
    projects: mapping.length === 0 ? [] : projectsOf(app, mapping, known),
  })
}

/** The same, once what is missing was read. What the Admin API refuses is told in the answer. */
export async function refreshBilled(
  app: App,
  { now, ...asked }: z.output<typeof refreshBilledSchema>,
  signal: AbortSignal,
): Promise<Billed> {
  await app.billing.reports.refresh(periodOf(app, asked), now)
  return readBilled(app, asked, signal)
}

/** The period that is meant, up to today. Throws for one that is too long to be compared day by day. */
function periodOf(app: App, asked: BilledAsked): { from: string; to: string } {
  const today = utcDay(app.now())
  const to = asked.to === undefined || asked.to > today ? today : asked.to
  const from = asked.from ?? utcDay(Date.parse(`${to}T00:00:00Z`) - (USUAL_DAYS - 1) * DAY_MS)
  if (daysBetween(from, to).length <= MOST_DAYS) return { from, to }
  const message = `must not begin more than ${MOST_DAYS} days before the end`
  throw new Refusal('bad-request', `\`from\`: ${message}.`, [{ path: 'from', message }])
}

type OfDay = {
  billed: BilledDay | null
  counted: CountedPeriod
  mapping: readonly MappedKeys[]
  prices: readonly Price[]
  nowMs: number
}

function dayOf(day: string, { billed, counted, mapping, prices, nowMs }: OfDay): Billed['days'][number] {
  const beside = {
    simulatedNanoUsd: counted.simulated.get(day) ?? 0,
    importedNanoUsd: counted.imported.get(day) ?? 0,
    unsettledNanoUsd: total(
      counted.groups.flatMap(({ unsettled }) => unsettled.filter((one) => one.day === day)),
      ({ nanoUsd }) => nanoUsd,
    ),
  }
  const groups = linesOn(counted, day)
  if (billed === null) {
    const lines = groups.flatMap((group) => group.lines)
    return {
      ...{ day, isOpen: isOpenDay(day, nowMs) },
      computedNanoUsd: total(lines, ({ costNanoUsd }) => costNanoUsd),
      ...{ billedNanoUsd: null, differenceNanoUsd: null, parts: [] },
      ...beside,
    }
  }
  const isOpen = isOpenDay(day, Date.parse(billed.readAt))
  const { computedNanoUsd, billedNanoUsd, parts } = explainDay({
    billed,
    isOpen,
    counted: groups,
    mapping,
    prices,
  })
  return {
    ...{ day, isOpen, computedNanoUsd, billedNanoUsd },
    differenceNanoUsd: billedNanoUsd - computedNanoUsd,
    parts: shown(parts),
    ...beside,
  }
}

function shown(parts: readonly Part[]): PartShown[] {
  return parts.map((part) => ({ ...part, isExplained: isExplained(part.kind) }))
}

type Known = { kept: readonly BilledDay[]; counted: CountedPeriod; prices: readonly Price[] }

/** Every model that was counted or reported on a day that was read, most expensive first. */
function modelsOf({ kept, counted, prices }: Known): Billed['models'] {
  const lines = kept.flatMap(({ day }) => linesOn(counted, day).flatMap((group) => group.lines))
  const usage = kept.flatMap(({ day, usage }) => usage.map((one) => ({ ...one, day })))
  const costs = kept.flatMap((one) => one.costs)
  const named = [...lines, ...usage, ...costs].flatMap(({ model }) =>
    model === null ? [] : [undated(model)],
  )
  return [...new Set(named)]
    .map((model) => {
      const isIt = (one: { model: string | null }) => one.model !== null && undated(one.model) === model
      const [counts, reported] = [lines.filter(isIt), usage.filter(isIt)]
      return {
        model,
        computed: {
          inputTokens: total(counts, (one) => one.inputTokens),
          outputTokens: total(counts, (one) => one.outputTokens),
          cacheReadTokens: total(counts, (one) => one.cacheReadTokens),
          cacheWriteTokens: total(counts, (one) => one.cacheWriteTokens),
          nanoUsd: total(counts, (one) => one.costNanoUsd),
        },
        billed: {
          inputTokens: total(reported, (one) => one.inputTokens),
          outputTokens: total(reported, (one) => one.outputTokens),
          cacheReadTokens: total(reported, (one) => one.cacheReadTokens),
          cacheWriteTokens: total(reported, (one) => one.cacheWrite5mTokens + one.cacheWrite1hTokens),
          listNanoUsd: listNanoUsd(reported, prices),
          nanoUsd: sumOf(costs.filter(isIt)),
        },
      }
    })
    .sort((a, b) => b.billed.nanoUsd + b.computed.nanoUsd - a.billed.nanoUsd - a.computed.nanoUsd)
}

type UsageOfDay = BilledDay['usage'][number] & { day: string }

/** Reported tokens at the prices of their days; null where one of their models has none. */
function listNanoUsd(usage: readonly UsageOfDay[], prices: readonly Price[]): number | null {
  let units = 0n
  for (const one of usage) {
    const price = findPrice(prices, undated(one.model ?? ''), `${one.day}T23:59:59.999Z`)
    if (price === null) return null
    units += priceOfBilled(one, price).whole
  }
  return nanoOfUnits(units)
}

/** Both sides of each project that has a key or a workspace, and (null) of everything else. */
function projectsOf(app: App, mapping: readonly MappedKeys[], known: Known): Billed['projects'] {
  return [...mapping.map(({ project }) => project), null].map((project) => {
    const mapped = mapping.find((one) => one.project === project) ?? null
    const groups: Counted[] = known.kept.flatMap(({ day }) => linesOn(known.counted, day))
    const lines = groups.flatMap((group) => (group.project === project ? group.lines : []))
    const usage = known.kept.flatMap(({ day, usage: all }) =>
      all.filter((one) => projectOf(one, mapping) === project).map((one) => ({ ...one, day })),
    )
    const costs = known.kept.flatMap((one) => one.costs)
    const workspaces = mapped !== null && mapped.keyIds.length === 0 ? mapped.workspaceIds : null
    return {
      project,
      name: project === null ? null : (app.projects.find(project)?.name ?? project),
      computedNanoUsd: total(lines, ({ costNanoUsd }) => costNanoUsd),
      listNanoUsd:
        listNanoUsd(
          usage.filter(({ day, model }) => priceOn(known.prices, model, day) !== null),
          known.prices,
        ) ?? 0,
      billedNanoUsd:
        workspaces === null
          ? null
          : sumOf(
              costs.filter(({ workspaceId }) => workspaceId !== null && workspaces.includes(workspaceId)),
            ),
    }
  })
}

function priceOn(prices: readonly Price[], model: string | null, day: string): Price | null {
  return findPrice(prices, undated(model ?? ''), `${day}T23:59:59.999Z`)
}

function total<T>(of: readonly T[], amount: (one: T) => number): number {
  return of.reduce((sum, one) => sum + amount(one), 0)
}

/** Sums beyond what a number holds exactly would be wrong by a little, which nobody could see. */
function exact(found: Billed): Billed {
  if (billedSchema.safeParse(found).success) return found
  throw new Refusal(
    'conflict',
    'What was reported as billed is more than can be added up exactly. Choose a shorter period.',
  )
}
