import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type {
  ProjectMembersShown,
  ProjectPatch,
  ProjectShown,
  ProjectsShown,
  projectMemberSchema,
} from '@/lib/api/projects/projects'
import { defaultProject, defaultProjectName, roleIn } from '@/lib/core/base/project'
import { type Role, reaches } from '@/lib/core/base/role'
import type { Person } from '@/lib/core/ports/people-store'
import type { ProjectMemberChange } from '@/lib/core/ports/project-store'
import type { Asker } from '../access/asker'
import type { App } from '../app/app'
import { Refusal } from '../services/problem'
import { identityOf } from './team'

/** Far more than a team tells apart. */
const MOST_PROJECTS = 200

/** The projects that somebody may enter, archived ones too. */
export function listProjects(app: App, { reach }: Asker): ProjectsShown {
  const projects = app.projects.list().flatMap(({ id, name, archivedAt }) => {
    const role = roleIn(reach, id)
    return role === null ? [] : [{ id, name, archivedAt, role }]
  })
  return { projects }
}

/** Makes a project. Throws `conflict` where there are no accounts, and for a name that is taken. */
export async function makeProject(app: App, asker: Asker, name: string): Promise<ProjectShown> {
  identityOf(app)
  const { kind, id: actorId, name: actorName } = asker.actor
  const project = {
    id: `project-${randomUUID()}`,
    name,
    createdAt: new Date(app.now()).toISOString(),
    createdBy: { kind, id: actorId, name: actorName },
    archivedAt: null,
  }
  const made = isDefaultName(name)
    ? 'name-taken'
    : await app.store.projects.addProject(project, MOST_PROJECTS)
  if (made === 'name-taken') throw nameTaken(name)
  if (made === 'full')
    throw new Refusal('conflict', `There are ${MOST_PROJECTS} projects beside Default, which is the most.`)
  const wasOnlyDefault = app.projects.isOnlyDefault
  await app.projects.reload()
  // What was opened before told of everything there was; opened anew it tells of one project.
  if (wasOnlyDefault) for (const sink of [...app.sinks]) sink.close()
  return { id: project.id, name, role: 'owner', archivedAt: null }
}

/** Renames a project, archives it or takes it back. Archiving waits for its runs to end. */
export async function changeProject(
  app: App,
  asker: Asker,
  id: string,
  { name, isArchived }: ProjectPatch,
): Promise<ProjectShown> {
  refuseDefault(id, 'Default is always there, under this name.')
  if (name !== undefined) {
    const renamed = isDefaultName(name) ? 'name-taken' : await app.store.projects.renameProject(id, name)
    if (renamed === 'name-taken') throw nameTaken(name)
  }
  if (isArchived === true) await archive(app, id)
  if (isArchived === false) await app.store.projects.takeBack(id)
  await app.projects.reload()
  const found = app.projects.find(id)
  if (found === null) throw new Error(`The project ${id} is gone, and none is ever deleted`)
  return { id, name: found.name, archivedAt: found.archivedAt, role: asker.role }
}

async function archive(app: App, id: string): Promise<void> {
  const open = await app.store.projects.archive(id, new Date(app.now()).toISOString())
  if (open > 0)
    throw new Refusal('conflict', `${open} of its runs have not ended. Stop them, then archive it.`)
}

/** Who is in a project, in the order in which they came. */
export async function listProjectMembers(app: App, id: string): Promise<ProjectMembersShown> {
  identityOf(app)
  const people = await app.store.people.listPeople()
  if (id === defaultProject) {
    const keptOut = await app.store.projects.listKeptOut()
    const isKeptOut = (one: Person) => keptOut.includes(one.id)
    const shown = (some: Person[]) => some.map((one) => shownMember({ ...one, personId: one.id }))
    return {
      members: shown(people.filter((one) => !isKeptOut(one))),
      keptOut: shown(people.filter(isKeptOut)),
    }
  }
  const members = await app.store.projects.listProjectMembers(id)
  return {
    keptOut: [],
    members: members.flatMap(({ personId, role }) => {
      const person = people.find((one) => one.id === personId)
      return person === undefined ? [] : [shownMember({ ...person, personId, role })]
    }),
  }
}

function shownMember({
  personId,
  name,
  email,
  role,
}: ProjectMembersShown['members'][number]): ProjectMembersShown['members'][number] {
  return { personId, name, email, role }
}

/** Adds somebody to a project or changes their role, with at most one's own; felt with their next request. */
export async function setProjectMember(
  app: App,
  asker: Asker,
  projectId: string,
  { email, role }: z.output<typeof projectMemberSchema>,
): Promise<ProjectMembersShown> {
  identityOf(app)
  const person = (await app.store.people.listPeople()).find(
    (one) => one.email.toLowerCase() === email.toLowerCase(),
  )
  if (person === undefined)
    throw new Refusal('not-found', 'Nobody has an account with this e-mail address. Invite them first.')
  if (!reaches(asker.role, role)) throw aboveYou(asker)
  if (projectId === defaultProject) return letBackIn(app, person, role)
  const member = { projectId, personId: person.id, role, addedAt: new Date(app.now()).toISOString() }
  refuseChange(asker, await app.store.projects.setProjectMember(member, asker.role))
  await app.access.askers.movedIn(person.id)
  return listProjectMembers(app, projectId)
}

/** Lets somebody back into Default, in which they have the role of their account. */
async function letBackIn(app: App, { id, role }: Person, asked: Role): Promise<ProjectMembersShown> {
  if (asked !== role)
    throw new Refusal(
      'conflict',
      `In Default everybody has the role of their account, here ${role}. Change that under Members.`,
    )
  if (await app.store.projects.letBackIn(id)) await app.access.askers.movedIn(id)
  return listProjectMembers(app, defaultProject)
}

/** Takes somebody out of a project, with their keys of it and their open streams. Out of Default they are kept. */
export async function removeProjectMember(
  app: App,
  asker: Asker,
  projectId: string,
  personId: string,
): Promise<void> {
  identityOf(app)
  const { projects } = app.store
  if (projectId === defaultProject) {
    const keeping = await projects.keepOut(personId, new Date(app.now()).toISOString())
    if (keeping === 'owner')
      throw new Refusal(
        'conflict',
        'Owners of this installation are in every project. Change their role first.',
      )
    if (keeping === 'absent') throw nobodyThere()
  } else {
    refuseChange(asker, await projects.removeProjectMember(projectId, personId, asker.role))
  }
  await app.access.askers.movedIn(personId)
}

/** Tells of a change that was none: of somebody who is not there, or has a higher role there than the asker. */
function refuseChange(asker: Asker, change: ProjectMemberChange): void {
  if (change === 'absent') throw nobodyThere()
  if (change === 'above') throw aboveYou(asker)
}

function nobodyThere(): Refusal {
  return new Refusal('not-found', 'There is nobody like that in this project.')
}

function aboveYou({ role }: Asker): Refusal {
  return new Refusal('forbidden', `Your role here is ${role}: nobody is given or loses a higher one by you.`)
}

function refuseDefault(id: string, why: string): void {
  if (id === defaultProject) throw new Refusal('conflict', why)
}

function isDefaultName(name: string): boolean {
  return name.toLowerCase() === defaultProjectName.toLowerCase()
}

function nameTaken(name: string): Refusal {
  return new Refusal('conflict', `There is a project ${JSON.stringify(name)} already.`)
}
