import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { openApiText } from '@/lib/server/http/openapi'
import { handle } from '@/lib/server/http/route'

// A response of its own: as a value it would get dollars beside every property that is named after
// nanodollars.
export const GET = handle(
  serverApi.getOpenApi,
  () => new Response(openApiText(), { headers: { 'content-type': 'application/json' } }),
)
