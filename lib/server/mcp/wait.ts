import { randomUUID } from 'node:crypto'
import { hasEnded } from '@/lib/core/spec/run-status'
import { askerOf } from '../http/door'
import { questionsOf, type RunHead } from './questions'
import type { Visit } from './tool'

/**
 * Resolves once a run has ended, waits for somebody or is paused, when the time is over, or when the client
 * leaves. Takes one of the places of event streams meanwhile; rejects where there is none.
 */
export async function untilItAsks({ app, from }: Visit, head: RunHead, ms: number): Promise<void> {
  const { id } = head.run
  if (isToBeTold(head)) return
  const asker = await askerOf(app, from.headers)
  let finish = () => {}
  const over = new Promise<void>((resolve) => {
    finish = resolve
  })
  const look = () => {
    const state = app.engine.active(id)?.journal.state
    // A run that nobody works on any more has ended, or the server is stopping.
    if (state === undefined || isToBeTold(state)) finish()
  }
  const leave = app.streams.take(`${asker.actor.id}\nmcp`, finish)
  const cancel = app.clock.after(ms, finish)
  from.signal.addEventListener('abort', finish, { once: true })
  const unfollow = app.tails.follow(
    id,
    head.seq,
    { id: randomUUID(), agents: [] },
    { send: look, close: finish, isOpen: true },
  )
  try {
    await over
  } finally {
    unfollow()
    cancel()
    leave()
    from.signal.removeEventListener('abort', finish)
  }
}

function isToBeTold(head: RunHead): boolean {
  const { status } = head.run
  return hasEnded(status) || status === 'paused' || questionsOf(head).length > 0
}
