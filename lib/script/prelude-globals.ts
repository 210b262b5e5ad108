/**
 * The globals that a script finds besides the language's own, as source of the prelude: timers that are facts, what
 * would tell the time or throw dice (refused when called), and what the small engine lacks, answered by V8 or written
 * out where a few lines do. Nothing here reads a clock, a network or chance.
 */
export const globalsSource = `
const timers = { __proto__: null }
const intervals = { __proto__: null }
let intervalCount = 0
const SHORTEST_INTERVAL_MS = 50

function timersOf(scope) {
  function after(run, delay) {
    const id = ++calls
    const context = current
    timers[id] = () => {
      current = context
      run()
    }
    const delayMs = +delay > 0 ? (+delay < LONGEST_DELAY_MS ? +delay : LONGEST_DELAY_MS) : 0
    send('set-timer', { __proto__: null, id, scope: scope.path, delayMs })
    return id
  }
  function setTimeout(run, delay, ...values) {
    if (typeof run !== 'function') throw new RealTypeError('setTimeout takes a function')
    return after(() => run(...values), delay)
  }
  function setInterval(run, delay, ...values) {
    if (typeof run !== 'function') throw new RealTypeError('setInterval takes a function')
    const handle = -(++intervalCount)
    const wait = +delay > SHORTEST_INTERVAL_MS ? delay : SHORTEST_INTERVAL_MS
    const tick = () => {
      intervals[handle] = after(tick, wait)
      run(...values)
    }
    intervals[handle] = after(tick, wait)
    return handle
  }
  function clearTimeout(handle) {
    const id = intervals[handle] === undefined ? handle : intervals[handle]
    delete intervals[handle]
    if (timers[id] === undefined) return
    delete timers[id]
    send('clear-timer', { __proto__: null, id })
  }
  return { setTimeout, setInterval, clearTimeout, clearInterval: clearTimeout }
}
function fire(id) {
  const run = timers[id]
  delete timers[id]
  if (run) run()
}

function noChance(what) {
  throw new RealError(what + ' is not available: it would give another answer when the run is resumed. Pass it in through args.')
}
function SkeinDate(...values) {
  if (!new.target) noChance('Date()')
  if (values.length === 0) noChance('new Date() without arguments')
  return Reflect.construct(RealDate, values, new.target === SkeinDate ? SkeinDate : new.target)
}
SkeinDate.prototype = RealDate.prototype
SkeinDate.prototype.constructor = SkeinDate
SkeinDate.UTC = RealDate.UTC
SkeinDate.parse = RealDate.parse
SkeinDate.now = () => noChance('Date.now()')
globalThis.Date = SkeinDate
Math.random = () => noChance('Math.random()')
const performance = { now: () => noChance('performance.now()') }
const crypto = {
  randomUUID: () => noChance('crypto.randomUUID()'),
  getRandomValues: () => noChance('crypto.getRandomValues()'),
}

String.prototype.localeCompare = function localeCompare(other, locales, options) {
  return ask('compare', { a: String(this), b: String(other), locales, options })
}
Number.prototype.toLocaleString = function toLocaleString(locales, options) {
  return ask('format-number', { value: Number(this), text: String(this), locales, options })
}
for (const kind of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
  RealDate.prototype[kind] = function (locales, options) { return ask('format-date', { kind, value: this.getTime(), locales, options }) }
}
const timeOf = (date) => (date === undefined ? noChance('Formatting the present time') : typeof date === 'number' ? date : date.getTime())
const Intl = {
  NumberFormat: class NumberFormat {
    constructor(locales, options) { this.format = (value) => ask('format-number', { value: Number(value), text: String(value), locales, options }) }
  },
  DateTimeFormat: class DateTimeFormat {
    constructor(locales, options) { this.format = (date) => ask('format-date', { kind: options === undefined ? 'toLocaleDateString' : 'toLocaleString', value: timeOf(date), locales, options }) }
    resolvedOptions() { return { locale: 'en-US', timeZone: 'UTC' } }
  },
  Collator: class Collator {
    constructor(locales, options) { this.compare = (a, b) => ask('compare', { a: String(a), b: String(b), locales, options }) }
  },
}

class URLSearchParams {
  #pairs
  constructor(source) {
    const isList = source !== null && typeof source === 'object' && typeof source[iterator] === 'function'
    const given = isList ? [...source] : source !== null && typeof source === 'object' ? Object.entries(source) : null
    this.#pairs = given === null ? ask('query', { text: String(source ?? '') }) : given.map(([k, v]) => [String(k), String(v)])
  }
  get(name) { const found = this.#pairs.find((pair) => pair[0] === name); return found ? found[1] : null }
  getAll(name) { return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]) }
  has(name) { return this.#pairs.some((pair) => pair[0] === name) }
  set(name, value) { this.delete(name); this.#pairs.push([String(name), String(value)]) }
  append(name, value) { this.#pairs.push([String(name), String(value)]) }
  delete(name) { this.#pairs = this.#pairs.filter((pair) => pair[0] !== name) }
  forEach(run) { for (const [key, value] of this.#pairs) run(value, key, this) }
  entries() { return this.#pairs.map((pair) => [...pair])[iterator]() }
  keys() { return this.#pairs.map((pair) => pair[0])[iterator]() }
  values() { return this.#pairs.map((pair) => pair[1])[iterator]() }
  [iterator]() { return this.entries() }
  toString() { return ask('query-text', { pairs: this.#pairs }) }
}
class URL {
  constructor(href, base) {
    const parts = ask('url', { href: String(href), base: base === undefined ? null : String(base) })
    if (parts === null) throw new RealTypeError('Invalid URL: ' + String(href))
    Object.assign(this, parts)
    this.searchParams = new URLSearchParams(parts.search)
  }
  toString() { return this.href }
  toJSON() { return this.href }
  static canParse(href, base) { return ask('url', { href: String(href), base: base === undefined ? null : String(base) }) !== null }
}

function structuredClone(value) {
  const copies = new RealMap()
  const copy = (one) => {
    if (typeof one === 'function' || typeof one === 'symbol') throw new RealTypeError('structuredClone cannot copy a ' + typeof one)
    if (one === null || typeof one !== 'object') return one
    if (copies.has(one)) return copies.get(one)
    if (one instanceof RealDate) return new RealDate(one.getTime())
    if (one instanceof RegExp) return new RegExp(one.source, one.flags)
    const made = isArray(one) ? [] : one instanceof RealMap ? new RealMap() : one instanceof RealSet ? new RealSet() : {}
    copies.set(one, made)
    if (one instanceof RealMap) for (const [key, inner] of one) made.set(copy(key), copy(inner))
    else if (one instanceof RealSet) for (const inner of one) made.add(copy(inner))
    else for (const key of Object.keys(one)) made[key] = copy(one[key])
    return made
  }
  return copy(value)
}

function queueMicrotask(run) {
  if (typeof run !== 'function') throw new RealTypeError('queueMicrotask takes a function')
  const at = site()
  const later = async () => {
    await undefined
    try { run() } catch (error) { note('A queued microtask threw: ' + thrown(error).message, at) }
  }
  later()
}

class TextEncoder {
  get encoding() { return 'utf-8' }
  encode(text) {
    const escaped = encodeURIComponent(String(text ?? '').toWellFormed ? String(text ?? '').toWellFormed() : String(text ?? ''))
    const bytes = []
    for (let at = 0; at < escaped.length; at++) {
      if (escaped[at] !== '%') { bytes.push(escaped.charCodeAt(at)); continue }
      bytes.push(parseInt(escaped.slice(at + 1, at + 3), 16))
      at += 2
    }
    return new Uint8Array(bytes)
  }
}
class TextDecoder {
  get encoding() { return 'utf-8' }
  decode(bytes) { return bytes === undefined ? '' : ask('decode-utf8', { bytes: [...new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength)] }) }
}
function base64(kind, text) {
  const answer = ask(kind, { text: String(text) })
  if (answer === null) throw new RealError(kind + ' was given text it cannot convert')
  return answer
}
const btoa = (text) => base64('btoa', text)
const atob = (text) => base64('atob', text)

class AbortSignal {
  aborted = false
  reason = undefined
  onabort = null
  #listeners = []
  addEventListener(type, run) { if (type === 'abort') this.#listeners.push(run) }
  removeEventListener(type, run) { this.#listeners = this.#listeners.filter((other) => other !== run) }
  throwIfAborted() { if (this.aborted) throw this.reason }
  static fire(signal, reason) {
    if (signal.aborted) return
    signal.aborted = true
    signal.reason = reason
    const event = { type: 'abort', target: signal }
    if (typeof signal.onabort === 'function') signal.onabort(event)
    for (const run of signal.#listeners) run(event)
  }
}
const abortSignal = AbortSignal.fire
delete AbortSignal.fire
class AbortController {
  signal = new AbortSignal()
  abort(reason = Object.assign(new RealError('This operation was aborted'), { name: 'AbortError' })) { abortSignal(this.signal, reason) }
}

const silent = () => {}
const console = {
  log, info: log, warn: log, error: log, debug: log, table: log, group: log, dir: log,
  trace: silent, groupEnd: silent, groupCollapsed: log, time: silent, timeEnd: silent, timeLog: silent, count: silent, countReset: silent,
  assert: (condition, ...values) => { if (!condition) log('Assertion failed:', ...values) },
}

for (const [name, value] of Object.entries({
  URL, URLSearchParams, Intl, structuredClone, queueMicrotask, TextEncoder, TextDecoder, btoa, atob, AbortController, AbortSignal,
  console, performance, crypto, ...timersOf({ path: '' }),
})) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
}
`
