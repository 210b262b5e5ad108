/**
 * Which models of a run are served in the US alone, at that price. No request of ours asks for it; a workspace may be
 * set so, which its responses say as they begin. What left before the first one was reserved a tenth too low, since
 * to hold a tenth more for everybody would keep as many agents from starting. A process that takes a run up begins
 * without, and learns it again.
 */
export class ServedRegions {
  readonly #inUs = new Set<string>()

  /** A response to `model` began; `inferenceGeo` as its usage has it, null where it says nothing. */
  note(model: string, inferenceGeo: string | null): void {
    if (inferenceGeo === 'us') this.#inUs.add(model)
    else this.#inUs.delete(model)
  }

  /** Whether what the next response of the model costs is to be held at the price of US-only inference. */
  isUs(model: string): boolean {
    return this.#inUs.has(model)
  }
}
