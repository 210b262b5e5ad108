'use client'

import { createContext, useContext } from 'react'

/** Whether the head of the run page is folded to one row: so it is once the map is used. */
export type HeadFold = {
  isFolded: boolean
  setFolded: (isFolded: boolean) => void
  /** Whether the view has the whole window. */
  isFull: boolean
  setFull: (isFull: boolean) => void
}

export const HeadFoldContext = createContext<HeadFold>({
  isFolded: false,
  setFolded: () => {},
  isFull: false,
  setFull: () => {},
})

export function useHeadFold(): HeadFold {
  return useContext(HeadFoldContext)
}
