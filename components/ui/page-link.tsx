'use client'

import Link from 'next/link'
import { type ComponentProps, useState } from 'react'

type Props = Omit<ComponentProps<typeof Link>, 'prefetch'>

/**
 * A link that fetches its page when it is pointed at or focused, not when it is drawn: a list of fifty runs
 * would ask for fifty pages while its own data is still on the way.
 */
export function PageLink({ onMouseEnter, onFocus, ...rest }: Props) {
  const [isWanted, setWanted] = useState(false)
  return (
    <Link
      {...rest}
      prefetch={isWanted ? null : false}
      onMouseEnter={(event) => {
        setWanted(true)
        onMouseEnter?.(event)
      }}
      onFocus={(event) => {
        setWanted(true)
        onFocus?.(event)
      }}
    />
  )
}
