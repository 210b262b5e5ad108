import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { handle } from '@/lib/server/http/route'
import { undoApply } from '@/lib/server/runs/apply-changes'

export const POST = handle(changesApi.undoApply, ({ app, params, actor }) => undoApply(app, params.id, actor))
