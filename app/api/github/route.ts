import { githubApi } from '@/lib/api/endpoints/github-endpoints'
import { connectGithub, disconnectGithub, readGithub } from '@/lib/server/github/connection'
import { handle } from '@/lib/server/http/route'

export const GET = handle(githubApi.getGithub, ({ app }) => readGithub(app))

export const PUT = handle(githubApi.setGithub, ({ app, body, actor }) => connectGithub(app, body, actor))

export const DELETE = handle(githubApi.deleteGithub, ({ app }) => disconnectGithub(app))
