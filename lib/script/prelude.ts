import { longest } from '@/lib/core/base/text-bounds'
import { globalsSource } from './prelude-globals'
import { patternsSource } from './prelude-patterns'

/**
 * What stands around a script inside the sandbox, as source: it is evaluated by the sandbox's own engine, so it cannot
 * be a module. It takes one host function and gives back the function that starts a script and the one that delivers
 * facts. Primitives are parameters of an outer function, so that a script may declare the same names itself; every
 * workflow called by another has primitives of its own. What a script can overwrite is taken aside first, and what is
 * sent has no prototype, so that a script which bends the language only ever harms itself.
 */
export const prelude = String.raw`(function (host) {
'use strict'
const { stringify, parse } = JSON
const { apply } = Reflect
const { exec } = RegExp.prototype
const { iterator } = Symbol
const { isArray } = Array
const RealDate = Date, RealError = Error, RealTypeError = TypeError, RealRangeError = RangeError
const RealMap = Map, RealSet = Set, RealPromise = Promise
const LONGEST_PROMPT = 4000000
const LONGEST_OPTIONS = 1000000
const LONGEST_NAME = 2000
const LONGEST_DELAY_MS = 2147483647
const { slice, charCodeAt } = String.prototype

/** A text that may leave the sandbox: what is too long to be shown is cut before it is copied, between characters. */
function cut(text, most) {
  if (text.length <= most) return text
  const last = apply(charCodeAt, text, [most - 1])
  const end = last >= 0xd800 && last <= 0xdbff ? most - 1 : most
  let left = '' + (text.length - end), grouped = ''
  for (let at = 0; at < left.length; at++) grouped += (at > 0 && (left.length - at) % 3 === 0 ? ',' : '') + left[at]
  return apply(slice, text, [0, end]) + '… (' + grouped + ' more characters)'
}

const pending = { __proto__: null }
const files = { __proto__: null }
let calls = 0
let barriers = 0
/** Which item of which barrier the code that runs now belongs to; carried from each call to what follows its answer. */
let current = null
let spent = { outputTokens: 0, costNanoUsd: 0, capNanoUsd: null }
let settings = { itemsPerCall: 4096, sampleItems: null, budgetTotal: null, headLength: 0 }

const send = (kind, value) => host(kind, stringify(value))
const ask = (kind, value) => parse(host(kind, stringify(value)))
const note = (message, site) => { send('note', { __proto__: null, message: cut(message, ${longest.line}), site }) }
const isThenable = (value) => value !== null && (typeof value === 'object' || typeof value === 'function') && typeof value.then === 'function'

const PLACE = /workflow(?:-(\d+))?\.js:(\d+)(?::(\d+))?/
function placeIn(stack) {
  const found = apply(exec, PLACE, [stack])
  if (!found) return null
  const line = +found[2]
  const column = +(found[3] || 1)
  const own = column - settings.headLength
  return { file: +(found[1] || 0), line, column: line > 1 ? column : own > 1 ? own : 1 }
}
function site() {
  const place = placeIn(String(new RealError().stack))
  return place && { __proto__: null, line: place.line, column: place.column }
}
function placeOf(error) {
  try { return error && typeof error === 'object' ? placeIn(String(error.stack)) : null } catch { return null }
}

function describe(error) {
  try {
    if (error instanceof RealError || (error && typeof error === 'object' && typeof error.message === 'string')) {
      return (error.name || 'Error') + ': ' + error.message
    }
    return typeof error === 'string' ? error : stringify(error) || String(error)
  } catch { return 'a value that cannot be shown' }
}

/** An error as the run shows it: where it stands in the launched file; one of a called workflow also says where there. */
function thrown(error) {
  const message = cut(error === null || error === undefined ? error + ' was thrown' : describe(error), ${longest.error})
  const place = placeOf(error)
  const child = place === null ? undefined : files[place.file]
  if (child === undefined) return { __proto__: null, message, line: place && place.line, column: place && place.column }
  return {
    __proto__: null,
    message: message + ' (in the workflow "' + child.name + '", line ' + place.line + ', column ' + place.column + ')',
    line: child.site && child.site.line,
    column: child.site && child.site.column,
  }
}

function asText(value, at) {
  if (typeof value === 'string') return value
  if (isThenable(value)) throw new RealTypeError('agent() was given a promise as its prompt: await it first')
  let text
  try { text = typeof value === 'object' && value !== null ? stringify(value) : String(value) } catch { text = describe(value) }
  note('agent() was given a prompt that is not a string; it was turned into text', at)
  return text === undefined ? 'undefined' : text
}

function optionsText(options, at) {
  if (options === undefined || options === null) return '{}'
  if (typeof options !== 'object' || isArray(options)) {
    note('agent() was given options that are not an object; they were ignored', at)
    return '{}'
  }
  let text
  try { text = stringify({ __proto__: null, ...options, failIf: undefined }) } catch (error) { throw new RealTypeError('agent() options are not JSON: ' + describe(error)) }
  if (text.length > LONGEST_OPTIONS) throw new RealRangeError('The options of this agent() call have ' + text.length + ' characters as JSON; at most ' + LONGEST_OPTIONS + ' can be sent')
  return text
}

function failIfOf(options, at) {
  const failIf = options && typeof options === 'object' ? options.failIf : undefined
  if (failIf === undefined || failIf === null || typeof failIf === 'function') return failIf || null
  note('agent() option failIf is not a function and was ignored', at)
  return null
}

const REJECTED = 'The script did not accept this answer (failIf)'

/** Hands an answer over, unless the call's own failIf says that it is none. */
async function accept(id, call, outcome, isSettled) {
  const answer = isSettled ? outcome.value : outcome
  const isAnswer = isSettled ? outcome.status === 'succeeded' || outcome.status === 'flagged' : answer !== null
  if (!isAnswer) return call.resolve(outcome)
  try {
    let verdict = call.failIf(answer)
    if (isThenable(verdict)) verdict = await verdict
    if (!verdict) return call.resolve(outcome)
  } catch (error) {
    note('failIf threw, so the answer counts as not accepted: ' + describe(error), call.site)
  }
  send('reject', { __proto__: null, id })
  const failure = { kind: 'rejected', message: REJECTED }
  call.resolve(isSettled ? { ...outcome, status: 'failed', value: null, failure } : null)
}

function listOf(items, name) {
  if (!items || typeof items === 'string' || typeof items[iterator] !== 'function') {
    throw new RealTypeError(name + ' takes an array, got ' + (items === null ? 'null' : typeof items))
  }
  const most = settings.itemsPerCall
  if (items.length > most) throw new RealRangeError(name + ' takes at most ' + most + ' items, got ' + items.length)
  const all = []
  for (const item of items) {
    if (all.length === most) throw new RealRangeError(name + ' takes at most ' + most + ' items, got more')
    all[all.length] = item
  }
  return all
}

/** All items, or the first of them when the run only tries the script. */
function itemsOf(items, name, at) {
  const all = listOf(items, name)
  const most = settings.sampleItems
  if (most === null || all.length <= most) return all
  note(name + ' was given ' + all.length + ' items, and the first ' + most + ' are tried', at)
  all.length = most
  return all
}

function shown(error, what, at) {
  const { message, line, column } = thrown(error)
  note(what + ' threw, its value is null: ' + message, line === null ? at : { __proto__: null, line, column })
  return null
}

/** Waits for all, in order. Not Promise.all: it would call a "then" that a script may have replaced. */
function gather(all, run) {
  return new RealPromise((resolve) => {
    const values = []
    values.length = all.length
    let left = all.length
    async function one(index) {
      values[index] = await run(all[index], index)
      left -= 1
      if (left === 0) resolve(values)
    }
    for (let index = 0; index < all.length; index++) one(index)
  })
}

async function parallel(thunks) {
  const at = site()
  const all = itemsOf(thunks, 'parallel()', at)
  if (all.length === 0) return []
  const id = ++barriers
  const outer = current
  send('open-barrier', { __proto__: null, id, kind: 'parallel', size: all.length, site: at, within: outer })
  const gathered = gather(all, async (thunk, index) => {
    current = { __proto__: null, id, item: index }
    try {
      if (typeof thunk === 'function') return await thunk()
      if (!isThenable(thunk)) throw new RealTypeError('parallel() takes functions; item ' + index + ' is ' + (thunk === null ? 'null' : typeof thunk))
      note('parallel() takes functions; item ' + index + ' is a promise that already runs', at)
      return await thunk
    } catch (error) { return shown(error, 'parallel() item ' + index, at) }
  })
  current = outer
  const values = await gathered
  current = outer
  send('close-barrier', { __proto__: null, id })
  return values
}

async function pipeline(items, ...stages) {
  const at = site()
  const all = itemsOf(items, 'pipeline()', at)
  for (const stage of stages) if (typeof stage !== 'function') throw new RealTypeError('pipeline() stages are functions, got ' + typeof stage)
  if (all.length === 0) return []
  const id = ++barriers
  const outer = current
  send('open-barrier', { __proto__: null, id, kind: 'pipeline', size: all.length, site: at, within: outer })
  const gathered = gather(all, async (given, index) => {
    try {
      const item = isThenable(given) ? await given : given
      let value = item
      for (const stage of stages) {
        current = { __proto__: null, id, item: index }
        value = await stage(value, item, index)
      }
      return value
    } catch (error) { return shown(error, 'pipeline() item ' + index, at) }
  })
  current = outer
  const values = await gathered
  current = outer
  send('close-barrier', { __proto__: null, id })
  return values
}

const line = (values) => {
  let text = ''
  for (let at = 0; at < values.length; at++) text += (at === 0 ? '' : ' ') + (typeof values[at] === 'string' ? values[at] : describe(values[at]))
  return text
}
const log = (...values) => { send('log', { __proto__: null, message: cut(line(values), ${longest.line}) }) }

const budget = Object.freeze({
  get total() { return settings.budgetTotal },
  spent: () => spent.outputTokens,
  remaining: () => (settings.budgetTotal === null ? Infinity : settings.budgetTotal > spent.outputTokens ? settings.budgetTotal - spent.outputTokens : 0),
  usd: Object.freeze({
    get total() { return spent.capNanoUsd === null ? null : spent.capNanoUsd / 1e9 },
    spent: () => spent.costNanoUsd / 1e9,
    remaining: () => (spent.capNanoUsd === null ? Infinity : spent.capNanoUsd > spent.costNanoUsd ? (spent.capNanoUsd - spent.costNanoUsd) / 1e9 : 0),
  }),
})

function referenceOf(ref) {
  const reference = anyReference(ref)
  const { name, path } = reference
  if ((name || path || '').length > LONGEST_NAME) throw new RealRangeError('workflow() was given a name of ' + (name || path).length + ' characters; at most ' + LONGEST_NAME + ' are looked for')
  return reference
}

function anyReference(ref) {
  if (typeof ref === 'string' && ref !== '') return { __proto__: null, by: 'name', name: ref }
  if (ref && typeof ref === 'object' && typeof ref.scriptPath === 'string') return { __proto__: null, by: 'path', path: ref.scriptPath }
  if (ref && typeof ref === 'object' && typeof ref.script === 'string') return { __proto__: null, by: 'source', source: ref.script }
  if (ref && typeof ref === 'object' && typeof ref.name === 'string') return { __proto__: null, by: 'name', name: ref.name }
  throw new RealTypeError('workflow() takes a name, or { scriptPath } relative to the workspace')
}

/** What one workflow is given: primitives that know its call scope and its current phase. */
function primitivesOf(scope) {
  let currentPhase = scope.phase

  function call(prompt, options, settled) {
    const at = site()
    return new RealPromise((resolve, reject) => {
      const { budgetTotal } = settings
      const overBudget = budgetTotal !== null && spent.outputTokens >= budgetTotal
      const failIf = failIfOf(options, at)
      const text = optionsText(options, at)
      const asked = asText(prompt, at)
      if (asked.length > LONGEST_PROMPT) {
        throw new RealRangeError('The prompt of this agent() call has ' + asked.length + ' characters; at most ' + LONGEST_PROMPT + ' can be sent')
      }
      const own = parse(text).phase
      const id = ++calls
      pending[id] = { resolve, reject, failIf, site: at, context: current }
      send('agent', { __proto__: null, id, scope: scope.path, prompt: asked, optionsText: text, site: at, phase: typeof own === 'string' ? cut(own, ${longest.name}) : currentPhase, settled, overBudget, barrier: current })
    })
  }
  const agent = function agent(prompt, options) { return call(prompt, options, false) }
  agent.settled = function settled(prompt, options) { return call(prompt, options, true) }

  function phase(title) {
    currentPhase = cut(String(title), ${longest.name})
    send('phase', { __proto__: null, title: currentPhase })
  }

  function workflow(ref, args) {
    const at = site()
    return new RealPromise((resolve, reject) => {
      const reference = referenceOf(ref)
      const isInline = reference.by === 'source'
      if (scope.isChild || (isInline && scope.isInline)) {
        throw new RealError('workflow() cannot be called here: a workflow that was called by another may not call a third')
      }
      let argsText
      try { argsText = stringify(args) } catch (error) { throw new RealTypeError('workflow() args are not JSON: ' + describe(error)) }
      const id = ++calls
      pending[id] = { resolve, reject, failIf: null, site: at, argsText, isInline, phase: currentPhase, context: current }
      send('workflow', { __proto__: null, id, scope: scope.path, reference, site: at })
    })
  }

  function checkpoint(options) {
    const at = site()
    return new RealPromise((resolve, reject) => {
      const asked = typeof options === 'string' ? { title: options } : options
      if (!asked || typeof asked !== 'object' || typeof asked.title !== 'string' || asked.title === '') {
        throw new RealTypeError('checkpoint() takes { title, detail, input?, timeoutMs?, default? }')
      }
      const { title, detail, input, timeoutMs, default: fallback } = parse(stringify(asked))
      const isTimed = typeof timeoutMs === 'number' && timeoutMs > 0
      if (timeoutMs !== undefined && timeoutMs !== null && !isTimed) note('checkpoint() timeoutMs is not a number above zero and was ignored', at)
      const hasInput = input !== null && typeof input === 'object' && !isArray(input)
      if (input !== undefined && input !== null && !hasInput) note('checkpoint() input is not a JSON Schema object and was ignored', at)
      const id = ++calls
      pending[id] = { resolve, reject, failIf: null, site: at, context: current }
      send('checkpoint', {
        __proto__: null, id, scope: scope.path, title: cut(title, ${longest.question}), site: at,
        detail: cut(typeof detail === 'string' ? detail : detail === undefined || detail === null ? '' : stringify(detail), ${longest.matter}),
        inputText: hasInput ? stringify(input) : 'null',
        timeoutMs: isTimed ? (timeoutMs < LONGEST_DELAY_MS ? timeoutMs : LONGEST_DELAY_MS) : null,
        hasDefault: fallback !== undefined,
        defaultText: fallback === undefined ? 'null' : stringify(fallback),
      })
    })
  }

  return { agent, phase, workflow, checkpoint, patterns: patternsOf(), ...timersOf(scope) }
}

${patternsSource}
${globalsSource}

/** Source to function: the wrapper's parameters in their order. */
function open(make, scope, args) {
  const { agent, phase, workflow, checkpoint, patterns, setTimeout, clearTimeout, setInterval, clearInterval } = primitivesOf(scope)
  return make(agent, parallel, pipeline, phase, log, args, budget, workflow, checkpoint, patterns, setTimeout, clearTimeout, setInterval, clearInterval)
}

async function runChild(call, path, name, make, file) {
  files[file] = { name, site: call.site }
  const scope = { path, isChild: !call.isInline, isInline: call.isInline, phase: call.phase }
  try {
    const value = await open(make, scope, call.argsText === undefined ? undefined : parse(call.argsText))()
    const text = resultText(value)
    send('workflow-ended', { __proto__: null, scope: path, error: null })
    call.resolve(parse(text))
  } catch (error) {
    const place = placeOf(error)
    const isOwn = place !== null && place.file === file
    send('workflow-ended', { __proto__: null, scope: path, error: { __proto__: null, message: cut(describe(error), ${longest.error}), line: isOwn ? place.line : null, column: isOwn ? place.column : null } })
    call.reject(error)
  }
}

/** JSON of what a workflow gave back; what JSON cannot hold is said, never lost in silence. */
function resultText(value) {
  let lost = null
  const text = stringify(value === undefined ? null : value, (key, inner) => {
    if (inner instanceof RealMap || inner instanceof RealSet) lost = lost || (inner instanceof RealMap ? 'a Map' : 'a Set')
    return inner
  })
  if (text === undefined) lost = 'a ' + typeof value
  if (lost !== null) note('The result contains ' + lost + ', which is not JSON, so that it is empty there: return arrays and plain objects', null)
  return text === undefined ? 'null' : text
}

async function main(make, args) {
  try {
    const value = await open(make, { path: '', isChild: false, isInline: false, phase: null }, args)()
    let text
    try { text = resultText(value) } catch (error) {
      send('throw', { __proto__: null, message: 'The script returned something that is not JSON: ' + cut(describe(error), ${longest.error}), line: null, column: null })
      return
    }
    host('return', text)
  } catch (error) { send('throw', thrown(error)) }
}

return {
  start(make, argsText, settingsText) {
    settings = parse(settingsText)
    spent = { outputTokens: 0, costNanoUsd: 0, capNanoUsd: settings.capNanoUsd }
    // A launch without args gives none: defaults and typeof guards of scripts count on undefined.
    main(make, argsText === 'null' ? undefined : parse(argsText))
  },
  deliver(id, kind, text, spentText, make, file) {
    spent = parse(spentText)
    if (kind === 'timer') return fire(id)
    const call = pending[id]
    delete pending[id]
    if (call === undefined) return
    current = call.context
    if (kind === 'throw') call.reject(new RealError(text))
    else if (kind === 'workflow') {
      const { scope, name } = parse(text)
      runChild(call, scope, name, make, file)
    } else if (call.failIf === null) call.resolve(parse(text))
    else accept(id, call, parse(text), kind === 'settled')
  },
}
})`

/** Goes before a body, on its first line; columns of line 1 are shifted by its length. */
export const wrapperHead =
  '(function (agent, parallel, pipeline, phase, log, args, budget, workflow, checkpoint, patterns, setTimeout, clearTimeout, setInterval, clearInterval) { return async function () {'

/** Goes after a body, on a line of its own because the body may end in a comment. */
export const wrapperTail = '\n} })'
