import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { handle } from '@/lib/server/http/route'
import { changeSettings, readSettings } from '@/lib/server/settings/settings'

export const GET = handle(serverApi.getSettings, ({ app, actor }) => readSettings(app, actor))

export const PUT = handle(serverApi.changeSettings, ({ app, body, actor }) =>
  changeSettings(app, body, actor),
)
