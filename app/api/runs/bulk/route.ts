import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { bulkAct } from '@/lib/server/runs/bulk'

export const POST = handle(runApi.bulkAct, ({ app, body, actor }) => bulkAct(app, body, actor))
