import { memberApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { listMembers } from '@/lib/server/people/members'

export const GET = handle(memberApi.listMembers, ({ app, asker }) => listMembers(app, asker))
