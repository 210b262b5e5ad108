import { auditApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { exportAudit } from '@/lib/server/people/audit'

export const GET = handle(auditApi.exportAudit, ({ app }) => exportAudit(app))
