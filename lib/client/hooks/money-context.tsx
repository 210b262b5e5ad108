'use client'

import { createContext, type ReactNode, useContext } from 'react'
import { type MoneyWords, moneyWords } from '@/lib/view/format/money'

const MoneyContext = createContext(false)

/** Says whose money is shown below: the simulator's is marked everywhere. */
export function MoneyProvider({ simulated, children }: { simulated: boolean; children: ReactNode }) {
  return <MoneyContext value={simulated}>{children}</MoneyContext>
}

/** Formats amounts, or a text with amounts, in the money of this part of the page. */
export function useMoney(): MoneyWords {
  return moneyWords(useContext(MoneyContext))
}

/** Whether the money here is the simulator's, for exports. */
export function useIsSimulated(): boolean {
  return useContext(MoneyContext)
}
