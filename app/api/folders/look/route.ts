import { folderApi } from '@/lib/api/endpoints/folder-endpoints'
import { handle } from '@/lib/server/http/route'
import { lookAtFolder } from '@/lib/server/settings/workspaces'

export const GET = handle(folderApi.lookAtFolder, ({ app, query }) => lookAtFolder(app, query))
