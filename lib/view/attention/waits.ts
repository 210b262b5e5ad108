import type { WaitReason } from '@/lib/core/agent/agent'
import { assertNever } from '@/lib/core/base/assert-never'
import { unphased } from '@/lib/core/run/phases'
import type { RunState } from '@/lib/core/run/state'
import type { WaitedQuota } from '@/lib/core/spec/quota-met'
import type { HeldCap, Limits } from '@/lib/core/spec/run'
import { capName } from '../agent/cap-words'
import { formatCount } from '../format/numbers'
import { formatDuration } from '../format/time'

/** Agents that wait for the same thing. */
export type WaitGroup = {
  reason: WaitReason
  /** The cap in whose rest there is no room; null where it is none, or an old run did not say which. */
  cap: HeldCap | null
  /** The phase whose cap that is; null for every other. */
  phase: string | null
  /** The quota that is; null for every other cap, and where an old run did not say which. */
  quota: WaitedQuota | null
  count: number
  /** When the first of them tries again; null where that is not known. */
  until: string | null
}

/** What the waiting agents of a run wait for, the commonest reason first. */
export function waitGroups(state: Pick<RunState, 'agents'>): WaitGroup[] {
  const groups = new Map<string, WaitGroup>()
  for (const agent of state.agents.values()) {
    if (agent.status !== 'waiting') continue
    const { reason, waitingCap: cap, waitingQuota: quota, waitingUntil } = agent
    const phase = cap === 'phase-usd-cap' || cap === 'phase-token-cap' ? (agent.phase ?? unphased) : null
    const key = `${reason} ${cap} ${phase} ${quota?.name}`
    const group = groups.get(key) ?? { reason, cap, phase, quota, count: 0, until: null }
    if (waitingUntil !== null && (group.until === null || waitingUntil < group.until))
      group.until = waitingUntil
    group.count += 1
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}

/**
 * `55 wait for the $0.12 cap`, `31 are rate limited, next try in 12s`; `limits` are those of the run. Amounts are
 * dollars; `money` puts them in the run's.
 */
export function waitWords(group: WaitGroup, limits: Limits, nowMs: number): string {
  const { reason, cap, phase, quota, count, until } = group
  const [wait, are] = count === 1 ? ['waits', 'is'] : ['wait', 'are']
  const agents = formatCount(count)
  const left = until === null ? 0 : Date.parse(until) - nowMs
  const next = left > 0 ? `, next try in ${formatDuration(left)}` : ''
  switch (reason) {
    case 'budget':
      return cap === null
        ? `${agents} ${wait} for budget: the rest of a cap is reserved for turns in flight`
        : `${agents} ${wait} for ${capName(cap, phase, limits, quota)}: the rest of it is reserved for turns in flight`
    case 'rate-limit':
      return `${agents} ${are} rate limited${next}`
    case 'back-off':
      return `${agents} back${count === 1 ? 's' : ''} off after a failure${next}`
    case 'slot':
      return `${agents} ${wait} for a slot`
    case 'cache-warm-up':
      return `${agents} ${wait} for the prompt cache${next}`
    case 'paused':
      return `${agents} ${wait} until the run is resumed`
    case 'approval':
      return `${agents} ${wait} for your answer`
    case 'permission':
      return `${agents} ${wait} for your permission`
    case 'agents':
      return `${agents} ${wait} for the agents ${count === 1 ? 'it' : 'they'} started`
    case 'batch':
      return `${agents} ${wait} for ${count === 1 ? 'its batch' : 'their batches'}: usually within an hour`
    default:
      return assertNever(reason)
  }
}
