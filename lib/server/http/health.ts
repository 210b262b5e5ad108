import type { Liveness, Readiness } from '@/lib/api/settings'
import { processEnvironment } from '../services/env'
import { Refusal } from '../services/problem'
import { refuseOtherSites, refuseUntrustedHost } from './access'
import { answered } from './route'
import { startedApp } from './the-app'

/**
 * Says that this process answers requests, also while it is still brought up: a long migration is no reason
 * to start it anew.
 */
export function live(request: Request): Promise<Response> {
  return answered(request, async () => {
    refuseUntrustedHost((await startedApp())?.env ?? processEnvironment(), request.headers)
    refuseOtherSites(request.headers)
    return Response.json({ status: 'live' } satisfies Liveness)
  })
}

/** Says that this server can do its work, or refuses with what is amiss. */
export function ready(request: Request): Promise<Response> {
  return answered(request, async () => {
    const app = await startedApp()
    refuseUntrustedHost(app?.env ?? processEnvironment(), request.headers)
    refuseOtherSites(request.headers)
    if (app === null) throw notReady(['The server is still starting, or brings its database up to date.'])
    const answer: Readiness = await app.readiness.read()
    const troubles = answer.checks.flatMap(({ trouble }) => trouble ?? [])
    if (troubles.length > 0) throw notReady(troubles)
    return Response.json(answer)
  })
}

function notReady(troubles: readonly string[]): Refusal {
  return new Refusal('busy', `Not ready. ${troubles.join(' ')}`)
}
