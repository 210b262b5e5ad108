import { changesSomething, type Endpoint } from '@/lib/api/endpoints/endpoint'
import { assertNever } from '@/lib/core/base/assert-never'
import { isNamed } from '@/lib/core/base/named-error'
import { defaultProject, projectIsArchived, roleIn, roleInInstallation } from '@/lib/core/base/project'
import { type Role, reaches } from '@/lib/core/base/role'
import type { Checkpoint } from '@/lib/core/run/checkpoint'
import type { Permissions } from '@/lib/core/spec/permissions'
import { type Asker, localAsker } from '../access/asker'
import { cookieOf, KEY_PREFIX } from '../access/askers'
import { roleToLaunch } from '../access/role-to-launch'
import { permissionsAtFirst } from '../app/allowed/permissions'
import type { App } from '../app/app'
import { getHead } from '../runs/read-run'
import { noProject, noRun, Refusal } from '../services/problem'
import { bearerOf, sharedTokenActor, tokenIsOver } from './access'

/** The header in which a program names the project it asks in. */
const PROJECT_HEADER = 'x-skein-project'

/** The cookie in which a browser keeps the project it was last in. */
const PROJECT_COOKIE = 'skein_project'

/** Somebody who was let in: who asks, and the app as far as they may reach it. */
export type Admitted = { asker: Asker; app: App }

/**
 * Who is asking, with which role. An API key goes before everything else, then the session of a browser, or
 * where there are no accounts the shared token or this machine. Throws `unauthorized` for nobody we know.
 */
export async function askerOf(app: Pick<App, 'env' | 'tokens' | 'access'>, headers: Headers): Promise<Asker> {
  const { mode, askers } = app.access
  const bearer = bearerOf(headers)
  if (bearer?.startsWith(KEY_PREFIX)) {
    const asker = await askers.ofKey(bearer)
    if (asker === null)
      throw new Refusal('unauthorized', 'This API key is not known here, has expired or was revoked.')
    return asker
  }
  if (mode === 'local') return localAsker
  if (mode === 'token')
    return {
      actor: sharedTokenActor(app, headers),
      role: 'admin',
      reach: { kind: 'some', roles: new Map([[defaultProject, 'admin' as const]]) },
      via: { kind: 'token' },
    }
  // A program that names itself is not looked for in cookies.
  if (bearer !== null) throw new Refusal('unauthorized', tokenIsOver)
  const asker = await askers.ofCookie(headers.get('cookie') ?? '')
  if (asker === null) throw new Refusal('unauthorized', 'Sign in first, under /sign-in.')
  return asker
}

/**
 * Lets somebody in who may ask an endpoint, and throws for everybody else, before anything they asked for is
 * looked at. The one place where roles are checked, and projects: the app that is given holds nothing of any other.
 */
export async function admit(
  app: App,
  headers: Headers,
  endpoint: Endpoint,
  params: object,
): Promise<Admitted> {
  if (endpoint.access === 'open') return { asker: localAsker, app }
  const known = await askerOf(app, headers)
  const found = await placeOf(app, known, endpoint, params, headers)
  const asker = { ...known, role: found.role }
  if (!reaches(asker.role, endpoint.access)) throw needsRole(asker, endpoint.access)
  if (endpoint.ofMachine) requireRoleInDefault(known, endpoint)
  if (found.missing !== null) throw found.missing
  if (found.project !== null) refuseArchived(app, endpoint, found.project)
  const admitted = { asker, app: found.project === null ? app : app.within(found.project) }
  if (asker.via.kind === 'key') await refuseKey(admitted, endpoint, params)
  return admitted
}

/**
 * Where something is asked: in a project, or (null) in all of them or none, with the role that somebody has there.
 * `missing` is told once the role was found to be enough: a refusal says nothing of what is there.
 */
type Place = { project: string | null; role: Role; missing: Refusal | null }

/** The same where it is always in one. */
type PlaceInProject = Place & { project: string }

async function placeOf(
  app: App,
  asker: Asker,
  { within }: Endpoint,
  params: object,
  headers: Headers,
): Promise<Place> {
  switch (within) {
    case 'installation':
      return { project: null, role: asker.role, missing: null }
    case 'every-project':
      refuseMost(app, asker)
      return { project: null, role: asker.role, missing: null }
    case 'named-project': {
      const id = 'projectId' in params ? String(params.projectId) : ''
      const role = app.projects.find(id) === null ? null : roleIn(asker.reach, id)
      if (role === null) throw noProject(id)
      return { project: null, role, missing: null }
    }
    case 'project':
      return askedIn(app, asker, headers)
    case 'run': {
      const named = askedIn(app, asker, headers)
      if (app.projects.isOnlyDefault) return named
      const id = 'id' in params ? String(params.id) : ''
      const project = await app.projects.ofRun(id)
      const role = project === null ? null : roleIn(asker.reach, project)
      // A foreign run is answered as one that is not there, by the role in the project that is asked in.
      return role === null ? { ...named, missing: noRun(id) } : { project, role, missing: null }
    }
    default:
      return assertNever(within)
  }
}

/**
 * The project that is asked in: a key's own, the one that is named, the one that a browser was last in, or the first
 * that one may enter. Throws `not-found` for whoever is in none.
 */
function askedIn(app: App, { reach, via }: Asker, headers: Headers): PlaceInProject {
  const roleThere = (id: string) => (app.projects.find(id) === null ? null : roleIn(reach, id))
  const home = via.kind === 'key' ? via.project : defaultProject
  const named = headers.get(PROJECT_HEADER)
  if (named !== null && named !== '') {
    const role = roleThere(named)
    if (role === null) throw noProject(named)
    return { project: named, role, missing: null }
  }
  const last = via.kind === 'key' ? home : (cookieOf(headers.get('cookie') ?? '', PROJECT_COOKIE) ?? home)
  const lastRole = app.projects.find(last)?.archivedAt === null ? roleThere(last) : null
  if (lastRole !== null) return { project: last, role: lastRole, missing: null }
  for (const { id, archivedAt } of [{ id: home, archivedAt: null }, ...app.projects.list()]) {
    const role = archivedAt === null ? roleThere(id) : null
    if (role !== null) return { project: id, role, missing: null }
  }
  throw new Refusal('not-found', 'You are in no project here. Ask an admin to add you to one.')
}

/** Refuses what tells of all projects at once to those who are not in all of them, once there are several. */
function refuseMost(app: App, { reach }: Asker): void {
  const role = roleIn(reach, defaultProject)
  if (role === 'owner' || (app.projects.isOnlyDefault && role !== null)) return
  throw new Refusal(
    'forbidden',
    'That tells of every project: only an owner of this installation may ask it.',
  )
}

/** Refuses to change anything in a project that was archived. */
function refuseArchived(app: App, endpoint: Endpoint, project: string): void {
  if (!changesSomething(endpoint) || app.projects.find(project)?.archivedAt == null) return
  throw new Refusal('conflict', projectIsArchived)
}

/** Refuses what is of the machine to those who have the role in a project of theirs, and not in the installation. */
function requireRoleInDefault({ reach }: Asker, { access }: Endpoint): void {
  if (access === 'open' || reaches(roleInInstallation(reach), access)) return
  throw new Refusal(
    'forbidden',
    `This lends something of the machine to runs of a project: it needs the role ${access} in Default, too.`,
  )
}

/** What a key may not ask: what only people do, and with one that only launches all but its own runs. */
async function refuseKey(
  { app, asker: { via, actor } }: Admitted,
  endpoint: Endpoint,
  params: object,
): Promise<void> {
  if (via.kind !== 'key') return
  if (endpoint.notForKeys)
    throw new Refusal('forbidden', 'An API key may not do that: somebody has to sign in for it.')
  if (!via.launchOnly) return
  if (!endpoint.forLaunchKeys)
    throw new Refusal('forbidden', 'This API key may only launch runs and follow those it launched.')
  const runId = 'id' in params ? String(params.id) : null
  if (runId === null) return
  const { run } = await getHead(app, runId)
  if (run.launchedBy.id !== actor.id) throw noRun(runId)
}

/**
 * Refuses permissions of a run that reach beyond copies of its files, for those who are no admins; what the project
 * grants to every launch is refused to nobody.
 */
export function refusePermissions(
  app: Pick<App, 'settings' | 'project'>,
  asker: Asker,
  permissions: Permissions,
): void {
  if (reaches(asker.role, roleToLaunch(permissions, permissionsAtFirst(app, true)))) return
  throw new Refusal(
    'forbidden',
    `Your role is ${asker.role}. Only an admin launches runs whose agents use a shell, reach hosts or call MCP servers.`,
  )
}

/** Refuses to set agents of a run to work anew, or to speak to them, where a launch of it would be refused. */
export async function refuseWork(app: App, asker: Asker, runId: string): Promise<void> {
  if (reaches(asker.role, 'admin')) return
  const { run } = await getHead(app, runId)
  refusePermissions(app, asker, run.permissions)
}

/** Refuses an answer to a question for permission, which gives what a launch gives, for those who are no admins. */
export function refuseGranting(asker: Asker, kind: Checkpoint['kind'] | undefined): void {
  if (kind !== 'permission' || reaches(asker.role, 'admin')) return
  throw new Refusal(
    'forbidden',
    `Your role is ${asker.role}. Only an admin answers what asks for a permission.`,
  )
}

/** Who asks an endpoint; null for whoever may not: for what shows less in place of a refusal. */
export async function admitted(
  app: App,
  headers: Headers,
  endpoint: Endpoint,
  params: object,
): Promise<Admitted | null> {
  return unlessRefused(() => admit(app, headers, endpoint, params))
}

/** Who is asking, and in which project, which is null for whoever is in none; null for nobody we know. */
export async function knownPlace(
  app: App,
  headers: Headers,
): Promise<{ asker: Asker; place: { project: string; role: Role } | null } | null> {
  return unlessRefused(async () => {
    const asker = await askerOf(app, headers)
    return { asker, place: await unlessRefused(async () => askedIn(app, asker, headers)) }
  })
}

async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (isNamed<Refusal>(error, 'Refusal')) return null
    throw error
  }
}

function needsRole({ role }: Asker, needed: Role): Refusal {
  return new Refusal('forbidden', `Your role is ${role}; this needs the role ${needed}. Ask an admin for it.`)
}
