import type { RunState } from '@/lib/core/run/state'

/** A stretch of a group: one passage of a loop, from the index of its first agent. */
export type Round = { from: number; count: number }

/** Round of an answer in its own call site: 1 when no earlier answer of that site went into it. */
export function roundsByAgent(state: RunState): ReadonlyMap<string, number> {
  const own = new Map<string, number>()
  const seen = new Map<string, ReadonlyMap<string, number>>()
  for (const agent of state.agents.values()) {
    const site =
      agent.callSite === null ? '' : `${agent.scope} ${agent.callSite.line}:${agent.callSite.column}`
    const behind = new Map<string, number>()
    let last: ReadonlyMap<string, number> | undefined
    for (const id of agent.dependsOn) {
      const theirs = seen.get(id)
      // Answers of one wave have one history; it is read once.
      if (theirs === undefined || theirs === last) continue
      last = theirs
      for (const [place, round] of theirs) if (round > (behind.get(place) ?? 0)) behind.set(place, round)
    }
    const round = site === '' ? 1 : (behind.get(site) ?? 0) + 1
    if (site !== '') behind.set(site, round)
    own.set(agent.id, round)
    seen.set(agent.id, behind)
  }
  return own
}

/**
 * The rounds of one group, in order of its agents. None unless each round began after all of the one before
 * had been asked: chains that overlap in time are no rounds.
 */
export function roundsOf(agentIds: readonly string[], byAgent: ReadonlyMap<string, number>): Round[] {
  const rounds: Round[] = []
  let current = 0
  for (const [index, id] of agentIds.entries()) {
    const round = byAgent.get(id) ?? 1
    const open = rounds.at(-1)
    if (round < current) return []
    if (open === undefined || round > current) rounds.push({ from: index, count: 1 })
    else open.count += 1
    current = round
  }
  return rounds.length > 1 ? rounds : []
}
