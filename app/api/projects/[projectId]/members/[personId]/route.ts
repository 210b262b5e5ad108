import { projectApi } from '@/lib/api/endpoints/project-endpoints'
import { handle } from '@/lib/server/http/route'
import { removeProjectMember } from '@/lib/server/people/projects'

export const DELETE = handle(projectApi.removeProjectMember, ({ app, asker, params }) =>
  removeProjectMember(app, asker, params.projectId, params.personId),
)
