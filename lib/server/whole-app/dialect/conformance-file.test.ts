import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { launch } from '../../runs/launch'
import { ran } from '../../testing/scripts'
import { sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.dispose())

const refused = (script: string) => launch(app.app, launchSchema.parse({ script }), null, person('tester'))
const meta = `export const meta = { name: 'test', description: 'a test' }\n`

describe('the file', () => {
  test('may begin with comments of five thousand characters, a hash-bang and Unicode', async () => {
    const script = `#!/usr/bin/env skein\n// ${'ü'.repeat(5000)}\n/* 日本 */\nexport const meta = { name: 'größe', description: '😀' }\nreturn meta.name + '→' + meta.description`
    expect((await ran(app, script)).result).toBe('größe→😀')
  })

  test('keeps unknown keys of its meta, and meta stays in scope', async () => {
    const script = `export const meta = { name: 'a', description: 'b', basedOn: 'c', examples: ['d'], phases: [{ title: 'One', detail: 'x' }] }\nreturn meta`
    const { result, state } = await ran(app, script)
    expect(result).toEqual({
      name: 'a',
      description: 'b',
      basedOn: 'c',
      examples: ['d'],
      phases: [{ title: 'One', detail: 'x' }],
    })
    expect(state.phases.map(({ title }) => title)).toEqual(['One'])
  })

  test('gives any JSON back, and null when it returns nothing', async () => {
    expect((await ran(app, 'return [1, "a", { b: null }, true]')).result).toEqual([1, 'a', { b: null }, true])
    expect((await ran(app, 'const unused = 1')).result).toBeNull()
    expect((await ran(app, 'return undefined')).result).toBeNull()
  })

  test('that throws is a failed run with the line and column of the author', async () => {
    const { state } = await ran(app, `${meta}const a = null\nreturn a.findings`)
    expect(state.run).toMatchObject({
      status: 'failed',
      error: { line: 3, message: expect.stringContaining('TypeError') },
    })
    expect(state.run.error?.column).toBeGreaterThan(0)
  })

  test('that throws on its first line says the column as the author counts it', async () => {
    const { state } = await ran(app, `export const meta = { name: 'n', description: 'd' }; missing()`)
    expect(state.run.error).toMatchObject({ line: 1 })
    expect(state.run.error?.column).toBeGreaterThanOrEqual(54)
    expect(state.run.error?.column).toBeLessThanOrEqual(63)
  })

  test.each([
    ['an import', `${meta}import x from 'y'`, 2],
    ['a require', `${meta}const fs = require('fs')`, 2],
    ['a dynamic import', `${meta}\nawait import('y')`, 3],
    ['types', `${meta}const a: string = 'x'`, 2],
    [
      'a meta that does not come first',
      `const n = 'x'\nexport const meta = { name: n, description: 'd' }`,
      2,
    ],
    ['a meta that is not literal', `export const meta = {\n  name: String(1), description: 'd' }`, 2],
    ['no meta', 'return 1', 1],
  ])('with %s is refused before launch, with its line', async (_, script, line) => {
    await expect(refused(script)).rejects.toMatchObject({ name: 'ScriptError', line })
  })

  test('declares the names of all primitives itself, as constants, functions and parameters', async () => {
    const script = `
const phase = 1, parallel = 2, pipeline = 3, log = 4, args = 5, budget = 6, checkpoint = 7, patterns = 8
function agent() { return 9 }
function workflow() { return 10 }
function gate() { return 11 }
const verify = (agent, phase, setTimeout) => agent + phase + setTimeout
return [phase, parallel, pipeline, log, args, budget, checkpoint, patterns, agent(), workflow(), gate(), verify(1, 2, 3)]`
    expect((await ran(app, script)).result).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 6])
  })
})

describe('the globals', () => {
  test.each([
    ['Date.now()'],
    ['new Date()'],
    ['Date()'],
    ['Math.random()'],
    ['performance.now()'],
    ['crypto.randomUUID()'],
    ['new Intl.DateTimeFormat().format()'],
  ])('%s throws when it is called, with what to do instead', async (code) => {
    const { state } = await ran(app, `return ${code}`)
    expect(state.run.error?.message).toMatch(/not available: .* through args/)
  })

  test('mentioning them is no error', async () => {
    const { result } = await ran(
      app,
      `const keep = [Date.now, Math.random, crypto.randomUUID]; return keep.length`,
    )
    expect(result).toBe(3)
  })

  test('hold what V8 gives and what scripts expect to be there', async () => {
    const { result } = await ran(
      app,
      `const bytes = new TextEncoder().encode('aä€😀')
const controller = new AbortController()
let heard = null
controller.signal.addEventListener('abort', (event) => { heard = event.type })
controller.abort()
const order = []
queueMicrotask(() => order.push('micro'))
await null
const copy = structuredClone({ a: [1, new Map([[1, 2]])], d: new Date(0) })
console.log('seen', { a: 1 }); console.error('x'); console.table([1]); console.assert(true, 'no')
return {
  bytes: [...bytes], text: new TextDecoder().decode(bytes), base: btoa('hi'), back: atob('aGk='), heard, order,
  aborted: controller.signal.aborted, map: copy.a[1].get(1), date: copy.d.toISOString(),
  url: new URL('/a?b=1', 'https://x.org').searchParams.get('b'), query: new URLSearchParams({ q: 'a b' }).toString(),
  number: new Intl.NumberFormat('en-US').format(1234.5), sorted: ['z', 'ä', 'a'].sort(new Intl.Collator('de').compare),
  typeof: [typeof process, typeof require, typeof fetch, typeof module, typeof globalThis.host],
}`,
    )
    expect(result).toEqual({
      bytes: [97, 195, 164, 226, 130, 172, 240, 159, 152, 128],
      text: 'aä€😀',
      base: 'aGk=',
      back: 'hi',
      heard: 'abort',
      order: ['micro'],
      aborted: true,
      map: 2,
      date: '1970-01-01T00:00:00.000Z',
      url: '1',
      query: 'q=a+b',
      number: '1,234.5',
      sorted: ['a', 'ä', 'z'],
      typeof: ['undefined', 'undefined', 'undefined', 'undefined', 'undefined'],
    })
  })

  test('timers fire in their order, intervals repeat until they are cleared', async () => {
    const { result } = await ran(
      app,
      `const seen = []
const gone = setTimeout(() => seen.push('gone'), 5)
clearTimeout(gone)
await new Promise((resolve) => {
  setTimeout((word) => seen.push(word), 30, 'late')
  setTimeout(() => seen.push('soon'), 1)
  const beat = setInterval(() => { seen.push('beat'); if (seen.filter((one) => one === 'beat').length === 2) { clearInterval(beat); resolve() } }, 60)
})
return seen`,
    )
    expect(result).toEqual(['soon', 'late', 'beat', 'beat'])
  })

  const silent = JSON.stringify(sim({ text: 'a first word', fault: { kind: 'body-stall', afterTokens: 1 } }))

  test('a timer that beats an agent wins the race, and the agent is cancelled with the end of the run', async () => {
    const { result, state } = await ran(
      app,
      // It begins and then falls silent: no machine is so slow, or so quick, that it answers first.
      `return await Promise.race([agent(${silent}), new Promise((resolve) => setTimeout(resolve, 10, 'timeout'))])`,
    )
    expect(result).toBe('timeout')
    expect(state.outcomeCounts.cancelled).toBe(1)
  })

  test('args are what was given: a JSON string stays a string, an object an object, nothing is undefined', async () => {
    const script = 'return [typeof args, args]'
    expect((await ran(app, script, { args: '{"a":1}' })).result).toEqual(['string', '{"a":1}'])
    expect((await ran(app, script, { args: { a: [1, null] } })).result).toEqual(['object', { a: [1, null] }])
    expect((await ran(app, script)).result).toEqual(['undefined', null])
  })
})
