'use client'

import { createContext, type ReactNode, useContext } from 'react'
import { type MoneyWords, moneyWords } from '@/lib/view/format/money'

const MoneyContext = createContext(false)

/** Says whose money stands below: the simulator's is marked wherever it is shown. */
export function MoneyProvider({ simulated, children }: { simulated: boolean; children: ReactNode }) {
  return <MoneyContext value={simulated}>{children}</MoneyContext>
}

/** Puts amounts, or a text with amounts, in the money of the place where they are shown. */
export function useMoney(): MoneyWords {
  return moneyWords(useContext(MoneyContext))
}

/** Whether the money of this place is the simulator's, for what leaves the page. */
export function useIsSimulated(): boolean {
  return useContext(MoneyContext)
}
