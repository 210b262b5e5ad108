import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { isNamed } from '@/lib/core/base/named-error'
import { type Role, reaches } from '@/lib/core/base/role'
import type { Checkpoint } from '@/lib/core/run/checkpoint'
import type { Permissions } from '@/lib/core/spec/permissions'
import { type Asker, localAsker } from '../access/asker'
import { KEY_PREFIX } from '../access/askers'
import { roleToLaunch } from '../access/role-to-launch'
import type { App } from '../app/app'
import { getHead, noRun } from '../runs/read-run'
import { Refusal } from '../services/problem'
import { bearerOf, sharedTokenActor, tokenIsOver } from './access'

/** What the door knows: who may come in, and where runs are looked up. */
type Doors = Pick<App, 'env' | 'tokens' | 'access' | 'engine' | 'store'>

/**
 * Who is asking, with which role. An API key goes before everything else, then the session of a browser, or
 * where there are no accounts the shared token or this machine. Throws `unauthorized` for nobody we know.
 */
export async function askerOf(
  app: Pick<Doors, 'env' | 'tokens' | 'access'>,
  headers: Headers,
): Promise<Asker> {
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
    return { actor: sharedTokenActor(app, headers), role: 'admin', via: { kind: 'token' } }
  // A program that names itself is not looked for in cookies.
  if (bearer !== null) throw new Refusal('unauthorized', tokenIsOver)
  const asker = await askers.ofCookie(headers.get('cookie') ?? '')
  if (asker === null) throw new Refusal('unauthorized', 'Sign in first, under /sign-in.')
  return asker
}

/**
 * Lets somebody in who may ask an endpoint, and throws for everybody else, before anything they asked for is
 * looked at. The one place where roles are checked.
 */
export async function admit(
  app: Doors,
  headers: Headers,
  endpoint: Endpoint,
  params: object,
): Promise<Asker> {
  if (endpoint.access === 'open') return localAsker
  const asker = await askerOf(app, headers)
  if (!reaches(asker.role, endpoint.access)) throw needsRole(asker, endpoint.access)
  if (asker.via.kind === 'key') await refuseKey(app, asker, endpoint, params)
  return asker
}

/** What a key may not ask: what only people do, and with one that only launches all but its own runs. */
async function refuseKey(
  app: Doors,
  { via, actor }: Asker,
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

/** Refuses permissions of a run that reach beyond copies of its files, for those who are no admins. */
export function refusePermissions(asker: Asker, permissions: Permissions): void {
  if (reaches(asker.role, roleToLaunch(permissions))) return
  throw new Refusal(
    'forbidden',
    `Your role is ${asker.role}. Only an admin launches runs whose agents use a shell, reach hosts or call MCP servers.`,
  )
}

/** Refuses to set agents of a run to work anew, or to speak to them, where a launch of it would be refused. */
export async function refuseWork(app: Doors, asker: Asker, runId: string): Promise<void> {
  if (reaches(asker.role, 'admin')) return
  const { run } = await getHead(app, runId)
  refusePermissions(asker, run.permissions)
}

/** Refuses an answer to a question for permission, which gives what a launch gives, for those who are no admins. */
export function refuseGranting(asker: Asker, kind: Checkpoint['kind'] | undefined): void {
  if (kind !== 'permission' || reaches(asker.role, 'admin')) return
  throw new Refusal(
    'forbidden',
    `Your role is ${asker.role}. Only an admin answers what asks for a permission.`,
  )
}

/** Whether somebody may ask an endpoint: for what shows less in place of a refusal. */
export async function mayAsk(
  app: Doors,
  headers: Headers,
  endpoint: Endpoint,
  params: object,
): Promise<boolean> {
  return (await unlessRefused(() => admit(app, headers, endpoint, params))) !== null
}

/** Who is asking; null for nobody we know. */
export async function knownAsker(app: Doors, headers: Headers): Promise<Asker | null> {
  return unlessRefused(() => askerOf(app, headers))
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
