import { projectApi } from '@/lib/api/endpoints/project-endpoints'
import { handle } from '@/lib/server/http/route'
import { listProjects, makeProject } from '@/lib/server/people/projects'

export const GET = handle(projectApi.listProjects, ({ app, asker }) => listProjects(app, asker))

export const POST = handle(projectApi.makeProject, ({ app, asker, body }) =>
  makeProject(app, asker, body.name),
)
