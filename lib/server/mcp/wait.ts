import { randomUUID } from 'node:crypto'
import { hasEnded } from '@/lib/core/spec/run'
import { askerOf } from '../http/door'
import { questionsOf, type RunHead } from './questions'
import type { Visit } from './tool'

/**
 * Resolves once a run ends, asks something new or changes its status, when the time is over, or when the
 * client leaves. Takes one of the places of event streams meanwhile; rejects where there is none.
 */
export async function untilItAsks({ app, from }: Visit, head: RunHead, ms: number): Promise<void> {
  const { id } = head.run
  const before = situationOf(head)
  const hasChanged = (now: RunHead) => hasEnded(now.run.status) || situationOf(now) !== before
  if (hasEnded(head.run.status)) return
  const asker = await askerOf(app, from.headers)
  let finish = () => {}
  const over = new Promise<void>((resolve) => {
    finish = resolve
  })
  const look = () => {
    const state = app.engine.active(id)?.journal.state
    // A run that nobody works on any more has ended, or the server is stopping.
    if (state === undefined || hasChanged(state)) finish()
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

function situationOf(head: RunHead): string {
  return [head.run.status, ...questionsOf(head).map(({ id }) => id)].join('\n')
}
