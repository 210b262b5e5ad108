import { mcpApi } from '@/lib/api/endpoints/mcp-endpoints'
import { refuseOtherMachines } from '@/lib/server/http/access'
import { handle } from '@/lib/server/http/route'
import { addServer, listServers } from '@/lib/server/settings/mcp'

export const GET = handle(mcpApi.listMcpServers, ({ app, query }) => listServers(app, query.workspace))

export const POST = handle(mcpApi.addMcpServer, ({ app, body, request }) => {
  refuseOtherMachines(app.env, request.headers)
  return addServer(app, body)
})
