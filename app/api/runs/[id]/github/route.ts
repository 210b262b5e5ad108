import { githubApi } from '@/lib/api/endpoints/github-endpoints'
import { getRunGithub } from '@/lib/server/github/run-github'
import { handle } from '@/lib/server/http/route'

export const GET = handle(githubApi.getRunGithub, ({ app, params }) => getRunGithub(app, params.id))
