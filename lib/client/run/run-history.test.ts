import { describe, expect, it, vi } from 'vitest'
import type { Envelope } from '@/lib/core/run/events'
import { created, ended, journalFixture } from '@/lib/view/testing'
import { createHistoryStore } from './run-history'

const journal = journalFixture(['A'], created('a', 'A'), created('b', 'A'), ended('a'), ended('b'))

function open(seq: number, page = 2) {
  let hear: (envelopes: Envelope[]) => void = () => {}
  const at = { seq }
  const source = {
    seq: () => at.seq,
    onEvents: (listener: (envelopes: Envelope[]) => void) => {
      hear = listener
      return () => {
        hear = () => {}
      }
    },
    loadPage: vi.fn(async (after: number) => journal.slice(after, Math.min(after + page, at.seq))),
  }
  const store = createHistoryStore(source, (callback) => callback())
  return { store, source, at, hear: (envelopes: Envelope[]) => hear(envelopes) }
}

describe('the history store', () => {
  it('reads nothing until somebody wants it, then the journal page by page', async () => {
    const { store, source } = open(journal.length)
    expect(source.loadPage).not.toHaveBeenCalled()
    store.open()
    await vi.waitFor(() => expect(store.getView().isComplete).toBe(true))
    expect(store.getView().history.seq).toBe(journal.length)
    expect(store.replay.length).toBe(journal.length)
  })

  it('goes on with the events of the stream, and fills a gap from the journal', async () => {
    const { store, source, at, hear } = open(2)
    store.open()
    await vi.waitFor(() => expect(store.getView().isComplete).toBe(true))
    const pages = source.loadPage.mock.calls.length
    at.seq = 3
    hear(journal.slice(2, 3))
    expect(store.getView().history.seq).toBe(3)
    expect(source.loadPage.mock.calls.length).toBe(pages)
    at.seq = 6
    hear(journal.slice(5, 6))
    await vi.waitFor(() => expect(store.getView().history.seq).toBe(6))
    expect(store.replay.length).toBe(6)
  })

  it('says why it has no history, and tries again with the next event', async () => {
    const { store, source, hear } = open(journal.length)
    source.loadPage.mockRejectedValueOnce(new Error('The server is not responding'))
    store.open()
    await vi.waitFor(() => expect(store.getView().problem).toBe('The server is not responding'))
    hear([])
    await vi.waitFor(() => expect(store.getView()).toMatchObject({ isComplete: true, problem: null }))
  })
})
