'use client'

import { useEffect, useEffectEvent } from 'react'
import { isModified, pressedKey } from './pressed-key'

export type Hotkeys = Readonly<Record<string, () => void>>

/**
 * Single keys for a page. They do nothing while somebody types, while a dialog is open, or with a modifier
 * held that is no part of writing the key.
 */
export function useHotkeys(keys: Hotkeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (isModified(event) || event.defaultPrevented || event.isComposing) return
    if (isTyping(event.target) || document.querySelector('[role="dialog"],[role="alertdialog"]') !== null)
      return
    const act = keys[pressedKey(event)]
    if (act === undefined) return
    event.preventDefault()
    act()
  })
  useEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

/** A key with ⌘ or Ctrl, wherever the focus is: also in an editor that would do something else with it. */
export function useCommandKey(key: string, act: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.metaKey || event.ctrlKey) || pressedKey(event).toLowerCase() !== key) return
    if (event.isComposing) return
    event.preventDefault()
    event.stopPropagation()
    act()
  })
  useEffect(() => {
    document.addEventListener('keydown', onKey, true)
    return () => document.removeEventListener('keydown', onKey, true)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}
