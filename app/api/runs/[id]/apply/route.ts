import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { handle } from '@/lib/server/http/route'
import { apply } from '@/lib/server/runs/apply-changes'

export const POST = handle(changesApi.applyChanges, ({ app, params, actor }) => apply(app, params.id, actor))
