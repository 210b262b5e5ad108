'use client'

import { useAccess } from '@/lib/client/queries/people-queries'
import { useOwnQuotas } from '@/lib/client/queries/quota-queries'
import { reaches } from '@/lib/core/base/role'
import type { RunHeader } from '@/lib/core/run/state'
import { sentenceList } from '@/lib/view/format/numbers'
import type { RaisableLimit } from '@/lib/view/questions/raise-limit'
import { RaiseLimit } from './raise-limit'

/** The way out of a pause at a quota: an admin raises it, everybody else is told who can. */
export function RaiseQuota({ run, limit }: { run: RunHeader; limit: RaisableLimit }) {
  const { data } = useAccess()
  if (data === undefined) return null
  const isAdmin = data.you !== null && reaches(data.you.role, 'admin')
  return isAdmin ? <RaiseLimit run={run} limit={limit} isMain /> : <WhoCan />
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
