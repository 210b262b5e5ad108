import { mcpApi } from '@/lib/api/endpoints/mcp-endpoints'
import { handle } from '@/lib/server/http/route'
import { testServer } from '@/lib/server/settings/mcp'

export const POST = handle(mcpApi.testMcpServer, ({ app, params, body }) =>
  testServer(app, params.name, body.workspace),
)
