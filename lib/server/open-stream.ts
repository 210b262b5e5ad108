import { type Sink, sseResponse } from '@/lib/live/sse'
import type { App } from './app'

/** Opens an event stream for whoever asks. Throws a refusal when there is no place. */
export function openStream(app: App, request: Request, actor: string, begin: (sink: Sink) => () => void): Response {
  const giveBack = app.streams.take(clientOf(request, actor))
  return sseResponse({ signal: request.signal, open: app.sinks, clock: app.clock }, (sink) => {
    const finish = begin(sink)
    return () => {
      giveBack()
      finish()
    }
  })
}

/** People, machines and programs are told apart as far as they say who they are. */
function clientOf({ headers }: Request, actor: string): string {
  const address = headers.get('x-forwarded-for')?.split(',')[0]?.trim() ?? ''
  return [actor, address, headers.get('user-agent') ?? ''].map((part) => part.slice(0, 200)).join('\n')
}
