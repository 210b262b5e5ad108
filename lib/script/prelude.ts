/**
 * What stands around a script inside the sandbox, as source: it is evaluated by the sandbox's own engine, so it cannot
 * be a module. It takes one host function and gives back the function that starts a script and the one that delivers
 * facts. Primitives are parameters of an outer function, so that a script may declare the same names itself.
 */
export const prelude = String.raw`(function (host) {
'use strict'
const { stringify, parse } = JSON
const RealDate = Date
const RealError = Error
const RealMap = Map
const RealPromise = Promise
const resolved = RealPromise.resolve.bind(RealPromise)
const pending = new RealMap()
let calls = 0
let barriers = 0
let currentPhase = null
let spent = { outputTokens: 0, costNanoUsd: 0 }
let itemsPerCall = 4096
let budgetTotal = null

const send = (kind, value) => host(kind, stringify(value))
const ask = (kind, value) => parse(host(kind, stringify(value)))

function site() {
  const stack = String(new RealError().stack)
  const found = /workflow\.js:(\d+)(?::(\d+))?/.exec(stack)
  return found ? { line: Number(found[1]), column: Number(found[2] || 1) } : null
}

function describe(error) {
  if (error instanceof RealError || (error && typeof error === 'object' && typeof error.message === 'string')) {
    return (error.name || 'Error') + ': ' + error.message
  }
  try { return typeof error === 'string' ? error : stringify(error) || String(error) } catch { return 'a value that cannot be shown' }
}

function whereThrown(error) {
  const stack = error && typeof error === 'object' ? String(error.stack || '') : ''
  const found = /workflow\.js:(\d+)(?::(\d+))?/.exec(stack)
  return found ? { line: Number(found[1]), column: Number(found[2] || 1) } : { line: null, column: null }
}

function asText(value, at) {
  if (typeof value === 'string') return value
  let text
  try { text = typeof value === 'object' && value !== null ? stringify(value) : String(value) } catch { text = '' + describe(value) }
  send('note', { message: 'agent() was given a prompt that is not a string; it was turned into text', site: at })
  return text === undefined ? 'undefined' : text
}

function plainOptions(options, at) {
  if (options === undefined || options === null) return {}
  if (typeof options !== 'object') {
    send('note', { message: 'agent() was given options that are not an object; they were ignored', site: at })
    return {}
  }
  try { return parse(stringify(options)) } catch (error) { throw new TypeError('agent() options are not JSON: ' + describe(error)) }
}

function agent(prompt, options) {
  const at = site()
  return new RealPromise((resolve, reject) => {
    if (budgetTotal !== null && spent.outputTokens >= budgetTotal) {
      throw new RealError('The budget of ' + budgetTotal + ' output tokens is spent')
    }
    const plain = plainOptions(options, at)
    const id = ++calls
    pending.set(id, { resolve, reject })
    send('agent', { id, prompt: asText(prompt, at), options: plain, site: at, phase: typeof plain.phase === 'string' ? plain.phase : currentPhase })
  })
}

function items(list, name) {
  if (!list || typeof list[Symbol.iterator] !== 'function' || typeof list === 'string') throw new TypeError(name + ' takes an array, got ' + typeof list)
  const all = [...list]
  if (all.length > itemsPerCall) throw new RangeError(name + ' takes at most ' + itemsPerCall + ' items, got ' + all.length)
  return all
}

function shown(error, what, at) {
  const where = whereThrown(error)
  send('note', { message: what + ' threw, its value is null: ' + describe(error), site: where.line === null ? at : where })
  return null
}

async function parallel(thunks) {
  const at = site()
  const all = items(thunks, 'parallel()')
  if (all.length === 0) return []
  const id = ++barriers
  send('open-barrier', { id, kind: 'parallel', size: all.length, site: at })
  const values = await RealPromise.all(all.map(async (thunk, index) => {
    try {
      if (typeof thunk === 'function') return await thunk()
      if (!thunk || typeof thunk.then !== 'function') throw new TypeError('parallel() takes functions; item ' + index + ' is ' + typeof thunk)
      send('note', { message: 'parallel() takes functions; item ' + index + ' is a promise that already runs', site: at })
      return await thunk
    } catch (error) { return shown(error, 'parallel() item ' + index, at) }
  }))
  send('close-barrier', { id })
  return values
}

async function pipeline(list, ...stages) {
  const at = site()
  const all = items(list, 'pipeline()')
  for (const stage of stages) if (typeof stage !== 'function') throw new TypeError('pipeline() stages are functions, got ' + typeof stage)
  if (all.length === 0) return []
  const id = ++barriers
  send('open-barrier', { id, kind: 'pipeline', size: all.length, site: at })
  const values = await RealPromise.all(all.map(async (item, index) => {
    let value = item
    try {
      for (const stage of stages) value = await stage(value, item, index)
      return value
    } catch (error) { return shown(error, 'pipeline() item ' + index, at) }
  }))
  send('close-barrier', { id })
  return values
}

function phase(title) {
  currentPhase = String(title)
  send('phase', { title: currentPhase })
}

function line(values) {
  return values.map((value) => (typeof value === 'string' ? value : describe(value))).join(' ')
}

const log = (...values) => { send('log', { message: line(values) }) }
const console = Object.freeze({ log, info: log, warn: log, error: log, debug: log, trace() {}, table: log, group: log, groupEnd() {}, time() {}, timeEnd() {}, assert() {} })

const budget = Object.freeze({
  get total() { return budgetTotal },
  spent: () => spent.outputTokens,
  remaining: () => (budgetTotal === null ? Infinity : Math.max(0, budgetTotal - spent.outputTokens)),
})

async function workflow(name) {
  throw new RealError('workflow() cannot call another workflow here yet: ' + String(name))
}

const timers = new RealMap()
function setTimeout(run, delay, ...values) {
  if (typeof run !== 'function') throw new TypeError('setTimeout takes a function')
  const id = ++calls
  timers.set(id, () => run(...values))
  send('set-timer', { id, delayMs: Math.max(0, Math.min(Number(delay) || 0, 2147483647)) })
  return id
}
function clearTimeout(id) {
  if (timers.delete(id)) send('clear-timer', { id })
}

function noClock(what) {
  throw new RealError(what + ' is not available: it would give another answer when the run is resumed. Pass the time in through args.')
}
function SkeinDate(...values) {
  if (!new.target) noClock('Date()')
  if (values.length === 0) noClock('new Date() without arguments')
  return Reflect.construct(RealDate, values, new.target === SkeinDate ? SkeinDate : new.target)
}
SkeinDate.prototype = RealDate.prototype
SkeinDate.prototype.constructor = SkeinDate
SkeinDate.UTC = RealDate.UTC
SkeinDate.parse = RealDate.parse
SkeinDate.now = () => noClock('Date.now()')
globalThis.Date = SkeinDate
Math.random = () => noClock('Math.random()')

String.prototype.localeCompare = function localeCompare(other, locales, options) {
  return ask('compare', { a: String(this), b: String(other), locales, options })
}
Number.prototype.toLocaleString = function toLocaleString(locales, options) {
  return ask('format-number', { value: Number(this), text: String(this), locales, options })
}
for (const kind of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
  RealDate.prototype[kind] = function (locales, options) { return ask('format-date', { kind, value: this.getTime(), locales, options }) }
}

class URLSearchParams {
  #pairs
  constructor(source) { this.#pairs = Array.isArray(source) ? source.map(([k, v]) => [String(k), String(v)]) : ask('query', { text: String(source ?? '') }) }
  get(name) { const found = this.#pairs.find((pair) => pair[0] === name); return found ? found[1] : null }
  getAll(name) { return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]) }
  has(name) { return this.#pairs.some((pair) => pair[0] === name) }
  set(name, value) { this.delete(name); this.#pairs.push([String(name), String(value)]) }
  append(name, value) { this.#pairs.push([String(name), String(value)]) }
  delete(name) { this.#pairs = this.#pairs.filter((pair) => pair[0] !== name) }
  forEach(run) { for (const [key, value] of this.#pairs) run(value, key, this) }
  entries() { return this.#pairs.map((pair) => [...pair])[Symbol.iterator]() }
  keys() { return this.#pairs.map((pair) => pair[0])[Symbol.iterator]() }
  values() { return this.#pairs.map((pair) => pair[1])[Symbol.iterator]() }
  [Symbol.iterator]() { return this.entries() }
  toString() { return ask('query-text', { pairs: this.#pairs }) }
}
class URL {
  constructor(href, base) {
    const parts = ask('url', { href: String(href), base: base === undefined ? null : String(base) })
    if (parts === null) throw new TypeError('Invalid URL: ' + String(href))
    Object.assign(this, parts)
    this.searchParams = new URLSearchParams(parts.search)
  }
  toString() { return this.href }
  toJSON() { return this.href }
  static canParse(href, base) { return ask('url', { href: String(href), base: base === undefined ? null : String(base) }) !== null }
}
const structuredClone = (value) => (value === undefined ? undefined : parse(stringify(value)))

for (const [name, value] of Object.entries({ URL, URLSearchParams, structuredClone, console, setTimeout, clearTimeout })) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
}

function finish(value) {
  let text
  try { text = stringify(value === undefined ? null : value) } catch (error) {
    send('throw', { message: 'The script returned something that is not JSON: ' + describe(error), line: null, column: null })
    return
  }
  host('return', text === undefined ? 'null' : text)
}

return {
  start(make, argsText, settingsText) {
    const settings = parse(settingsText)
    itemsPerCall = settings.itemsPerCall
    budgetTotal = settings.budgetTotal
    const script = make(agent, parallel, pipeline, phase, log, parse(argsText), budget, workflow)
    resolved().then(script).then(finish, (error) => send('throw', { message: describe(error), ...whereThrown(error) }))
  },
  deliver(id, kind, text, spentText) {
    spent = parse(spentText)
    if (kind === 'timer') {
      const run = timers.get(id)
      timers.delete(id)
      if (run) run()
      return
    }
    const call = pending.get(id)
    pending.delete(id)
    if (!call) return
    if (kind === 'throw') call.reject(new RealError(text))
    else call.resolve(parse(text))
  },
}
})`

/** Goes before a body, on its first line; columns of line 1 are shifted by its length. */
export const wrapperHead =
  '(function (agent, parallel, pipeline, phase, log, args, budget, workflow) { return async function () {'

/** Goes after a body, on a line of its own because the body may end in a comment. */
export const wrapperTail = '\n} })'
