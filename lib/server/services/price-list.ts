import { systemActor } from '@/lib/core/base/actor'
import type { PriceStore, PriceVersion } from '@/lib/core/money/money-store'
import { isSamePrice } from '@/lib/core/money/price-check'
import { priceTable } from '@/lib/core/money/price-table'
import type { Price } from '@/lib/core/money/pricing'

/** The price list in force, and every change to it. Held in memory: a price is looked up before each turn. */
export class PriceList {
  #versions: PriceVersion[] = []
  #prices: readonly Price[] = []

  private constructor(private readonly store: PriceStore) {}

  /**
   * The list as stored, with what ships added where it says something new. What people edited always wins.
   */
  static async open(store: PriceStore, at: string): Promise<PriceList> {
    const list = new PriceList(store)
    await list.#load()
    const news = priceTable.filter((price) => {
      const shipped = list.#versions.findLast((one) => one.origin === 'shipped' && isOf(one, price))
      return shipped?.price == null || !isSamePrice(shipped.price, price)
    })
    await list.add(
      news.map((price) => ({
        ...rowOf(price),
        price,
        origin: 'shipped',
        setAt: at,
        setBy: systemActor,
        note: '',
      })),
    )
    return list
  }

  list(): readonly Price[] {
    return this.#prices
  }

  versions(): readonly PriceVersion[] {
    return this.#versions
  }

  async add(versions: readonly Omit<PriceVersion, 'id'>[]): Promise<void> {
    if (versions.length === 0) return
    await this.store.addPriceVersions(versions)
    await this.#load()
  }

  async #load(): Promise<void> {
    this.#versions = await this.store.priceVersions()
    this.#prices = inForce(this.#versions)
  }
}

/** Of each row the last edit, else the last that shipped. */
function inForce(versions: readonly PriceVersion[]): Price[] {
  const rows = new Map<string, PriceVersion>()
  for (const version of versions) {
    const key = `${version.model}\n${version.effectiveFrom}`
    const before = rows.get(key)
    if (version.origin === 'edited' || before?.origin !== 'edited') rows.set(key, version)
  }
  return [...rows.values()].flatMap(({ price }) => (price === null ? [] : [price]))
}

function isOf(version: PriceVersion, price: Price): boolean {
  return version.model === price.model && version.effectiveFrom === price.effectiveFrom
}

/** What names a row of the list. */
export function rowOf({ model, effectiveFrom }: Price): { model: string; effectiveFrom: string } {
  return { model, effectiveFrom }
}
