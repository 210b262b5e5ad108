import { githubApi } from '@/lib/api/endpoints/github-endpoints'
import { checkGithub } from '@/lib/server/github/check-connection'
import { handle } from '@/lib/server/http/route'

export const POST = handle(githubApi.checkGithub, ({ app, body }) => checkGithub(app, body))
