'use client'

import { useSyncExternalStore } from 'react'
import { modifierOf } from '@/lib/view/format/modifier'

const never = () => () => {}

/** How the modifier of shortcuts is written on this machine, to stand before a letter: `⌘` or `Ctrl `. */
export function useModifier(): string {
  return useSyncExternalStore(
    never,
    () => modifierOf(navigator.userAgent),
    () => 'Ctrl ',
  )
}
