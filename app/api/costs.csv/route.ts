import { costsQuerySchema } from '@/lib/api/costs'
import { costs } from '@/lib/server/costs/costs'
import { costsCsv } from '@/lib/server/costs/csv'
import { readQuery, route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, url }) => {
  const found = await costs(app, readQuery(url, costsQuerySchema))
  return new Response(costsCsv(found), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="costs-${found.from}-${found.to}.csv"`,
    },
  })
})
