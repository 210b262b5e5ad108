'use client'

import { useAccess } from '@/lib/client/queries/first/access'
import { useOwnQuotas } from '@/lib/client/queries/quota-queries'
import { reaches } from '@/lib/core/base/role'
import type { RunHeader } from '@/lib/core/run/state'
import { sentenceList } from '@/lib/view/format/numbers'
import type { RaisableLimit } from '@/lib/view/questions/raise-limit'
import { RaiseLimit } from './raise-limit'

type Props = {
  run: RunHeader
  limit: RaisableLimit
  /** Shown as a link of one word where a sentence before it says the rest. */
  word?: string
}

/** The way out of a pause or a wait at a quota: an admin raises it, everybody else is told who can. */
export function RaiseQuota({ run, limit, word }: Props) {
  const { data } = useAccess()
  if (data === undefined) return null
  const isAdmin = data.you !== null && reaches(data.you.role, 'admin')
  if (!isAdmin) return <WhoCan />
  return word === undefined ? (
    <RaiseLimit run={run} limit={limit} isMain />
  ) : (
    <RaiseLimit run={run} limit={limit} word={word} />
  )
}

function WhoCan() {
  const { data } = useOwnQuotas()
  const admins = data?.admins ?? []
  return (
    <p className="text-xs text-ink-2">
      {admins.length === 0 ? 'An admin can raise it.' : `${sentenceList(admins)} can raise it.`}
    </p>
  )
}
