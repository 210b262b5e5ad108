import { expect, it } from 'vitest'
import { envelopesOf } from '@/lib/core/testing/journals'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import type { SseEvent } from './event-sink'
import { openSink, underTopic } from './event-sink'
import { type Frame, Hub } from './hub'

const committed = envelopesOf(
  Array.from({ length: 1000 }, (_, at) => ({ type: 'run.logged', message: `${at}` })),
)

/** Every watcher's frames, while an event is committed each 10 ms for ten seconds. */
function framesOf(watchers: number): Frame[][] {
  const clock = createVirtualClock()
  const hub = new Hub(clock)
  const heard = Array.from({ length: watchers }, () => [] as Frame[])
  for (const frames of heard) hub.subscribe('run', (frame) => frames.push(frame))
  for (const envelope of committed) {
    hub.publish('run', [envelope])
    clock.advance(10)
  }
  clock.advance(1_000)
  return heard
}

it('hears every event, however many watch', () => {
  for (const watchers of [1, 10, 200])
    for (const frames of framesOf(watchers))
      expect(frames.flatMap(({ envelopes }) => envelopes)).toEqual(committed)
})

it('sends a few watchers 25 frames a second, and to hundreds together no more than to thirty', () => {
  const sent = (watchers: number) => framesOf(watchers).reduce((sum, frames) => sum + frames.length, 0)
  expect(framesOf(1)[0]?.length).toBeGreaterThan(225)
  expect(framesOf(30)[0]?.length).toBe(framesOf(1)[0]?.length)
  expect(sent(200)).toBeLessThanOrEqual(sent(30) * 1.1)
})

it('writes an event once for all who get it, under the topic of a stream as well', async () => {
  const event: SseEvent = { name: 'events', id: 3, data: '{"events":[]}' }
  const written: Uint8Array[][] = [[], []]
  for (const chunks of written) {
    const send = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const sink = openSink(controller, () => {})
      sink.send(event)
      sink.send(underTopic(event, 'run'))
      sink.close()
    }
    const room = new ByteLengthQueuingStrategy({ highWaterMark: 1_000 })
    const stream = new ReadableStream<Uint8Array>({ start: send }, room)
    for await (const chunk of stream) chunks.push(chunk)
  }
  const [one = [], other = []] = written
  expect(one.map((chunk) => new TextDecoder().decode(chunk))).toEqual([
    'event: events\nid: 3\ndata: {"events":[]}\n\n',
    'event: run/events\nid: 3\ndata: {"events":[]}\n\n',
  ])
  expect(one[0]).toBe(other[0])
  expect(one[1]).toBe(other[1])
})
