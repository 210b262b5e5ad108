import { openApi } from '@/lib/server/http/openapi'
import { route } from '@/lib/server/http/route'

export const dynamic = 'force-dynamic'

// Not `json`: it would put dollars beside every property that is named after nanodollars.
export const GET = route(() => Response.json(openApi()), { open: true })
