import { auditApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { verifyAudit } from '@/lib/server/people/audit'

export const GET = handle(auditApi.verifyAudit, ({ app }) => verifyAudit(app))
