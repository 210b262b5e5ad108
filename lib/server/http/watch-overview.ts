import type { Actor } from '@/lib/core/base/actor'
import type { App } from '../app/app'
import { openStream } from './open-stream'

/** The overview's stream: run summaries, what needs a person, provider headroom. */
export function watchOverview(app: App, request: Request, actor: Actor): Response {
  return openStream(app, request, actor, (sink) => app.overview.follow(sink))
}
