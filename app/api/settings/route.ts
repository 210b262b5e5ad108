import { settingsPatchSchema } from '@/lib/api/settings'
import { json, readBody, route } from '@/lib/server/http/route'
import { changeSettings, readSettings } from '@/lib/server/settings/settings'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, actor }) => json(readSettings(app, actor)))

export const PUT = route(async ({ app, request, actor }) =>
  json(await changeSettings(app, await readBody(request, settingsPatchSchema), actor)),
)
