'use client'

import { create } from 'zustand'

/** Something that has just happened, told at the edge of the page wherever one is by then. */
export type Notice = {
  id: number
  text: string
  isError: boolean
  action: { label: string; act: () => void } | null
}

type Notices = { notices: readonly Notice[] }

/** Long enough to read and to reach the button by keyboard. */
const SHOWN_MS = 12_000

const store = create<Notices>(() => ({ notices: [] }))
let last = 0

/** Notices that are shown now, oldest first. */
export function useNotices(): readonly Notice[] {
  return store((state) => state.notices)
}

/** Tells something; it goes away by itself. */
export function notify(text: string, more: { isError?: boolean; action?: Notice['action'] } = {}): void {
  last += 1
  const id = last
  const notice = { id, text, isError: more.isError ?? false, action: more.action ?? null }
  store.setState(({ notices }) => ({ notices: [...notices.slice(-2), notice] }))
  setTimeout(() => dismiss(id), SHOWN_MS)
}

export function dismiss(id: number): void {
  store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
}
