import { runPatchSchema } from '@/lib/api/runs'
import { json, readBody, route } from '@/lib/server/http/route'
import { patchRun } from '@/lib/server/runs/act-on-run'
import { getRun } from '@/lib/server/runs/read-run'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const GET = route<Params>(async ({ app, params }) => json(await getRun(app, params.id)))

export const PATCH = route<Params>(async ({ app, params, request, actor }) =>
  json(await patchRun(app, params.id, await readBody(request, runPatchSchema), actor)),
)

export const DELETE = route<Params>(async ({ app, params }) => {
  await app.engine.remove(params.id)
  return new Response(null, { status: 204 })
})
