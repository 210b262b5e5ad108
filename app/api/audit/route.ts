import { auditApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { searchAudit } from '@/lib/server/people/audit'

export const GET = handle(auditApi.searchAudit, ({ app, query }) => searchAudit(app, query))
