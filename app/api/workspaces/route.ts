import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { handle } from '@/lib/server/http/route'
import { listWorkspaces } from '@/lib/server/settings/workspaces'

export const GET = handle(serverApi.listWorkspaces, ({ app }) => listWorkspaces(app))
