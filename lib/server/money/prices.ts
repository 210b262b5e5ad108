import type { z } from 'zod'
import type { Prices, pricesEditSchema } from '@/lib/api/prices'
import type { Actor } from '@/lib/core/base/actor'
import { knownModels } from '@/lib/core/money/models'
import type { PriceVersion } from '@/lib/core/money/money-store'
import { checkPrices, isSamePrice } from '@/lib/core/money/price-check'
import { findPrice, type Price, priceSchema } from '@/lib/core/money/pricing'
import { oneByOne } from '@/lib/server/access/in-turn'
import type { App } from '@/lib/server/app/app'
import { rowOf } from '@/lib/server/services/price-list'
import { Refusal } from '@/lib/server/services/problem'

/** The list in force, and how it came to be. */
export async function readPrices(app: App): Promise<Prices> {
  const versions = app.prices.versions()
  const at = new Date(app.now()).toISOString()
  const used = await app.store.money.usedModels()
  return {
    prices: [...app.prices.list()],
    version: versions.at(-1)?.id ?? 0,
    history: versions.map((version, index) => ({ ...version, before: beforeOf(versions, index) })).reverse(),
    unpricedModels: used
      .map(({ model }) => model)
      .filter((model) => findPrice(app.prices.list(), model, at) === null),
  }
}

function beforeOf(versions: readonly PriceVersion[], index: number): Price | null {
  const own = versions[index]
  const earlier = versions.slice(0, index).findLast((one) => sameRow(one, own))
  return earlier?.price ?? null
}

function sameRow(a: PriceVersion, b: PriceVersion | undefined): boolean {
  return b !== undefined && a.model === b.model && a.effectiveFrom === b.effectiveFrom
}

/**
 * Sets the whole list as it shall be. Turns from now on are priced by it; what is booked stays as it was
 * booked.
 */
export function changePrices(
  app: App,
  edit: z.output<typeof pricesEditSchema>,
  actor: Actor,
): Promise<Prices> {
  return oneByOne(app.whole, 'prices', () => changeNow(app, edit, actor))
}

async function changeNow(app: App, edit: z.output<typeof pricesEditSchema>, actor: Actor): Promise<Prices> {
  const versions = app.prices.versions()
  const version = versions.at(-1)?.id ?? 0
  if (edit.basedOn !== undefined && edit.basedOn !== version)
    throw new Refusal(
      'conflict',
      `The prices were changed since version ${edit.basedOn} (now ${version}). Load them again.`,
    )
  const current = app.prices.list()
  const used = await app.store.money.usedModels()
  const known = new Set([
    ...knownModels,
    ...used.map(({ model }) => model),
    ...current.map(({ model }) => model),
    ...edit.newModels,
  ])
  // A model that has no price today leaves no gap that was not there before.
  const usedSince = used.filter(
    ({ model, since }) => findPrice(current, model, `${since}T23:59:59Z`) !== null,
  )
  const complaints = checkPrices(
    edit.prices,
    new Map(usedSince.map(({ model, since }) => [model, since])),
    known,
  )
  if (complaints.length > 0)
    throw new Refusal(
      'bad-request',
      `${complaints.map(({ path, message }) => `\`${path}\`: ${message}`).join('; ')}.`,
      complaints,
    )
  await app.prices.add(changesTo(current, edit.prices.map(asPrice), app.now(), actor, edit.note))
  return readPrices(app)
}

function asPrice(row: z.output<typeof pricesEditSchema>['prices'][number]): Price {
  return priceSchema.parse(row)
}

function changesTo(
  current: readonly Price[],
  wanted: readonly Price[],
  nowMs: number,
  actor: Actor,
  note: string,
) {
  const of = (rows: readonly Price[], price: Price) =>
    rows.find((row) => row.model === price.model && row.effectiveFrom === price.effectiveFrom)
  const version = (row: Price, price: Price | null): Omit<PriceVersion, 'id'> => ({
    ...rowOf(row),
    price,
    origin: 'edited',
    setAt: new Date(nowMs).toISOString(),
    setBy: actor,
    note,
  })
  const set = wanted.filter((price) => {
    const before = of(current, price)
    return before === undefined || !isSamePrice(before, price)
  })
  const gone = current.filter((price) => of(wanted, price) === undefined)
  return [...set.map((price) => version(price, price)), ...gone.map((price) => version(price, null))]
}
