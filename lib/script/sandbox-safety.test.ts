import { describe, expect, it } from 'vitest'
import { runScript } from './testing'

const meta = `export const meta = { name: 'test', description: 'a test' }\n`
const run = (body: string, settings?: Parameters<typeof runScript>[2]) =>
  runScript(meta + body, (prompt) => ({ said: `re: ${prompt}` }), settings)

describe('a script that bends the language', () => {
  it.each([
    ["Array.prototype.map = () => { throw new Error('map') }"],
    ["Array.prototype.push = () => { throw new Error('push') }"],
    ["JSON.parse = JSON.stringify = () => { throw new Error('JSON') }"],
    ["Promise.all = Promise.resolve = () => { throw new Error('all') }"],
    ["Promise.prototype.then = () => { throw new Error('then') }"],
    ["globalThis.Promise = function () { throw new Error('Promise') }"],
    ["Map.prototype.get = Map.prototype.set = () => { throw new Error('Map') }"],
    ["RegExp.prototype.exec = () => { throw new Error('exec') }"],
    ['Object.prototype.toJSON = () => "changed"'],
    ['Error.stackTraceLimit = 0'],
    ['globalThis.Error = globalThis.TypeError = undefined'],
    ["Reflect.apply = Object.keys = () => { throw new Error('Reflect') }"],
  ])('%s still runs its agents and barriers', async (trick) => {
    const { returned, thrown, commands } = await run(
      `${trick}
const a = await agent('one', { label: 'l' })
const [b] = await parallel([() => agent('two')])
const [c] = await pipeline([1], () => agent('three'))
return [a.said, b.said, c.said].join()`,
    )
    expect(thrown).toBeUndefined()
    expect(returned).toBe('re: one,re: two,re: three')
    expect(commands.filter((command) => command.do === 'agent')).toMatchObject([
      { prompt: 'one' },
      { prompt: 'two' },
      { prompt: 'three' },
    ])
  })

  it.each([
    ['Object.prototype.then = function (resolve) { resolve("taken over") }'],
    ["Object.defineProperty(Array.prototype, '0', { set() { throw new Error('set') } })"],
    ["Array.prototype[Symbol.iterator] = () => { throw new Error('iterator') }"],
    ['Error.prepareStackTrace = () => { throw new Error("stack") }'],
    ['Object.freeze(Object.prototype); Object.freeze(Array.prototype)'],
  ])('%s harms only itself', async (trick) => {
    await run(`${trick}; const a = await agent('one'); return 'ended'`)
    expect((await run('return 1')).returned).toBe(1)
  })

  it.each([
    ["agent.constructor('return typeof process')()"],
    ["(async () => {}).constructor('return typeof process')()"],
    ["parallel.constructor.constructor('return typeof require')()"],
    ["this?.constructor?.constructor('return typeof process')() ?? 'undefined'"],
    ["Object.getPrototypeOf(budget).constructor.constructor('return typeof fetch')()"],
    ["new Function('return typeof globalThis.host')()"],
    ["(0, eval)('typeof process')"],
    ['typeof WebAssembly'],
  ])('%s finds nothing of the host', async (code) => {
    expect((await run(`return await (${code})`)).returned).toBe('undefined')
  })

  it('cannot reach another script through what it leaves behind', async () => {
    await run(`Object.prototype.then = null; globalThis.agent = () => 'stolen'; return 0`)
    expect((await run(`return (await agent('x')).said`)).returned).toBe('re: x')
  })
})

describe('what a script gives back', () => {
  it.each([
    ['const a = []; a.push(a); return a', /not JSON/],
    ['return { n: 1n }', /not JSON.*BigInt/i],
    [
      'let deep = []; for (let at = 0; at < 5000; at++) deep = [deep]; return deep',
      /nested more than 500|not JSON/,
    ],
    ['return { get a() { throw new Error("getter") } }', /not JSON.*getter/],
  ])('%s fails with a sentence', async (body, sentence) => {
    expect((await run(body)).thrown?.message).toMatch(sentence)
  })

  it.each([
    ['return new Map([[1, 2]])', {}, 'a Map'],
    ['return { deep: [new Set([1])] }', { deep: [{}] }, 'a Set'],
    ['return () => 1', null, 'a function'],
    ["return Symbol('s')", null, 'a symbol'],
  ])('%s is kept as JSON can, and what is lost is said', async (body, value, lost) => {
    const { returned, commands } = await run(body)
    expect(returned).toEqual(value)
    expect(commands).toContainEqual(
      expect.objectContaining({ do: 'note', message: expect.stringContaining(lost) }),
    )
  })

  it('a promise that never resolves leaves it at rest with nothing asked', async () => {
    const { returned, thrown, commands } = await run('await new Promise(() => {})')
    expect([returned, thrown, commands]).toEqual([undefined, undefined, []])
  })

  it('a thenable is awaited like a promise', async () => {
    expect((await run(`return { then(resolve) { resolve('late') } }`)).returned).toBe('late')
    expect(
      (await run(`return await parallel([() => ({ then: (yes) => yes(2) }), { then: (yes) => yes(3) }])`))
        .returned,
    ).toEqual([2, 3])
  })
})

describe('a script that asks for too much', () => {
  it('in one breath is ended with a sentence, and the thread serves the next', async () => {
    const { thrown } = await run(`for (;;) log('x')`, { limits: { cpuMs: 20_000 } })
    expect(thrown?.message).toMatch(/more than 250,000 things/)
    expect((await run('return 1')).returned).toBe(1)
  })

  it('of its stack gets an error that it can catch', async () => {
    const body = `const f = (n) => f(n + 1) + 1; try { f(0) } catch (error) { return error.name } `
    expect((await run(body)).returned).toMatch(/InternalError|RangeError/)
  })
})

describe('a called workflow', () => {
  const workflows = {
    child: `export const meta = { name: 'child', description: 'd' }; phase('Mine'); const a = await agent('in'); globalThis.shared = 1; return [a.said, args]`,
    syntax: `export const meta = { name: 'syntax', description: 'd' }\nreturn 1`,
  }

  it('has a phase of its own that begins as its caller stood, and leaves the caller where it was', async () => {
    const { commands, returned } = await run(
      `phase('A'); const got = await workflow('child', [1]); await agent('out'); return got`,
      { workflows },
    )
    expect(returned).toEqual(['re: in', [1]])
    expect(commands.filter((command) => command.do === 'agent')).toMatchObject([
      { prompt: 'in', phase: 'Mine', scope: 'child#0', site: { line: 1 } },
      { prompt: 'out', phase: 'A', scope: '' },
    ])
  })

  it('gets a copy of its args, and gives a copy of its result', async () => {
    const { returned } = await run(
      `const given = { list: [1] }; const got = await workflow('child', given); given.list.push(2); return got[1]`,
      { workflows },
    )
    expect(returned).toEqual({ list: [1] })
  })
})
