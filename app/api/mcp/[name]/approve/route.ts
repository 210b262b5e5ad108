import { mcpApi } from '@/lib/api/endpoints/mcp-endpoints'
import { handle } from '@/lib/server/http/route'
import { approveServer } from '@/lib/server/settings/mcp'

export const POST = handle(mcpApi.approveMcpServer, ({ app, params, body, actor }) =>
  approveServer(app, params.name, body, actor),
)
