import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { listCheckpoints } from '@/lib/server/runs/checkpoints'

export const GET = handle(runApi.listCheckpoints, ({ app, params }) => listCheckpoints(app, params.id))
