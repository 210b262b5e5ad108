'use client'

import { useEffect, useRef } from 'react'

/** An icon that changes more often than this only flickers. */
const LEAST_MS = 1_000

/**
 * Shows a picture as the icon of the tab, and the page's own again once its component is gone. Nothing happens
 * while the picture stays the same; one that changes often is shown once a second, in the end as it is by then.
 */
export function useTabIcon(href: string | null): void {
  const shownAt = useRef(Number.NEGATIVE_INFINITY)
  const own = useRef(new Map<HTMLLinkElement, string>())
  useEffect(() => {
    if (href === null) return
    const rest = Math.max(0, shownAt.current + LEAST_MS - performance.now())
    const timer = setTimeout(() => {
      shownAt.current = performance.now()
      for (const link of iconLinks()) {
        if (!own.current.has(link)) own.current.set(link, link.getAttribute('href') ?? '')
        link.setAttribute('href', href)
      }
    }, rest)
    return () => clearTimeout(timer)
  }, [href])
  useEffect(
    () => () => {
      for (const [link, before] of own.current) link.setAttribute('href', before)
      own.current.clear()
    },
    [],
  )
}

function iconLinks(): Iterable<HTMLLinkElement> {
  return document.head.querySelectorAll<HTMLLinkElement>('link[rel="icon"]')
}
