import { shareApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { readShared } from '@/lib/server/people/shares'

export const POST = handle(shareApi.readShared, ({ app, body }) => readShared(app, body.token))
