import { sourcesApi } from '@/lib/api/endpoints/source-endpoints'
import { handle } from '@/lib/server/http/route'
import { addSource } from '@/lib/server/sources/add-source'
import { listSources } from '@/lib/server/sources/source-store'

export const GET = handle(sourcesApi.listSources, ({ app }) => listSources(app))

export const POST = handle(sourcesApi.addSource, ({ app, body, request }) =>
  addSource(app, body, request.signal),
)
