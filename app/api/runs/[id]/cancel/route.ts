import { answerOf, route } from '@/lib/server/route'
import { acts } from '@/lib/server/runs/change'
import { getRun } from '@/lib/server/runs/read'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string }>(async ({ app, params, actor }) => {
  const acted = await acts.cancel(app, params.id, actor)
  return answerOf(acted, (await getRun(app, params.id)).run)
})
