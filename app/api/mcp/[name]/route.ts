import { mcpApi } from '@/lib/api/endpoints/mcp-endpoints'
import { refuseOtherMachines } from '@/lib/server/http/access'
import { handle } from '@/lib/server/http/route'
import { changeServer, deleteServer } from '@/lib/server/settings/mcp'

export const PUT = handle(mcpApi.changeMcpServer, ({ app, params, body, request }) => {
  refuseOtherMachines(app.env, request.headers)
  return changeServer(app, params.name, body)
})

export const DELETE = handle(mcpApi.deleteMcpServer, ({ app, params, request }) => {
  refuseOtherMachines(app.env, request.headers)
  return deleteServer(app, params.name)
})
