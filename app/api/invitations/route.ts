import { memberApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { invite } from '@/lib/server/people/members'

export const POST = handle(memberApi.invite, ({ app, asker, body }) => invite(app, asker, body))
