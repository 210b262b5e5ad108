import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { bulkAct } from '@/lib/server/bulk/bulk-act'
import { handle } from '@/lib/server/http/route'

export const POST = handle(runApi.bulkAct, ({ app, body, actor }) => bulkAct(app, body, actor))
