import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { undoApply } from '@/lib/server/changes/apply-changes'
import { handle } from '@/lib/server/http/route'

export const POST = handle(changesApi.undoApply, ({ app, params, actor }) => undoApply(app, params.id, actor))
