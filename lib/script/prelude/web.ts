import { ask, note } from './host'
import { site, thrown } from './places'
import { get, isArray, iterator, RealDate, RealError, RealMap, RealSet, RealTypeError } from './taken-aside'

// What scripts know from browsers and from Node, and this small engine lacks: answered by V8, or written out
// where a few lines do. Nothing here reads a clock, a network or chance.

type Pair = [name: string, value: string]

class URLSearchParams {
  #pairs: Pair[]
  constructor(source?: unknown) {
    this.#pairs = pairsOf(source) ?? readQuery(String(source ?? ''))
  }
  get(name: string): string | null {
    const found = this.#pairs.find((pair) => pair[0] === name)
    return found ? found[1] : null
  }
  getAll(name: string): string[] {
    return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1])
  }
  has(name: string): boolean {
    return this.#pairs.some((pair) => pair[0] === name)
  }
  set(name: string, value: unknown): void {
    this.delete(name)
    this.#pairs.push([String(name), String(value)])
  }
  append(name: string, value: unknown): void {
    this.#pairs.push([String(name), String(value)])
  }
  delete(name: string): void {
    this.#pairs = this.#pairs.filter((pair) => pair[0] !== name)
  }
  forEach(run: (value: string, name: string, all: URLSearchParams) => void): void {
    for (const [name, value] of this.#pairs) run(value, name, this)
  }
  entries(): Iterator<Pair> {
    return this.#pairs.map(([name, value]): Pair => [name, value])[iterator]()
  }
  keys(): Iterator<string> {
    return this.#pairs.map((pair) => pair[0])[iterator]()
  }
  values(): Iterator<string> {
    return this.#pairs.map((pair) => pair[1])[iterator]()
  }
  [iterator](): Iterator<Pair> {
    return this.entries()
  }
  toString(): unknown {
    return ask('query-text', { pairs: this.#pairs })
  }
}

/** The pairs of a list or of an object; null for text. */
function pairsOf(source: unknown): Pair[] | null {
  if (source === null || typeof source !== 'object') return null
  const given: Iterable<unknown> = isIterable(source) ? source : Object.entries(source)
  return [...given].map((pair) => {
    const [name, value] = isArray(pair) ? pair : []
    return [String(name), String(value)]
  })
}

function isIterable(source: object): source is Iterable<unknown> {
  return typeof get(source, iterator) === 'function'
}

/** V8 reads a query into pairs of texts, which this takes on trust. */
function readQuery(text: string): Pair[] {
  const pairs = ask('query', { text })
  return isArray(pairs) ? pairs : []
}

class URL {
  declare href: string
  declare search: string
  searchParams: URLSearchParams
  constructor(href: unknown, base?: unknown) {
    const parts = urlParts(href, base)
    if (parts === null) throw new RealTypeError(`Invalid URL: ${href}`)
    Object.assign(this, parts)
    this.searchParams = new URLSearchParams(this.search)
  }
  toString(): string {
    return this.href
  }
  toJSON(): string {
    return this.href
  }
  static canParse(href: unknown, base?: unknown): boolean {
    return urlParts(href, base) !== null
  }
}

function urlParts(href: unknown, base: unknown): unknown {
  return ask('url', { href: String(href), base: base === undefined ? null : String(base) })
}

function structuredClone(value: unknown): unknown {
  const copies = new RealMap<object, object>()
  return copy(value)

  function copy(one: unknown): unknown {
    if (typeof one === 'function' || typeof one === 'symbol')
      throw new RealTypeError(`structuredClone cannot copy a ${typeof one}`)
    if (one === null || typeof one !== 'object') return one
    const known = copies.get(one)
    if (known !== undefined) return known
    if (one instanceof RealDate) return new RealDate(one.getTime())
    if (one instanceof RegExp) return new RegExp(one.source, one.flags)
    return one instanceof RealMap ? copyMap(one) : one instanceof RealSet ? copySet(one) : copyMembers(one)
  }
  function copyMap(one: Map<unknown, unknown>): Map<unknown, unknown> {
    const made = new RealMap<unknown, unknown>()
    copies.set(one, made)
    for (const [key, inner] of one) made.set(copy(key), copy(inner))
    return made
  }
  function copySet(one: Set<unknown>): Set<unknown> {
    const made = new RealSet<unknown>()
    copies.set(one, made)
    for (const inner of one) made.add(copy(inner))
    return made
  }
  function copyMembers(one: object): object {
    const made = isArray(one) ? [] : {}
    copies.set(one, made)
    for (const [key, inner] of Object.entries(one)) Reflect.set(made, key, copy(inner))
    return made
  }
}

function queueMicrotask(run: () => unknown): void {
  if (typeof run !== 'function') throw new RealTypeError('queueMicrotask takes a function')
  const at = site()
  const later = async () => {
    await undefined
    try {
      run()
    } catch (error) {
      note(`A queued microtask threw: ${thrown(error).message}`, at)
    }
  }
  later()
}

class TextEncoder {
  get encoding(): string {
    return 'utf-8'
  }
  encode(text?: unknown): Uint8Array {
    const escaped = encodeURIComponent(String(text ?? '').toWellFormed())
    const bytes: number[] = []
    for (let at = 0; at < escaped.length; at++) {
      if (escaped[at] !== '%') {
        bytes.push(escaped.charCodeAt(at))
        continue
      }
      bytes.push(Number.parseInt(escaped.slice(at + 1, at + 3), 16))
      at += 2
    }
    return new Uint8Array(bytes)
  }
}

class TextDecoder {
  get encoding(): string {
    return 'utf-8'
  }
  decode(bytes?: ArrayBuffer | ArrayBufferView): unknown {
    if (bytes === undefined) return ''
    const view = ArrayBuffer.isView(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : new Uint8Array(bytes)
    return ask('decode-utf8', { bytes: [...view] })
  }
}

function base64(kind: 'atob' | 'btoa', text: unknown): unknown {
  const answer = ask(kind, { text: String(text) })
  if (answer === null) throw new RealError(`${kind} was given text it cannot convert`)
  return answer
}
const btoa = (text: unknown) => base64('btoa', text)
const atob = (text: unknown) => base64('atob', text)

type AbortEvent = { type: 'abort'; target: AbortSignal }
type Listener = (event: AbortEvent) => void

/** What only a controller may do to its signal. */
let abort: (signal: AbortSignal, reason: unknown) => void

class AbortSignal {
  aborted = false
  reason: unknown = undefined
  onabort: Listener | null = null
  #listeners: Listener[] = []
  static {
    abort = (signal, reason) => {
      if (signal.aborted) return
      signal.aborted = true
      signal.reason = reason
      const event: AbortEvent = { type: 'abort', target: signal }
      if (typeof signal.onabort === 'function') signal.onabort(event)
      for (const run of signal.#listeners) run(event)
    }
  }
  addEventListener(type: string, run: Listener): void {
    if (type === 'abort') this.#listeners.push(run)
  }
  removeEventListener(_type: string, run: Listener): void {
    this.#listeners = this.#listeners.filter((other) => other !== run)
  }
  throwIfAborted(): void {
    if (this.aborted) throw this.reason
  }
}

class AbortController {
  signal = new AbortSignal()
  abort(
    reason: unknown = Object.assign(new RealError('This operation was aborted'), { name: 'AbortError' }),
  ): void {
    abort(this.signal, reason)
  }
}

/** What is defined for scripts, by name. */
export const webGlobals = {
  ...{ URL, URLSearchParams, structuredClone, queueMicrotask, TextEncoder, TextDecoder, btoa, atob },
  ...{ AbortController, AbortSignal },
}
