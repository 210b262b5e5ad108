import { keyApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { listKeys, makeKey } from '@/lib/server/people/keys'

export const GET = handle(keyApi.listKeys, ({ app, asker }) => listKeys(app, asker))

export const POST = handle(keyApi.makeKey, ({ app, asker, body }) => makeKey(app, asker, body))
