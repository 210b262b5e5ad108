/**
 * Lines a run has recorded before: repeating them on replay adds nothing, even if the script goes on
 * differently.
 */
export class ReplayedLines {
  readonly #counts = new Map<string, number>()

  add(line: string): void {
    this.#counts.set(line, (this.#counts.get(line) ?? 0) + 1)
  }

  /** Whether this line was said before; each time counts once. */
  takes(line: string): boolean {
    const left = this.#counts.get(line) ?? 0
    if (left > 0) this.#counts.set(line, left - 1)
    return left > 0
  }
}
