/**
 * Agents of a phase that are asked the same way, and what the first turn of each reserves while it is in flight; null
 * without a price.
 */
export type AgentGroup = {
  phase: string
  agents: number
  reservationNanoUsd: number | null
  reservationTokens: number
}

/**
 * How many agents of a phase may be in flight at once under a cap, since each reserves the worst case of its
 * turn. The other amount is the cap under which all of them run in parallel.
 */
export type Parallelism = { phase: string; agents: number; maxParallel: number } & (
  | { unit: 'usd'; capNanoUsd: number; allNanoUsd: number }
  | { unit: 'tokens'; capTokens: number; allTokens: number }
)

/** The caps that bind a phase; null where there is none. */
export type PhaseCaps = { nanoUsd(phase: string): number | null; tokens(phase: string): number | null }

/**
 * The parallelism of every phase under each of its caps, in order; phases follow one another. Without a
 * price, dollars hold nothing back.
 */
export function parallelismUnderCaps(groups: readonly AgentGroup[], caps: PhaseCaps): Parallelism[] {
  const phases = [...new Set(groups.map(({ phase }) => phase))]
  const isPriced = groups.every(({ reservationNanoUsd }) => reservationNanoUsd !== null)
  return phases.flatMap((phase) => {
    const own = groups.filter((group) => group.phase === phase)
    const [capNanoUsd, capTokens] = [isPriced ? caps.nanoUsd(phase) : null, caps.tokens(phase)]
    const found: Parallelism[] = []
    if (capNanoUsd !== null) {
      const { all, ...parallelism } = under(
        capNanoUsd,
        own,
        ({ reservationNanoUsd }) => reservationNanoUsd ?? 0,
      )
      found.push({ phase, ...parallelism, unit: 'usd', capNanoUsd, allNanoUsd: all })
    }
    if (capTokens !== null) {
      const { all, ...parallelism } = under(capTokens, own, ({ reservationTokens }) => reservationTokens)
      found.push({ phase, ...parallelism, unit: 'tokens', capTokens, allTokens: all })
    }
    return found
  })
}

/** In the script's order, as they would ask; the first that has no room is waited for. */
function under(cap: number, groups: readonly AgentGroup[], reservationOf: (group: AgentGroup) => number) {
  let maxParallel = 0
  let left = cap
  for (const group of groups) {
    const reservation = reservationOf(group)
    const fit = reservation === 0 ? group.agents : Math.min(group.agents, Math.floor(left / reservation))
    maxParallel += fit
    left -= fit * reservation
    if (fit < group.agents) break
  }
  return {
    agents: groups.reduce((sum, { agents }) => sum + agents, 0),
    maxParallel,
    all: groups.reduce((sum, group) => sum + group.agents * reservationOf(group), 0),
  }
}

/**
 * The phase and cap that hold back most; null where there is no cap. Among phases where all run in parallel,
 * the widest.
 */
export function tightest(all: readonly Parallelism[]): Parallelism | null {
  const share = ({ maxParallel, agents }: Parallelism) => (agents === 0 ? 1 : maxParallel / agents)
  return all.reduce<Parallelism | null>((worst, parallelism) => {
    if (worst === null || share(parallelism) < share(worst)) return parallelism
    return share(parallelism) === share(worst) && parallelism.agents > worst.agents ? parallelism : worst
  }, null)
}
