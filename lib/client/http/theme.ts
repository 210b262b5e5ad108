'use client'

import { useSyncExternalStore } from 'react'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const KEY = 'skein-theme'
const listeners = new Set<() => void>()

/** Runs before the first paint, so a chosen theme never flashes. */
export const themeScript = `try{var t=localStorage.getItem('${KEY}');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){}`

/** The chosen theme; `system` follows the computer. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, read, () => 'system')
}

/** Chooses a theme for this browser. */
export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch (error) {
    console.warn('The theme is not saved: this browser blocks storage.', error)
  }
  for (const listener of listeners) listener()
}

/** Tells of every change of colours, the computer's own included; the canvas reads them again. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  listeners.add(listener)
  system.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    system.removeEventListener('change', listener)
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function read(): Theme {
  return themes.find((theme) => theme === document.documentElement.dataset.theme) ?? 'system'
}
