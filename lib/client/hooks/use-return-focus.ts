'use client'

import { useState } from 'react'

/**
 * For a window that is opened by something else than a trigger of its own: gives the focus back to what had it when
 * the window opened. What is returned is called as it closes.
 */
export function useReturnFocus(): (event: Event) => void {
  const [opener] = useState(() => (typeof document === 'undefined' ? null : document.activeElement))
  return (event) => {
    event.preventDefault()
    if (opener instanceof HTMLElement) opener.focus()
  }
}
