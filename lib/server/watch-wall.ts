import { sseResponse } from '@/lib/live/sse'
import type { App } from './app'

/** The wall's stream: run summaries, what needs a person, provider headroom. */
export function watchWall(app: App, request: Request): Response {
  return sseResponse(request.signal, app.sinks, (sink) => app.wall.follow(sink))
}
