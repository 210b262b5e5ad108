import { projectApi } from '@/lib/api/endpoints/project-endpoints'
import { handle } from '@/lib/server/http/route'
import { forgetProviderKey, readProviderKey, setProviderKey } from '@/lib/server/settings/provider-key'

export const GET = handle(projectApi.getProviderKey, ({ app }) => readProviderKey(app))

export const PUT = handle(projectApi.setProviderKey, ({ app, body, actor }) =>
  setProviderKey(app, body.key, actor),
)

export const DELETE = handle(projectApi.deleteProviderKey, ({ app }) => forgetProviderKey(app))
