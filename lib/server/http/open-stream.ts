import type { Sink } from '@/lib/live/event-sink'
import { sseResponse } from '@/lib/live/sse'
import type { Asker } from '../access/asker'
import type { Askers } from '../access/askers'
import type { App } from '../app/app'

/**
 * Opens an event stream for the asker. Throws a refusal when there is no place. A stream whose place goes
 * to another client is ended; its browser asks again by itself, and goes on from its cursor. So is one whose
 * session or key is revoked.
 */
export function openStream(
  app: Pick<App, 'streams' | 'sinks' | 'clock'> & { access: { askers: Pick<Askers, 'follow'> } },
  request: Request,
  asker: Asker,
  begin: (sink: Sink) => () => void,
): Response {
  let end = () => {}
  const leave = app.streams.take(clientOf(request, asker), () => end())
  const unfollow = app.access.askers.follow(asker, () => end())
  const giveBack = () => {
    leave()
    unfollow()
  }
  return sseResponse({ signal: request.signal, open: app.sinks, clock: app.clock }, (sink) => {
    end = () => sink.close()
    try {
      const finish = begin(sink)
      return () => {
        giveBack()
        finish()
      }
    } catch (error) {
      giveBack()
      throw error
    }
  })
}

/** People, machines and programs are distinguished as far as they identify themselves. */
function clientOf({ headers }: Request, { actor }: Asker): string {
  const address = headers.get('x-forwarded-for')?.split(',')[0]?.trim() ?? ''
  return [actor.id, address, headers.get('user-agent') ?? ''].map((part) => part.slice(0, 200)).join('\n')
}
