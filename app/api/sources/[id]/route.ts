import { sourcesApi } from '@/lib/api/endpoints/source-endpoints'
import { handle } from '@/lib/server/http/route'
import { deleteSource, getSource } from '@/lib/server/sources/source-store'

export const GET = handle(sourcesApi.getSource, ({ app, params }) => getSource(app, params.id))

export const DELETE = handle(sourcesApi.deleteSource, ({ app, params }) => deleteSource(app, params.id))
