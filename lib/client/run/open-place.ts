'use client'

import { createContext, useContext } from 'react'
import type { FilePlace } from '@/lib/view/run/file-place'

/** Opens a place in a file of the run; null where there are no files to open. */
export const OpenPlaceContext = createContext<((place: FilePlace) => void) | null>(null)

export function useOpenPlace(): ((place: FilePlace) => void) | null {
  return useContext(OpenPlaceContext)
}
