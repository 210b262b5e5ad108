/** What kind of money a run spends: real, the simulator's, none at all, or some that was spent elsewhere. */
export const runKinds = ['real', 'simulated', 'dry-run', 'imported'] as const
export type RunKind = (typeof runKinds)[number]
