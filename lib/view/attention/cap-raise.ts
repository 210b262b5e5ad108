import type { RunState } from '@/lib/core/run/state'
import { formatUsd } from '../format/money'
import { plural } from '../format/numbers'
import { needOf } from '../run/forecast'

/** What raising a dollar cap would take, as a person decides on it. */
export type CapRaise = {
  /** The cap that is proposed, in dollars. */
  usd: number
  /** `55 agents left, about $0.13 more`; null before anything is known. */
  left: string | null
}

/** Room over what is foreseen: agents of a later wave are not known yet, and turns hold their worst case. */
const MARGIN = 1.3

/** A cap that lets the agents end that are known now; twice the present one where nothing is known. */
export function capRaise(state: Pick<RunState, 'agents' | 'totals'>, capNanoUsd: number): CapRaise {
  const need = needOf(state)
  if (need === null) return { usd: niceUsd((capNanoUsd / 1e9) * 2), left: null }
  const more = Math.max(0, need.nanoUsd - need.spent)
  const least = (capNanoUsd / 1e9) * 1.25
  return {
    usd: niceUsd(Math.max(least, (need.spent + more * MARGIN) / 1e9)),
    left: `${plural(need.open, 'agent')} left, about ${formatUsd(more)} more`,
  }
}

/** Rounded up to two digits, in steps of a cent at least: nobody sets a cap of $0.2873. */
export function niceUsd(usd: number): number {
  const step = Math.max(0.01, 10 ** (Math.floor(Math.log10(Math.max(usd, 0.01))) - 1))
  return Math.round(Math.ceil(usd / step - 1e-9) * step * 100) / 100
}
