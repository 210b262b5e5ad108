import { githubApi } from '@/lib/api/endpoints/github-endpoints'
import { retryHandover } from '@/lib/server/github/run-github'
import { handle } from '@/lib/server/http/route'

export const POST = handle(githubApi.retryHandover, ({ app, params, body }) =>
  retryHandover(app, params.id, body.kind),
)
