import { describe, expect, it, vi } from 'vitest'
import type { RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { toSnapshot } from '@/lib/core/run/state'
import { committed, created, journalFixture } from '@/lib/view/testing'
import { ApiError } from '../http/api'
import { connectRun, type Dependencies } from './run-connection'
import { createRunStore } from './run-store'

const runEnded: RunEvent = {
  type: 'run.ended',
  outcome: 'completed',
  reason: null,
  error: null,
  resultInputs: [],
  actor: null,
}
const journal = journalFixture(['A'], created('a', 'A'), committed('a', 0), committed('a', 1), runEnded)

function setUp(answers: (() => number)[]) {
  const streams: {
    after: number
    agents: readonly string[]
    emit: (type: string, data?: unknown) => void
    isOpen: boolean
  }[] = []
  const waits: (() => void)[] = []
  const dependencies: Dependencies = {
    getSnapshot: async () => toSnapshot(foldAll(null, journal.slice(0, (answers.shift() ?? (() => 3))()))),
    openStream: (_topic, after, agents) => {
      const listeners = new Map<string, (event: { data?: unknown }) => void>()
      const one = {
        after,
        agents,
        isOpen: true,
        emit: (type: string, data?: unknown) => listeners.get(type)?.({ data: JSON.stringify(data) }),
      }
      streams.push(one)
      return {
        addEventListener: (type, listener) => listeners.set(type, listener),
        watch: (wanted) => {
          one.agents = wanted
        },
        rewatch: () => {},
        close: () => {
          one.isOpen = false
        },
      }
    },
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
  connection = connectRun('r1', store, dependencies)
  return { store, streams, waits, connection }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))
const status = (store: ReturnType<typeof setUp>['store']) => store.getView().connection.status

describe('run connection', () => {
  it('tails from the seq of its snapshot and says when it is live', async () => {
    const { store, streams } = setUp([() => 3])
    expect(status(store)).toBe('connecting')
    await settle()
    expect(streams[0]?.after).toBe(3)
    streams[0]?.emit('open')
    expect(status(store)).toBe('live')
  })

  it('says that it waits while the connection is away, and that it is live again, on the same stream', async () => {
    const { store, streams } = setUp([() => 3])
    await settle()
    streams[0]?.emit('open')
    streams[0]?.emit('lost')
    expect([status(store), streams[0]?.isOpen]).toEqual(['reconnecting', true])
    streams[0]?.emit('open')
    expect([status(store), streams.length]).toEqual(['live', 1])
  })

  it('asks for a snapshot now and then while the connection is away: the run may be gone', async () => {
    const problem = { type: 'x', title: 'Not found', status: 404, detail: 'Run not found.' }
    const { store, streams } = setUp([
      () => 3,
      () => {
        throw new ApiError(problem)
      },
    ])
    await settle()
    for (let at = 0; at < 3; at++) streams[0]?.emit('lost')
    await settle()
    expect([status(store), streams[0]?.isOpen]).toEqual(['refused', false])
  })

  it('looks at once whether a run is there that its stream says is gone', async () => {
    const { store, streams } = setUp([() => 3, () => journal.length])
    await settle()
    streams[0]?.emit('gone')
    await settle()
    expect(status(store)).toBe('ended')
  })

  it('begins again with a snapshot when events are missing', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { store, streams, waits } = setUp([() => 2, () => 4])
    await settle()
    streams[0]?.emit('events', { events: journal.slice(3, 4) })
    await settle()
    waits.shift()?.()
    await settle()
    expect([store.seq(), streams[1]?.after]).toEqual([4, 4])
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
    const problem = { type: 'x', title: 'Not found', status: 404, detail: 'Run not found.' }
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
    const { connection, streams } = setUp([() => 3, () => 4])
    await settle()
    connection.watch(['a'])
    expect(streams[0]?.agents).toEqual(['a'])
    connection.rejoin()
    await settle()
    expect(streams[1]?.agents).toEqual(['a'])
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
