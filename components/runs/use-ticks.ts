'use client'

import { useRef } from 'react'
import { ticked } from '@/lib/view/format/selection'

/** What is chosen of a list, and what changes it. */
export type Ticks = {
  /** What can be ticked here, in the order it stands in. */
  ids: readonly string[]
  chosen: readonly string[]
  /** Ticks one; with `isRange` everything between it and the last one that was ticked. */
  tick: (id: string, isChosen: boolean, isRange: boolean) => void
  /** Ticks all of the page, or none where all are ticked. */
  tickAll: () => void
}

export function useTicks(
  ids: readonly string[],
  chosen: readonly string[],
  onChoose: (chosen: string[]) => void,
): Ticks {
  const lastTicked = useRef<string | null>(null)
  const isAll = ids.every((id) => chosen.includes(id))
  return {
    ids,
    chosen,
    tick: (id, isChosen, isRange) => {
      onChoose(ticked(ids, chosen, id, isChosen, isRange ? lastTicked.current : null))
      lastTicked.current = id
    },
    tickAll: () =>
      onChoose(isAll ? chosen.filter((id) => !ids.includes(id)) : [...new Set([...chosen, ...ids])]),
  }
}
