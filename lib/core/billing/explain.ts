import type { UsageSum } from '../money/cost-store'
import { findPrice, type Price } from '../money/pricing'
import {
  type BilledCost,
  type BilledDay,
  type BilledUsage,
  type MappedKeys,
  projectOf,
  undated,
} from './billed'
import {
  addPrices,
  type ListPrice,
  nanoOfUnits,
  nothing,
  priceOfBilled,
  priceOfCounted,
  unitsOfNano,
} from './list-price'
import { addParts, type Part, type PartKind, partKinds } from './parts'

/** What Skein counted on a day in one project, or (null) in all that no key and no workspace belongs to. */
export type Counted = {
  project: string | null
  lines: readonly UsageSum[]
  /** What turns that were lost, or told no usage, probably cost. */
  unsettled: readonly { model: string; nanoUsd: number }[]
}

/** One day as it is explained. */
export type DayAsked = {
  billed: BilledDay
  /** Whether its figures may still grow. */
  isOpen: boolean
  counted: readonly Counted[]
  mapping: readonly MappedKeys[]
  prices: readonly Price[]
}

/** Both sides of a day, and the parts of the difference, which are none where there is none. */
export type DayExplained = {
  computedNanoUsd: number
  billedNanoUsd: number
  parts: Part[]
}

/** Explains one day. Pure: prices, mapping and both sides are given. */
export function explainDay(asked: DayAsked): DayExplained {
  const parts = new Parts()
  for (const model of modelsOf(asked)) explainModel(parts, asked, model)
  explainServerTools(parts, asked)
  const other = asked.billed.costs.filter((cost) => sortOf(cost) === 'other')
  parts.add('unattributed', unitsOfNano(sumOf(other)))
  const computedNanoUsd = linesOf(asked).reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0)
  const billedNanoUsd = sumOf(asked.billed.costs)
  return { computedNanoUsd, billedNanoUsd, parts: parts.upTo(billedNanoUsd - computedNanoUsd) }
}

/** Dollars of a list of costs, in nanodollars. */
export function sumOf(costs: readonly BilledCost[]): number {
  return costs.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0)
}

/** Signed amounts by kind, exact while they are added up. */
class Parts {
  readonly #units = new Map<PartKind, bigint>()

  add(kind: PartKind, units: bigint): void {
    this.#units.set(kind, (this.#units.get(kind) ?? 0n) + units)
  }

  /** In whole nanodollars; what is missing up to the difference was lost to rounding, and stands as such. */
  upTo(differenceNanoUsd: number): Part[] {
    const found = partKinds
      .filter((kind) => kind !== 'rounding')
      .map((kind) => ({ kind, nanoUsd: nanoOfUnits(this.#units.get(kind) ?? 0n) }))
    const known = found.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0)
    const rounding: Part = { kind: 'rounding', nanoUsd: differenceNanoUsd - known }
    return addParts([[...found, rounding]])
  }
}

/** What a cost is for: tokens of a model, a tool of the provider's, or something that is not known here. */
function sortOf({ costType, model }: BilledCost): 'tokens' | 'server-tools' | 'other' {
  if (costType === 'web_search' || costType === 'code_execution' || costType === 'session_usage')
    return 'server-tools'
  return model !== null && (costType === 'tokens' || costType === null) ? 'tokens' : 'other'
}

function linesOf({ counted }: DayAsked): UsageSum[] {
  return counted.flatMap(({ lines }) => lines)
}

function modelsOf(asked: DayAsked): string[] {
  const named = [
    ...asked.billed.usage.flatMap(({ model }) => model ?? []),
    ...asked.billed.costs.flatMap((cost) => (sortOf(cost) === 'tokens' ? (cost.model ?? []) : [])),
    ...linesOf(asked).map(({ model }) => model),
  ]
  return [...new Set(named.map(undated))].sort()
}

/** What is known of a model on a day in one project, or (null) beside all of them, priced at the list. */
type Side = {
  isOfProject: boolean
  billed: ListPrice
  counted: ListPrice
  bookedUnits: bigint
  unsettledUnits: bigint
  turns: number
}

function explainModel(parts: Parts, asked: DayAsked, model: string): void {
  const costs = asked.billed.costs.filter(
    (cost) => sortOf(cost) === 'tokens' && undated(cost.model ?? '') === model,
  )
  const usage = asked.billed.usage.filter((one) => one.model !== null && undated(one.model) === model)
  const price = findPrice(asked.prices, model, `${asked.billed.day}T23:59:59.999Z`)
  const booked = unitsOfNano(
    linesOf(asked)
      .filter((line) => undated(line.model) === model)
      .reduce((sum, line) => sum + tokensNanoUsd(line), 0),
  )
  const billed = unitsOfNano(sumOf(costs))
  if (price === null) {
    parts.add('unpriced', billed - booked)
  } else if (usage.length === 0 && costs.length > 0) {
    parts.add(asked.isOpen ? 'pending' : 'unattributed', billed - booked)
  } else {
    const sides = asked.counted.map((counted) => sideOf(asked, counted, { usage, model, price }))
    explainRates(parts, asked, { costs, usage, sides, price })
    for (const side of sides) explainSide(parts, side, asked.isOpen)
  }
}

/** What a line cost but for its searches, which stand apart. */
function tokensNanoUsd({ costNanoUsd, webSearchNanoUsd }: UsageSum): number {
  return costNanoUsd - webSearchNanoUsd
}

function sideOf(
  { mapping }: DayAsked,
  counted: Counted,
  { usage, model, price }: { usage: readonly BilledUsage[]; model: string; price: Price },
): Side {
  const own = counted.lines.filter((line) => undated(line.model) === model)
  const unsettled = counted.unsettled.filter((one) => undated(one.model) === model)
  return {
    isOfProject: counted.project !== null,
    billed: usage
      .filter((one) => projectOf(one, mapping) === counted.project)
      .map((one) => priceOfBilled(one, price))
      .reduce(addPrices, nothing),
    counted: own.map((line) => priceOfCounted(line, price)).reduce(addPrices, nothing),
    bookedUnits: unitsOfNano(own.reduce((sum, line) => sum + tokensNanoUsd(line), 0)),
    unsettledUnits: unitsOfNano(unsettled.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0)),
    turns: own.reduce((sum, { turns }) => sum + turns, 0),
  }
}

/** Long prompts are not reported as such: those that were counted are taken to be among what was reported. */
function longOf({ billed, counted }: Side): bigint {
  return billed.whole > 0n ? counted.long : 0n
}

/**
 * What the reported tokens cost against what the list says of them, and what the counted ones were booked at against
 * the same. Where the list has changed since, billed and booked agree on the earlier price: that is no difference.
 */
function explainRates(
  parts: Parts,
  { isOpen }: DayAsked,
  of: { costs: readonly BilledCost[]; usage: readonly BilledUsage[]; sides: readonly Side[]; price: Price },
): void {
  const priority = of.usage
    .filter(({ serviceTier }) => serviceTier?.startsWith('priority') === true)
    .reduce((sum, one) => sum + priceOfBilled(one, of.price).whole, 0n)
  const listed = of.sides.reduce((sum, side) => sum + side.billed.whole + longOf(side), 0n)
  const difference = unitsOfNano(sumOf(of.costs)) - (listed - priority)
  const bound = unitsOfNano(of.costs.reduce((sum, { roundedByNanoUsd }) => sum + roundedByNanoUsd, 0))
  const kind = rateKind(difference, { bound, isOpen, isWithoutCost: of.costs.length === 0 })
  const repriced = of.sides.reduce((sum, side) => sum + side.counted.whole - side.bookedUnits, 0n)
  const turns = of.sides.reduce((sum, side) => sum + side.turns, 0)
  const isRounding = size(repriced) <= unitsOfNano(turns * NANO_A_TURN)
  const common = kind === 'price' && !isRounding ? cancelling(difference, repriced) : 0n
  parts.add('priority', -priority)
  parts.add(kind, difference + common)
  parts.add(isRounding ? 'rounding' : 'booked-price', repriced - common)
}

/** What takes away as much of both as they have in opposite directions, added to the first and taken from the other. */
function cancelling(a: bigint, b: bigint): bigint {
  if (a < 0n === b < 0n) return 0n
  const least = size(a) < size(b) ? size(a) : size(b)
  return a < 0n ? least : -least
}

function rateKind(
  difference: bigint,
  { bound, isOpen, isWithoutCost }: { bound: bigint; isOpen: boolean; isWithoutCost: boolean },
): PartKind {
  if (isWithoutCost) return isOpen ? 'pending' : 'unattributed'
  if (size(difference) <= bound) return 'rounding'
  return isOpen && difference < 0n ? 'pending' : 'price'
}

/** Each kind of a turn is rounded to a nanodollar: five kinds, half of one each, and sums are not rounded again. */
const NANO_A_TURN = 3

/** What the reported tokens of a project come to at the list, against what the counted ones do. */
function explainSide(parts: Parts, side: Side, isOpen: boolean): void {
  const { billed, counted } = side
  if (billed.whole === 0n || counted.whole === 0n) {
    explainTokens(parts, side, billed.whole - counted.whole, isOpen)
    return
  }
  const usual = counted.whole - counted.long
  parts.add('batch', billed.whole - billed.withoutBatch - (usual - counted.withoutBatch))
  parts.add('tiers', billed.withoutBatch - billed.standard - (counted.withoutBatch - counted.standard))
  explainTokens(parts, side, billed.standard - counted.standard, isOpen)
}

/** Tokens that only one of both knows, at the list. */
function explainTokens(
  parts: Parts,
  { isOfProject, unsettledUnits }: Side,
  more: bigint,
  isOpen: boolean,
): void {
  if (more < 0n) {
    parts.add(isOpen ? 'pending' : 'unreported', more)
    return
  }
  const lost = more < unsettledUnits ? more : unsettledUnits
  parts.add('unsettled', lost)
  parts.add(isOfProject ? 'uncounted' : 'unknown-keys', more - lost)
}

function explainServerTools(parts: Parts, asked: DayAsked): void {
  const costs = asked.billed.costs.filter((cost) => sortOf(cost) === 'server-tools')
  const searched = linesOf(asked).reduce((sum, { webSearchNanoUsd }) => sum + webSearchNanoUsd, 0)
  const difference = sumOf(costs) - searched
  parts.add(difference < 0 && asked.isOpen ? 'pending' : 'server-tools', unitsOfNano(difference))
}

function size(units: bigint): bigint {
  return units < 0n ? -units : units
}
