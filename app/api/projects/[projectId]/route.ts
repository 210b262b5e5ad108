import { projectApi } from '@/lib/api/endpoints/project-endpoints'
import { handle } from '@/lib/server/http/route'
import { changeProject } from '@/lib/server/people/projects'

export const PATCH = handle(projectApi.changeProject, ({ app, asker, params, body }) =>
  changeProject(app, asker, params.projectId, body),
)
