import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSseParser } from './sse-parser'

function read(bytes: Uint8Array, cuts: readonly number[]): string[] {
  const heard: string[] = []
  const stream = createSseParser((data) => heard.push(data))
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (const [index, place] of places.entries())
    stream.push(bytes.subarray(place, places[index + 1] ?? place))
  stream.end()
  return heard
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

test('wherever the bytes are cut, the events are the same', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => `x${text.replace(/[\r\n]/g, ' ')}`)
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), fc.constantFrom('\n', '\r\n'), (events, cuts, end) => {
      const text = events.map((data) => `event: any${end}: a comment${end}data: ${data}${end}${end}`).join('')
      expect(read(bytesOf(text), cuts)).toEqual(events)
    }),
  )
})

test('a last event without its blank line is heard, several data lines are one event', () => {
  expect(read(bytesOf('data: {"a":1}\n\ndata:b\ndata: c'), [])).toEqual(['{"a":1}', 'b\nc'])
})
