/** A place in the launched file, as its author counts. */
export type Site = { __proto__: null; line: number; column: number }

/** An item of a barrier, which code belongs to; carried from each call to what follows its answer. */
export type BarrierItem = { __proto__: null; id: number; item: number }

/** What the run had spent at the last delivered fact. */
export type Spent = { outputTokens: number; costNanoUsd: number; capNanoUsd: number | null }

/** What the run was launched with. `headLength`: columns of the wrapper before a script's first line. */
export type Settings = {
  itemsPerCall: number
  sampleItems: number | null
  budgetTotal: number | null
  headLength: number
  capNanoUsd: number | null
}

/** A call that waits for its fact. */
export type Pending = {
  resolve(value: unknown): void
  reject(reason: unknown): void
  site: Site | null
  context: BarrierItem | null
  failIf: ((answer: unknown) => unknown) | null
  /** Of a called workflow; null for any other call. */
  workflow: { argsText: string | undefined; isInline: boolean; phase: string | null } | null
}

/** All that changes while a script runs. Without prototypes, so a script cannot give it members. */
type State = {
  __proto__: null
  calls: number
  barriers: number
  current: BarrierItem | null
  spent: Spent
  settings: Settings
  pending: Record<number, Pending>
  /** Called workflows by the number of their file. */
  files: Record<number, { name: string; site: Site | null }>
}

export const state: State = {
  __proto__: null,
  calls: 0,
  barriers: 0,
  current: null,
  spent: { outputTokens: 0, costNanoUsd: 0, capNanoUsd: null },
  settings: { itemsPerCall: 4096, sampleItems: null, budgetTotal: null, headLength: 0, capNanoUsd: null },
  pending: Object.create(null),
  files: Object.create(null),
}
