import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { handle } from '@/lib/server/http/route'
import { branchOff } from '@/lib/server/runs/apply-changes'

export const POST = handle(changesApi.makeBranch, ({ app, params, body, actor }) =>
  branchOff(app, params.id, body, actor),
)
