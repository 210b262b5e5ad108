import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { getInput } from '@/lib/server/runs/read-run'

export const GET = handle(runApi.getRunInput, ({ app, params }) => getInput(app, params.id))
