import { openApi } from '@/lib/server/openapi'
import { route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

// Not `json`: it would put dollars beside every property that is named after nanodollars.
export const GET = route(() => Response.json(openApi()), { open: true })
