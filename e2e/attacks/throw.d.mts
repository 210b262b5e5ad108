import type { Attack } from './corpus.mjs'

/** `answer` is null for an attack that did not come to its end; `asked` counts answers of health meanwhile. */
export type Thrown = { name: string; answer: string | null; tookMs: number; worstMs: number; asked: number }

export function throwAll(asked: {
  base: string
  workspace: string
  attacks: readonly Attack[]
  onDone?(result: Thrown): void
}): Promise<Thrown[]>
