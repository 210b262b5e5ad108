import { createHash } from 'node:crypto'

/** A source of numbers in [0, 1) that gives the same row for the same seed. */
export type Random = () => number

/** Sixteen hex digits that identify a text. */
export function digestOf(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** A seeded generator (mulberry32): small, fast, good enough to vary an answer. */
export function randomFrom(seed: string): Random {
  let state = Number.parseInt(digestOf(seed).slice(0, 8), 16)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** One of the given items; undefined only when there are none. */
export function pick<Item>(random: Random, items: readonly Item[]): Item | undefined {
  return items[Math.floor(random() * items.length)]
}

const ALPHABET = [...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz']

/** Makes ids in the shape of the real ones (`req_01…`, `msg_01…`), unique within one server. */
export function createIds(seed: string): (prefix: string) => string {
  const random = randomFrom(`ids ${seed}`)
  return (prefix) => {
    let id = `${prefix}_01`
    for (let position = 0; position < 22; position += 1) id += pick(random, ALPHABET) ?? '1'
    return id
  }
}
