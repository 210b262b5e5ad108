'use client'

import { createContext, useContext } from 'react'

export type Selection = { agentId: string | null; select: (agentId: string | null) => void }

/** Which agent is looked at. On the canvas a node reads it here, so node data can hold ids only. */
export const SelectionContext = createContext<Selection>({ agentId: null, select: () => {} })

export function useSelection(): Selection {
  return useContext(SelectionContext)
}
