import { expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Sink } from '@/lib/live/event-sink'
import { realClock } from '@/lib/server/testing/real-clock'
import type { Asker } from '../access/asker'
import { openStream } from '../http/open-stream'
import { StreamPlaces } from './stream-places'

/** Places of `all`, and clients that name their streams `ann1`, `ann2`, … in the order they open them. */
function house(all: number, ofOne = all) {
  const places = new StreamPlaces({ all, ofOne })
  const ended: string[] = []
  const opened = new Map<string, number>()
  const open = (client: string) => {
    const nth = (opened.get(client) ?? 0) + 1
    opened.set(client, nth)
    return places.take(client, () => void ended.push(`${client}${nth}`))
  }
  const openMany = (client: string, count: number) => Array.from({ length: count }, () => open(client))
  return { places, ended, open, openMany }
}

const isBusy = expect.objectContaining({ kind: 'busy' })

test('a client gets as many as one may have, and no more; another still gets its own', () => {
  const { ended, open, openMany } = house(10, 3)
  openMany('ann', 3)
  expect(() => open('ann')).toThrow(expect.objectContaining({ kind: 'too-many' }))
  openMany('ben', 3)
  expect(ended).toEqual([])
})

test('while there is room nobody gives anything up, however unequal', () => {
  const { ended, open, openMany } = house(10)
  openMany('ann', 9)
  open('ben')
  expect(ended).toEqual([])
})

test('once all are taken, a newcomer gets the place of the oldest stream of the client that has most', () => {
  const { ended, open, openMany } = house(10)
  openMany('ann', 4)
  openMany('ben', 6)
  open('cas')
  expect(ended).toEqual(['ben1'])
  open('cas')
  expect(ended).toEqual(['ben1', 'ben2'])
})

test('what a few clients took is shared out among all who come, until nobody is clearly ahead', () => {
  const { ended, open, openMany } = house(12)
  openMany('ann', 6)
  openMany('ben', 6)
  for (const client of ['cas', 'dan', 'eve', 'cas', 'dan', 'eve']) open(client)
  expect(ended).toEqual(['ann1', 'ben1', 'ann2', 'ben2', 'ann3', 'ben3'])
  for (const client of ['ann', 'ben', 'cas', 'dan', 'eve']) expect(() => open(client)).toThrow(isBusy)
  expect(ended).toHaveLength(6)
})

test('a newcomer is refused by those who have hardly more than it would have', () => {
  const { ended, open, openMany } = house(4)
  openMany('ann', 2)
  openMany('ben', 2)
  expect(() => open('cas')).toThrow(isBusy)
  expect(ended).toEqual([])
})

test('a client that gave one up and comes back at once is refused, and drives nobody out', () => {
  const { ended, open, openMany } = house(3)
  openMany('ann', 3)
  open('ben')
  expect(ended).toEqual(['ann1'])
  for (let again = 0; again < 5; again++) {
    expect(() => open('ann')).toThrow(isBusy)
    expect(() => open('ben')).toThrow(isBusy)
  }
  expect(ended).toEqual(['ann1'])
})

test('however clients press, and come back whenever they are driven out, they come to rest', () => {
  const { ended, open, openMany } = house(40)
  openMany('ann', 25)
  openMany('ben', 15)
  let before = -1
  let rounds = 0
  while (ended.length !== before) {
    before = ended.length
    rounds += 1
    for (const client of ['ann', 'ben', 'cas', 'dan', 'eve'])
      for (let times = 0; times < 40; times++) {
        try {
          open(client)
        } catch {
          break
        }
      }
  }
  expect(rounds).toBeLessThan(5)
  expect(ended.length).toBeLessThan(40)
})

test('a place that is given back is free for anybody, and is given back once', () => {
  const { ended, open, openMany } = house(2)
  const [first] = openMany('ann', 2)
  expect(() => open('ben')).toThrow(isBusy)
  first?.()
  first?.()
  open('ben')
  expect(() => open('cas')).toThrow(isBusy)
  expect(ended).toEqual([])
})

test('a stream that was driven out and says that it ended frees nothing twice', () => {
  const { ended, open, openMany } = house(4)
  const [oldest] = openMany('ann', 4)
  open('ben')
  expect(ended).toEqual(['ann1'])
  oldest?.()
  expect(() => open('cas')).not.toThrow()
  expect(ended).toEqual(['ann1', 'ann2'])
})

test('a stream may say that it ended while it is being driven out', () => {
  const places = new StreamPlaces({ all: 3, ofOne: 3 })
  const backs: (() => void)[] = []
  for (let nth = 0; nth < 3; nth++) backs.push(places.take('ann', () => backs[nth]?.()))
  places.take('ben', () => {})
  expect(() => places.take('ben', () => {})).toThrow(isBusy)
  expect(() => places.take('cas', () => {})).toThrow(isBusy)
})

const access = { askers: { follow: () => () => {} } }
const asking = (name: string): Asker => ({
  actor: person(name),
  role: 'viewer',
  reach: { kind: 'every' },
  via: { kind: 'token' },
})

test('the response of a stream that is driven out ends, is finished once, and the others go on', async () => {
  const app = {
    streams: new StreamPlaces({ all: 3, ofOne: 3 }),
    sinks: new Set<Sink>(),
    clock: realClock,
    access,
  }
  const finished: string[] = []
  const open = (actor: string, name: string) =>
    openStream(app, new Request('http://127.0.0.1/api/stream'), asking(actor), (sink) => {
      sink.send({ name: 'opened', data: JSON.stringify(name), id: 7 })
      return () => void finished.push(name)
    })
  const first = open('ann', 'one')
  open('ann', 'two')
  open('ann', 'three')
  open('ben', 'four')
  expect(await first.text()).toBe('retry: 1000\n\nevent: opened\nid: 7\ndata: "one"\n\n')
  expect(finished).toEqual(['one'])
  expect(app.sinks.size).toBe(3)
  expect(() => open('cas', 'five')).toThrow(isBusy)
  for (const sink of app.sinks) sink.close()
  expect(finished.sort()).toEqual(['four', 'one', 'three', 'two'])
  expect(() => open('cas', 'five').body?.cancel()).not.toThrow()
})

test('a stream that cannot begin holds no place and no sink', () => {
  const app = {
    streams: new StreamPlaces({ all: 1, ofOne: 1 }),
    sinks: new Set<Sink>(),
    clock: realClock,
    access,
  }
  const open = (begin: () => () => void) =>
    openStream(app, new Request('http://127.0.0.1/api/stream'), asking('ann'), begin)
  const unreadable = () => {
    throw new Error('The journal cannot be read')
  }
  for (let times = 0; times < 3; times++) expect(() => open(unreadable)).toThrow('The journal cannot be read')
  expect(app.sinks.size).toBe(0)
  const stream = open(() => () => {})
  expect(app.sinks.size).toBe(1)
  void stream.body?.cancel()
})
