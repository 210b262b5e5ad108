/** Keeps what was used last, within a weight; whatever alone is heavier is not kept. */
export class BoundedCache<Value> {
  readonly #kept = new Map<string, { value: Value; weight: number }>()
  readonly #most: number
  #weight = 0

  constructor(mostWeight: number) {
    this.#most = mostWeight
  }

  get(key: string): Value | undefined {
    const found = this.#kept.get(key)
    if (found === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, found)
    return found.value
  }

  set(key: string, value: Value, weight: number): void {
    this.#forget(key)
    if (weight > this.#most) return
    this.#kept.set(key, { value, weight })
    this.#weight += weight
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.#most) return
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    this.#weight -= this.#kept.get(key)?.weight ?? 0
    this.#kept.delete(key)
  }
}
