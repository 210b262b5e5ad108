import { describe, expect, it, vi } from 'vitest'
import type { RunEvent } from '@/lib/core/events'
import { foldAll } from '@/lib/core/fold'
import { toSnapshot } from '@/lib/core/state'
import { committed, created, story } from '@/lib/view/testing'
import { ApiError } from './api'
import { connectRun, type Doors, type Stream } from './run-connection'
import { createRunStore } from './run-store'

const runEnded: RunEvent = {
  type: 'run.ended',
  outcome: 'completed',
  reason: null,
  error: null,
  fedBy: [],
  actor: null,
}
const journal = story(['A'], created('a', 'A'), committed('a', 0), committed('a', 1), runEnded)

function setUp(answers: (() => number)[]) {
  const streams: { url: string; emit: (type: string, data?: unknown) => void; isOpen: boolean }[] = []
  const waits: (() => void)[] = []
  const putWatch = vi.fn(async () => {})
  const doors: Doors = {
    getSnapshot: async () => toSnapshot(foldAll(null, journal.slice(0, (answers.shift() ?? (() => 3))()))),
    openStream: (url): Stream => {
      const listeners = new Map<string, (event: { data?: unknown }) => void>()
      const one = {
        url,
        isOpen: true,
        emit: (type: string, data?: unknown) => listeners.get(type)?.({ data: JSON.stringify(data) }),
      }
      streams.push(one)
      return {
        addEventListener: (type, listener) => listeners.set(type, listener),
        close: () => {
          one.isOpen = false
        },
      }
    },
    putWatch,
    wait: (callback) => {
      waits.push(callback)
      return () => {}
    },
    random: () => 0.5,
  }
  let connection: ReturnType<typeof connectRun> | null = null
  const store = createRunStore(
    (callback) => callback(),
    () => ({ onGap: () => connection?.restart(), onLostText: () => connection?.rewatch() }),
  )
  connection = connectRun('r1', store, doors)
  return { store, streams, waits, putWatch, connection }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))
const status = (store: ReturnType<typeof setUp>['store']) => store.getView().connection.status

describe('run connection', () => {
  it('tails from the seq of its snapshot and says when it is live', async () => {
    const { store, streams } = setUp([() => 3])
    expect(status(store)).toBe('connecting')
    await settle()
    expect(streams[0]?.url).toContain('after=3')
    streams[0]?.emit('open')
    expect(status(store)).toBe('live')
  })

  it('comes back from its cursor, not from where it began', async () => {
    const { store, streams, waits } = setUp([() => 3])
    await settle()
    streams[0]?.emit('events', { events: journal.slice(3, 4) })
    await settle()
    streams[0]?.emit('error')
    expect([status(store), streams[0]?.isOpen]).toEqual(['reconnecting', false])
    waits.shift()?.()
    expect(streams[1]?.url).toContain('after=4')
  })

  it('begins again with a snapshot when events are missing', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { store, streams, waits } = setUp([() => 2, () => 4])
    await settle()
    streams[0]?.emit('events', { events: journal.slice(3, 4) })
    await settle()
    waits.shift()?.()
    await settle()
    expect([store.seq(), streams[1]?.url.includes('after=4')]).toEqual([4, true])
  })

  it('opens no stream for a run that has ended', async () => {
    const { store, streams } = setUp([() => journal.length])
    await settle()
    expect([status(store), streams.length]).toEqual(['ended', 0])
  })

  it('is done when the server says so', async () => {
    const { store, streams } = setUp([() => 3])
    await settle()
    streams[0]?.emit('events', { events: journal.slice(3) })
    streams[0]?.emit('end', { seq: journal.length })
    await settle()
    expect([status(store), streams[0]?.isOpen, streams.length]).toEqual(['ended', false, 1])
  })

  it('tells a refused run from a server that is away', async () => {
    const problem = { type: 'x', title: 'Not found', status: 404, detail: 'There is no such run.' }
    const gone = setUp([
      () => {
        throw new ApiError(problem)
      },
    ])
    const away = setUp([
      () => {
        throw new ApiError({ ...problem, status: 0 })
      },
    ])
    await settle()
    expect([status(gone.store), status(away.store)]).toEqual(['refused', 'reconnecting'])
  })

  it('names the agents whose text it wants, at the start and later', async () => {
    const { connection, streams, putWatch, waits } = setUp([() => 3])
    await settle()
    connection.watch(['a'])
    expect(putWatch).not.toHaveBeenCalled()
    streams[0]?.emit('open')
    expect(putWatch).toHaveBeenCalledWith('r1', expect.any(String), ['a'])
    streams[0]?.emit('error')
    waits.shift()?.()
    expect(streams[1]?.url).toContain('watch=a')
  })

  it('goes on with a run that was tried again after it had ended', async () => {
    const { store, streams, connection } = setUp([() => journal.length, () => 3])
    await settle()
    expect(status(store)).toBe('ended')
    expect(streams).toHaveLength(0)
    connection.rejoin()
    await settle()
    expect(streams).toHaveLength(1)
    streams[0]?.emit('open')
    expect(status(store)).toBe('live')
  })
})
