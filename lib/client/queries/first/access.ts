'use client'

import { useQuery } from '@tanstack/react-query'
import { firstApi } from '@/lib/api/first/endpoints'
import { reaches } from '@/lib/core/base/role'
import { call } from '../../http/api'

/** How one signs in here, and who one is. */
export function useAccess() {
  return useQuery({
    queryKey: ['access'],
    queryFn: ({ signal }) => call(firstApi.getAccess, { signal }),
    staleTime: 60_000,
  })
}

/** The name of whoever has signed in and is in no project; null for everybody else. */
export function useWhoIsInNoProject(): string | null {
  const { data } = useAccess()
  return data?.mode === 'team' && data.you !== null && data.project === null ? data.you.actor.name : null
}

/** Whether one may lend folders and servers of the machine to runs: an admin here and in the installation. */
export function useMayLend(): boolean {
  const access = useAccess().data
  const role = access?.you?.role ?? 'viewer'
  return reaches(role, 'admin') && reaches(access?.project?.role ?? role, 'admin')
}
