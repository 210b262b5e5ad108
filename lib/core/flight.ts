/** Agents of a phase that are alike, and what the first turn of each holds while it is in flight; null without a price. */
export type Flock = { phase: string; agents: number; holdNanoUsd: number | null; holdTokens: number }

/**
 * How many agents of a phase may be in flight at once under a cap, since each holds the worst case of its turn. The
 * other amount is the cap under which all of them fly.
 */
export type Flight = { phase: string; agents: number; together: number } & (
  | { unit: 'usd'; capNanoUsd: number; allNanoUsd: number }
  | { unit: 'tokens'; capTokens: number; allTokens: number }
)

/** The caps that bind a phase; null where there is none. */
export type FlightCaps = { nanoUsd(phase: string): number | null; tokens(phase: string): number | null }

/** The flights of every phase under each of its caps, in order; phases follow one another. Without a price dollars hold back nobody. */
export function flights(flocks: readonly Flock[], caps: FlightCaps): Flight[] {
  const phases = [...new Set(flocks.map(({ phase }) => phase))]
  const isPriced = flocks.every(({ holdNanoUsd }) => holdNanoUsd !== null)
  return phases.flatMap((phase) => {
    const own = flocks.filter((flock) => flock.phase === phase)
    const [capNanoUsd, capTokens] = [isPriced ? caps.nanoUsd(phase) : null, caps.tokens(phase)]
    const found: Flight[] = []
    if (capNanoUsd !== null) {
      const { all, ...flight } = under(capNanoUsd, own, ({ holdNanoUsd }) => holdNanoUsd ?? 0)
      found.push({ phase, ...flight, unit: 'usd', capNanoUsd, allNanoUsd: all })
    }
    if (capTokens !== null) {
      const { all, ...flight } = under(capTokens, own, ({ holdTokens }) => holdTokens)
      found.push({ phase, ...flight, unit: 'tokens', capTokens, allTokens: all })
    }
    return found
  })
}

/** In the script's order, as they would ask; the first that has no room is waited for. */
function under(cap: number, flocks: readonly Flock[], holdOf: (flock: Flock) => number) {
  let together = 0
  let left = cap
  for (const flock of flocks) {
    const hold = holdOf(flock)
    const fit = hold === 0 ? flock.agents : Math.min(flock.agents, Math.floor(left / hold))
    together += fit
    left -= fit * hold
    if (fit < flock.agents) break
  }
  return {
    agents: flocks.reduce((sum, { agents }) => sum + agents, 0),
    together,
    all: flocks.reduce((sum, flock) => sum + flock.agents * holdOf(flock), 0),
  }
}

/** The phase and cap that hold back most; null where there is no cap. Among phases that all fly, the widest. */
export function tightest(all: readonly Flight[]): Flight | null {
  const share = ({ together, agents }: Flight) => (agents === 0 ? 1 : together / agents)
  return all.reduce<Flight | null>((worst, flight) => {
    if (worst === null || share(flight) < share(worst)) return flight
    return share(flight) === share(worst) && flight.agents > worst.agents ? flight : worst
  }, null)
}
