import { githubApi } from '@/lib/api/endpoints/github-endpoints'
import { openPullRequest } from '@/lib/server/github/run-github'
import { handle } from '@/lib/server/http/route'

export const POST = handle(githubApi.openPullRequest, ({ app, params }) => openPullRequest(app, params.id))
