import { projectApi } from '@/lib/api/endpoints/project-endpoints'
import { handle } from '@/lib/server/http/route'
import { listProjectMembers, setProjectMember } from '@/lib/server/people/projects'

export const GET = handle(projectApi.listProjectMembers, ({ app, params }) =>
  listProjectMembers(app, params.projectId),
)

export const PUT = handle(projectApi.setProjectMember, ({ app, asker, params, body }) =>
  setProjectMember(app, asker, params.projectId, body),
)
