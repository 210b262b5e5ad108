import { retentionApi } from '@/lib/api/endpoints/retention-endpoints'
import { handle } from '@/lib/server/http/route'
import { previewRetention } from '@/lib/server/retention/retention'

export const POST = handle(retentionApi.previewRetention, ({ app, body }) => previewRetention(app, body))
