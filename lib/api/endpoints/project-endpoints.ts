import {
  newProjectSchema,
  newProviderKeySchema,
  projectMemberSchema,
  projectMembersSchema,
  projectPatchSchema,
  projectSchema,
  projectsSchema,
  providerKeySchema,
} from '../projects/projects'
import { body, created, endpoint, json } from './endpoint'

const example = { id: 'project-7f3a', name: 'Billing', role: 'owner' as const, archivedAt: null }

/** Projects, and who is in them. */
export const projectApi = {
  listProjects: endpoint('GET', '/api/projects', 'The projects one may enter', {
    access: 'viewer',
    within: 'installation',
    answer: json(projectsSchema, { projects: [example] }),
  }),
  makeProject: endpoint('POST', '/api/projects', 'Make a project', {
    access: 'owner',
    within: 'installation',
    notForKeys: true,
    records: ['name'],
    body: body(newProjectSchema, { name: 'Billing' }),
    answer: created(projectSchema, example),
    refusals: ['conflict'],
  }),
  changeProject: endpoint(
    'PATCH',
    '/api/projects/{projectId}',
    'Rename a project, archive it or take it back',
    {
      access: 'admin',
      within: 'named-project',
      notForKeys: true,
      records: ['name', 'isArchived'],
      body: body(projectPatchSchema, { name: 'Billing and tax' }),
      answer: json(projectSchema, example),
      refusals: ['conflict'],
    },
  ),
  listProjectMembers: endpoint('GET', '/api/projects/{projectId}/members', 'Who is in a project', {
    access: 'viewer',
    within: 'named-project',
    answer: json(projectMembersSchema, { members: [], keptOut: [] }),
    refusals: ['conflict'],
  }),
  setProjectMember: endpoint(
    'PUT',
    '/api/projects/{projectId}/members',
    'Add somebody to a project, or change their role there; let somebody back into Default',
    {
      access: 'admin',
      within: 'named-project',
      notForKeys: true,
      records: ['email', 'role'],
      body: body(projectMemberSchema, { email: 'bob@example.org', role: 'launcher' }),
      answer: json(projectMembersSchema),
      refusals: ['conflict'],
    },
  ),
  removeProjectMember: endpoint(
    'DELETE',
    '/api/projects/{projectId}/members/{personId}',
    'Take somebody out of a project, at once; out of Default they are kept until they are let back in',
    {
      access: 'admin',
      within: 'named-project',
      notForKeys: true,
      answer: { kind: 'nothing' },
      refusals: ['conflict'],
    },
  ),
  getProviderKey: endpoint('GET', '/api/provider-key', 'Whether the project has a provider key of its own', {
    access: 'admin',
    within: 'project',
    answer: json(providerKeySchema, { isSet: false, hint: null, setAt: null, setBy: null }),
  }),
  setProviderKey: endpoint(
    'PUT',
    '/api/provider-key',
    'Set the provider key of the project; never shown again',
    {
      access: 'admin',
      within: 'project',
      notForKeys: true,
      body: body(newProviderKeySchema, { key: 'the-key-as-the-provider-gave-it' }),
      answer: json(providerKeySchema),
      refusals: ['conflict'],
    },
  ),
  deleteProviderKey: endpoint('DELETE', '/api/provider-key', 'Forget the provider key of the project', {
    access: 'admin',
    within: 'project',
    notForKeys: true,
    answer: { kind: 'nothing' },
    refusals: ['not-found'],
  }),
}
