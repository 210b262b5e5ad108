'use client'

import { UserRound } from 'lucide-react'
import { ButtonLink } from '@/components/ui/actions/button'
import { pages } from '@/lib/client/http/pages'
import { useAccess } from '@/lib/client/queries/first/access'

/** Who has signed in, and the way to their account; nothing where nobody signs in. */
export function AccountLink() {
  const { data } = useAccess()
  if (data?.mode !== 'team' || data.you === null) return null
  return (
    <ButtonLink
      href={pages.account}
      variant="quiet"
      size="sm"
      className="max-[520px]:px-1.5"
      aria-label={`Your account: ${data.you.actor.name}`}
    >
      <UserRound aria-hidden="true" className="size-4" />
      <span className="hidden max-w-32 truncate lg:inline">{data.you.actor.name}</span>
    </ButtonLink>
  )
}
