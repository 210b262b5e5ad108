import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import { costs } from '@/lib/server/costs/costs'
import { costsCsv } from '@/lib/server/costs/csv'
import { handle } from '@/lib/server/http/route'

/** A spreadsheet takes a million lines; a table that is longer says so in its last one. */
const MOST_ROWS = 200_000

export const GET = handle(costApi.getCostsCsv, async ({ app, query, request }) => {
  const found = await costs(app, query, { mostRows: MOST_ROWS, signal: request.signal })
  return new Response(costsCsv(found), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="costs-${found.from}-${found.to}.csv"`,
    },
  })
})
