import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { apply } from '@/lib/server/changes/apply-changes'
import { handle } from '@/lib/server/http/route'

export const POST = handle(changesApi.applyChanges, ({ app, params, actor }) => apply(app, params.id, actor))
