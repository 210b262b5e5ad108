import { longest } from '@/lib/core/base/text-bounds'
import { primitiveNames } from '../wrapper'
import { accept } from './agent-call'
import { chanceGlobals, replaceBuiltIns } from './chance'
import { note, send, sendText } from './host'
import { placeOf, thrown } from './places'
import { log, primitivesOf } from './primitives'
import { type Pending, type Settings, type Spent, state } from './state'
import { apply, parse, RealError, RealMap, RealSet, stringify } from './taken-aside'
import { cut, describe } from './texts'
import { fire, timersOf } from './timers'
import { webGlobals } from './web'
import type { Scope } from './workflow-call'

// The code around a script inside the sandbox. It is bundled into one text (`build-entries.mjs`) and
// evaluated by the sandbox's own engine, which gives it `host` to speak to and takes `start` and `deliver` by
// `provide`. Every workflow called by another has primitives of its own. What a script can overwrite is taken
// aside first, and what is sent has no prototype, so a script which bends the language only ever harms
// itself.

/** A script's source, wrapped (`wrapper.ts`): given its primitives, it gives the function that runs it. */
type Make = (...primitives: unknown[]) => () => Promise<unknown>

installGlobals()

function installGlobals(): void {
  replaceBuiltIns()
  const silent = () => {}
  const console = {
    log,
    info: log,
    warn: log,
    error: log,
    debug: log,
    table: log,
    group: log,
    dir: log,
    groupCollapsed: log,
    trace: silent,
    groupEnd: silent,
    time: silent,
    timeEnd: silent,
    timeLog: silent,
    count: silent,
    countReset: silent,
    assert: (condition: unknown, ...values: unknown[]) => {
      if (!condition) log('Assertion failed:', ...values)
    },
  }
  const globals = { ...webGlobals, ...chanceGlobals, console, ...timersOf('') }
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
}

/** Hands the sandbox what it calls from then on. */
declare const provide: (surface: { start: typeof start; deliver: typeof deliver }) => void

provide({ start, deliver })

/** Runs a script until it rests. `argsText`, `settingsText`: JSON. */
function start(make: Make, argsText: string, settingsText: string): void {
  const settings: Settings = parse(settingsText)
  state.settings = settings
  state.spent = { outputTokens: 0, costNanoUsd: 0, capNanoUsd: settings.capNanoUsd }
  // A launch without args gives none: defaults and typeof guards of scripts count on undefined.
  main(make, argsText === 'null' ? undefined : parse(argsText))
}

/** Tells the script one fact. `make` and `file` come with a workflow that was called. */
function deliver(
  id: number,
  kind: string,
  text: string,
  spentText: string,
  make?: Make,
  file?: number,
): void {
  const spent: Spent = parse(spentText)
  state.spent = spent
  if (kind === 'timer') {
    fire(id)
    return
  }
  const call = state.pending[id]
  delete state.pending[id]
  if (call === undefined) return
  state.current = call.context
  if (kind === 'throw') call.reject(new RealError(text))
  else if (kind === 'workflow') {
    if (make === undefined || file === undefined) return
    const { scope, name } = parse(text)
    runChild(call, { path: scope, name, make, file })
  } else if (call.failIf === null) call.resolve(parse(text))
  else accept(id, call, call.failIf, { outcome: parse(text), isSettled: kind === 'settled' })
}

/** Source to function: the wrapper's parameters in their order. */
function open(make: Make, scope: Scope, args: unknown): () => Promise<unknown> {
  const primitives = primitivesOf(scope, args)
  const values: unknown[] = []
  for (let at = 0; at < primitiveNames.length; at++) values[at] = primitives[primitiveNames[at] ?? '']
  return apply(make, undefined, values)
}

async function main(make: Make, args: unknown): Promise<void> {
  try {
    const value = await open(make, { path: '', isChild: false, isInline: false, phase: null }, args)()
    let text: string
    try {
      text = resultText(value)
    } catch (error) {
      const message = `The script returned something that is not JSON: ${cut(describe(error), longest.error)}`
      send('throw', { __proto__: null, message, line: null, column: null })
      return
    }
    sendText('return', text)
  } catch (error) {
    send('throw', thrown(error))
  }
}

/** Runs a called workflow; `path` is its call scope, `file` the number of its file. */
async function runChild(
  call: Pending,
  { path, name, make, file }: { path: string; name: string; make: Make; file: number },
): Promise<void> {
  if (call.workflow === null) return
  const { argsText, isInline, phase } = call.workflow
  state.files[file] = { name, site: call.site }
  try {
    const scope = { path, isChild: !isInline, isInline, phase }
    const value = await open(make, scope, argsText === undefined ? undefined : parse(argsText))()
    const text = resultText(value)
    send('workflow-ended', { __proto__: null, scope: path, error: null })
    call.resolve(parse(text))
  } catch (error) {
    const place = placeOf(error)
    const own = place !== null && place.file === file ? place : null
    const message = cut(describe(error), longest.error)
    const ended = { __proto__: null, message, line: own?.line ?? null, column: own?.column ?? null }
    send('workflow-ended', { __proto__: null, scope: path, error: ended })
    call.reject(error)
  }
}

/** JSON of what a workflow gave back; what JSON cannot hold is said, never lost in silence. */
function resultText(value: unknown): string {
  let lost: string | null = null
  const text: string | undefined = stringify(value === undefined ? null : value, (_key, inner: unknown) => {
    if (inner instanceof RealMap || inner instanceof RealSet)
      lost ??= inner instanceof RealMap ? 'a Map' : 'a Set'
    return inner
  })
  if (text === undefined) lost = `a ${typeof value}`
  if (lost !== null)
    note(
      `The result contains ${lost}, which is not JSON, so that it is empty there: return arrays and plain objects`,
      null,
    )
  return text === undefined ? 'null' : text
}
