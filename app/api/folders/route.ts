import { folderApi } from '@/lib/api/endpoints/folder-endpoints'
import { refuseOtherMachines } from '@/lib/server/http/access'
import { handle } from '@/lib/server/http/route'
import { addFolder, listFolders, removeFolder } from '@/lib/server/settings/folders'

export const GET = handle(folderApi.listFolders, ({ app }) => listFolders(app))

export const POST = handle(folderApi.addFolder, ({ app, body, actor, request }) => {
  refuseOtherMachines(app.env, request.headers)
  return addFolder(app, body, actor)
})

export const DELETE = handle(folderApi.removeFolder, ({ app, query, request }) => {
  refuseOtherMachines(app.env, request.headers)
  return removeFolder(app, query)
})
