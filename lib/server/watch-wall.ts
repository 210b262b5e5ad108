import type { App } from './app'
import { openStream } from './open-stream'

/** The wall's stream: run summaries, what needs a person, provider headroom. */
export function watchWall(app: App, request: Request, actor: string): Response {
  return openStream(app, request, actor, (sink) => app.wall.follow(sink))
}
