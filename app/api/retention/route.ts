import { retentionApi } from '@/lib/api/endpoints/retention-endpoints'
import { handle } from '@/lib/server/http/route'
import { changeRetention, readRetention } from '@/lib/server/retention/retention'

export const GET = handle(retentionApi.getRetention, ({ app }) => readRetention(app))

export const PUT = handle(retentionApi.setRetention, ({ app, body }) => changeRetention(app, body))
