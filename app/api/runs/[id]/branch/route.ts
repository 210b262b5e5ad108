import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { branchOff } from '@/lib/server/changes/apply-changes'
import { handle } from '@/lib/server/http/route'

export const POST = handle(changesApi.makeBranch, ({ app, params, body, actor }) =>
  branchOff(app, params.id, body, actor),
)
