/** Agents of a phase that are alike, and what the first turn of each holds while it is in the air. */
export type Flock = { phase: string; agents: number; holdNanoUsd: number }

/**
 * How many agents of a phase may be in the air at once under a cap, since each holds the worst case of its turn.
 * `allNanoUsd` is the cap under which all of them fly.
 */
export type Flight = { phase: string; agents: number; together: number; capNanoUsd: number; allNanoUsd: number }

/** The flight of every phase, in order; phases follow one another. `capOf` gives the cap that binds a phase. */
export function flights(flocks: readonly Flock[], capOf: (phase: string) => number | null): Flight[] {
  return [...new Set(flocks.map(({ phase }) => phase))].flatMap((phase) => {
    const capNanoUsd = capOf(phase)
    if (capNanoUsd === null) return []
    const own = flocks.filter((flock) => flock.phase === phase)
    let together = 0
    let left = capNanoUsd
    // In the script's order, as they would ask; the first that has no room is waited for.
    for (const { agents, holdNanoUsd } of own) {
      const fit = holdNanoUsd === 0 ? agents : Math.min(agents, Math.floor(left / holdNanoUsd))
      together += fit
      left -= fit * holdNanoUsd
      if (fit < agents) break
    }
    const agents = own.reduce((sum, flock) => sum + flock.agents, 0)
    return [
      {
        phase,
        agents,
        together,
        capNanoUsd,
        allNanoUsd: own.reduce((sum, one) => sum + one.agents * one.holdNanoUsd, 0),
      },
    ]
  })
}

/** The phase that a cap holds back most; null where there is no cap. Among phases that all fly, the widest. */
export function tightest(all: readonly Flight[]): Flight | null {
  const share = ({ together, agents }: Flight) => (agents === 0 ? 1 : together / agents)
  return all.reduce<Flight | null>((worst, flight) => {
    if (worst === null || share(flight) < share(worst)) return flight
    return share(flight) === share(worst) && flight.agents > worst.agents ? flight : worst
  }, null)
}
