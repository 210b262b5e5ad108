'use client'

import { useIsFetching, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { cx } from './class-names'
import { Loading } from './states/loading'

/** Longest time for which a page waits to be shown as a whole, in milliseconds. */
const LONGEST_MS = 3_000

const unanswered = { predicate: ({ state }: { state: { data: unknown } }) => state.data === undefined }

type Props = {
  isThere: boolean
  /** What is said meanwhile; nothing where the page says it elsewhere. */
  label?: string
  className?: string
  children: ReactNode
}

/**
 * Parts of a page that the first answers would push about: they take their room, and are shown at once when `isThere`,
 * or when that takes too long. From then on they stay.
 */
export function Arriving({ isThere, label, className, children }: Props) {
  const hasCome = useHasCome(isThere)
  return (
    <div className={cx('relative', !hasCome && 'invisible')}>
      {!hasCome && label !== undefined && (
        <div className="visible absolute inset-x-0 top-0">
          <Loading label={label} />
        </div>
      )}
      <div className={className}>{children}</div>
    </div>
  )
}

/** Whether something has once been there, or has been waited for long enough. */
export function useHasCome(isThere: boolean): boolean {
  const [isLate, setLate] = useState(false)
  const [hasCome, setCome] = useState(isThere)
  if (!hasCome && (isThere || isLate)) setCome(true)
  useEffect(() => {
    const limit = setTimeout(() => setLate(true), LONGEST_MS)
    return () => clearTimeout(limit)
  }, [])
  return hasCome
}

/** Whether all that a page asked for at first has been answered or refused, with what those answers made it ask. */
export function useFirstAnswers(): boolean {
  const client = useQueryClient()
  const asked = useIsFetching(unanswered)
  const [areThere, setThere] = useState(false)
  useEffect(() => {
    if (areThere || asked > 0) return
    // An answer may have the page ask for more, which it does as it is painted.
    const painted = requestAnimationFrame(() => {
      if (client.isFetching(unanswered) === 0) setThere(true)
    })
    return () => cancelAnimationFrame(painted)
  }, [client, areThere, asked])
  return areThere
}
