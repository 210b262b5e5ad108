import { keyApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { revokeKey } from '@/lib/server/people/keys'

export const DELETE = handle(keyApi.revokeKey, ({ app, asker, params }) =>
  revokeKey(app, asker, params.keyId),
)
