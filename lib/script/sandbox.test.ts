import { describe, expect, it } from 'vitest'
import { realClock } from '@/lib/server/testing/real-clock'
import { defaultSandboxLimits } from './protocol'
import { createSandboxes } from './sandbox'
import { runScript, sandboxEntry } from './testing'

const meta = `export const meta = { name: 'test', description: 'a test' }\n`

const run = (
  body: string,
  answer: Parameters<typeof runScript>[1] = (prompt) => `re: ${prompt}`,
  settings?: Parameters<typeof runScript>[2],
) => runScript(meta + body, answer, settings)

describe('primitives', () => {
  it('agent resolves to the answer and the return value is the result', async () => {
    const { returned } = await run(`const a = await agent('one'); return { a }`)
    expect(returned).toEqual({ a: 're: one' })
  })

  it('parallel keeps order, turns a throw into null and says so', async () => {
    const { returned, commands } = await run(
      `return await parallel([() => agent('a'), () => { throw new Error('no') }, async () => missing, () => agent('b')])`,
    )
    expect(returned).toEqual(['re: a', null, null, 're: b'])
    const notes = commands
      .filter((command) => command.do === 'note')
      .map((command) => (command.do === 'note' ? command.message : ''))
    expect(notes.some((note) => note.includes('no'))).toBe(true)
    expect(notes.some((note) => note.includes('missing'))).toBe(true)
  })

  it('a try runs the first items of every fan-out, in order, and says how many there were', async () => {
    const { returned, commands } = await run(
      `const all = ['a', 'b', 'c', 'd']
       const said = await parallel(all.map((one) => () => agent(one)))
       const piped = await pipeline(new Set(all), (one) => agent(one))
       return { said, piped, few: await parallel([() => 1]) }`,
      (prompt) => prompt,
      { sampleItems: 2 },
    )
    expect(returned).toEqual({ said: ['a', 'b'], piped: ['a', 'b'], few: [1] })
    expect(commands.flatMap((command) => (command.do === 'note' ? [command.message] : []))).toEqual([
      'parallel() was given 4 items, and the first 2 are tried',
      'pipeline() was given 4 items, and the first 2 are tried',
    ])
  })

  it('parallel of nothing is nothing', async () => {
    expect((await run('return await parallel([])')).returned).toEqual([])
  })

  it('pipeline hands previous, item and index to each stage and passes a returned null on', async () => {
    const { returned } = await run(
      `return await pipeline(['x', 'y'], (p, item, i) => (i === 0 ? null : agent(p + item + i)), (p, item, i) => [p, item, i])`,
    )
    expect(returned).toEqual([
      [null, 'x', 0],
      ['re: yy1', 'y', 1],
    ])
  })

  it('a throwing pipeline stage makes its item null and skips the stages after it', async () => {
    const { returned, commands } = await run(
      `return await pipeline([1, 2], (p) => { if (p === 1) throw new Error('bad'); return p }, (p) => agent('s' + p))`,
    )
    expect(returned).toEqual([null, 're: s2'])
    expect(commands.filter((command) => command.do === 'agent')).toHaveLength(1)
  })

  it('more than the allowed items throws instead of truncating', async () => {
    const { thrown } = await run('return await parallel(Array.from({ length: 5000 }, () => () => 1))')
    expect(thrown).toMatchObject({ message: expect.stringContaining('at most 4096') })
  })

  it('the phase set before a call is the phase of the call unless its options name one', async () => {
    const { commands } = await run(
      `phase('A'); await agent('1'); phase('B'); await agent('2', { phase: 'C' }); await agent('3')`,
    )
    expect(commands.filter((c) => c.do === 'agent').map((c) => (c.do === 'agent' ? c.phase : null))).toEqual([
      'A',
      'C',
      'B',
    ])
  })

  it('a script may declare the names of the primitives itself', async () => {
    const { returned } = await run(
      `const f = (phase, pipeline, budget) => phase + pipeline + budget; const verify = 1, gate = 2, run = 3, sleep = 4, input = 5; return f(verify, gate, run) + sleep + input`,
    )
    expect(returned).toBe(15)
  })

  it('args arrive as they were given and meta stays in scope', async () => {
    expect(
      (await run('return [args, meta.name]', undefined, { args: { deep: [1, null] } })).returned,
    ).toEqual([{ deep: [1, null] }, 'test'])
    expect((await run('return args', undefined, { args: '{"a":1}' })).returned).toBe('{"a":1}')
  })

  it('timers run and can be cleared', async () => {
    const { returned } = await run(
      `const seen = []; const t = setTimeout(() => seen.push('no'), 5); clearTimeout(t); await new Promise((r) => setTimeout(r, 60000, 1)); seen.push('yes'); return seen`,
    )
    expect(returned).toEqual(['yes'])
  })

  it('a call knows the line and column it stands at, on the first line too', async () => {
    const { commands } = await runScript(
      `export const meta = { name: 'n', description: 'd' }; await agent('here')\nif (true) {\n  await agent('there')\n}`,
      () => 'x',
    )
    const sites = commands.filter((c) => c.do === 'agent').map((c) => (c.do === 'agent' ? c.site : null))
    expect(sites[0]?.line).toBe(1)
    expect(sites[0]?.column).toBeGreaterThanOrEqual(54)
    expect(sites[0]?.column).toBeLessThanOrEqual(65)
    expect(sites[1]?.line).toBe(3)
  })

  it('a prompt that contains an earlier answer depends on that call only', async () => {
    const { commands } = await run(
      `const [a, b] = await parallel([() => agent('first'), () => agent('second')]); await agent('check: ' + JSON.stringify(b)); await agent('use ' + a.text); return 0`,
      (prompt) => ({ text: `${prompt}: this is the long answer to a prompt`, other: 1 }),
    )
    const flows = commands.filter((c) => c.do === 'agent').map((c) => (c.do === 'agent' ? c.dependsOn : []))
    expect(flows).toEqual([[], [], [2], [1]])
  })
})

describe('barriers', () => {
  it('every call says in which item it was made, after awaits, timers, stages and barriers inside too', async () => {
    const { commands } = await run(
      `await agent('before')
await parallel([
  async () => { await agent('a'); await agent('a2'); await new Promise((done) => setTimeout(done, 5)); return agent('a3') },
  async () => { await parallel([() => agent('inner')]); return agent('b2') },
])
await pipeline(['x', 'y'], (item) => agent('first ' + item), (said, item) => agent('second ' + item))
return await agent('after')`,
      () => 'x',
    )
    const places = commands.flatMap((c) =>
      c.do === 'agent' ? [[c.prompt, c.barrier && [c.barrier.id, c.barrier.item]]] : [],
    )
    expect(Object.fromEntries(places)).toEqual({
      before: null,
      a: [1, 0],
      a2: [1, 0],
      a3: [1, 0],
      inner: [2, 0],
      b2: [1, 1],
      'first x': [3, 0],
      'second x': [3, 0],
      'first y': [3, 1],
      'second y': [3, 1],
      after: null,
    })
    const opened = commands.flatMap((c) => (c.do === 'open-barrier' ? [[c.id, c.within]] : []))
    expect(opened).toEqual([
      [1, null],
      [2, { id: 1, item: 1 }],
      [3, null],
    ])
  })
})

describe('isolation', () => {
  it.each([
    ['Date.now()', 'Date.now()'],
    ['new Date()', 'new Date()'],
    ['Math.random()', 'Math.random()'],
  ])('%s throws when it is called', async (code, name) => {
    const { thrown } = await run(`const keep = Math.random; return ${code}`)
    expect(thrown).toMatchObject({ message: expect.stringContaining(name), line: 2 })
  })

  it('dates with arguments work', async () => {
    expect(
      (
        await run(
          `const d = new Date('2026-01-02T03:04:05Z'); return [d.toISOString(), d instanceof Date, new Date(0).getTime(), Date.UTC(2020, 1)]`,
        )
      ).returned,
    ).toEqual(['2026-01-02T03:04:05.000Z', true, 0, 1580515200000])
  })

  it('an endless loop is ended with a sentence', async () => {
    const { thrown } = await run('while (true) {}', undefined, { limits: { cpuMs: 200 } })
    expect(thrown).toMatchObject({ message: expect.stringContaining('endless loop') })
  })

  it('an endless loop after an await is ended too', async () => {
    const { thrown } = await run(`await agent('x'); for (;;) {}`, undefined, { limits: { cpuMs: 200 } })
    expect(thrown).toMatchObject({ message: expect.stringContaining('endless loop') })
  })

  it('a memory bomb is refused', async () => {
    const { thrown } = await run(
      `const a = []; for (;;) a.push(new Array(100000).fill('xxxxxxxxxxxxxxxx' + a.length))`,
      undefined,
      { limits: { memoryBytes: 32 * 1024 * 1024, cpuMs: 20_000 } },
    )
    expect(thrown).toMatchObject({ message: expect.stringContaining('memory') })
  })

  it('endless recursion is an error of the script', async () => {
    const { thrown } = await run('const f = () => f() + 1; return f()')
    expect(thrown).toBeDefined()
  })

  it('there is no way out to the host', async () => {
    const { returned } = await run(
      `return [typeof process, typeof require, typeof fetch, agent.constructor('return typeof process')(), typeof globalThis.host]`,
    )
    expect(returned).toEqual(['undefined', 'undefined', 'undefined', 'undefined', 'undefined'])
  })

  it('a thrown non-error and a cycle are told as they are', async () => {
    expect((await run(`throw { message: 'odd' }`)).thrown).toMatchObject({ message: 'Error: odd' })
    expect((await run(`throw 'plain'`)).thrown).toMatchObject({ message: 'plain' })
    expect((await run(`const a = {}; a.a = a; return a`)).thrown).toMatchObject({
      message: expect.stringContaining('not JSON'),
    })
  })

  it('an error names the line and column of the author', async () => {
    const { thrown } = await run(`const a = 1\nawait agent('x')\nreturn nothing.here`)
    expect(thrown).toMatchObject({ line: 4, message: expect.stringContaining('nothing') })
  })
})

describe('what V8 would say', () => {
  it('URL, localeCompare and toLocaleString give what V8 gives', async () => {
    const { returned } = await run(
      `const u = new URL('/a?b=1&c=%20', 'https://x.org:8080'); return [u.href, u.searchParams.get('b'), ['ä','z','a'].sort((a, b) => a.localeCompare(b, 'de')), (1234567.891).toLocaleString(), new Date(0).toLocaleDateString('en-US')]`,
    )
    expect(returned).toEqual([
      'https://x.org:8080/a?b=1&c=%20',
      '1',
      ['a', 'ä', 'z'],
      '1,234,567.891',
      '1/1/1970',
    ])
  })
})

describe('what a script is given', () => {
  it('goes by its own name, and stands among the globals without being counted there', async () => {
    const { returned } = await run(
      `const given = { agent, settled: agent.settled, parallel, pipeline, phase, log, workflow, checkpoint, setTimeout, URL, AbortSignal, structuredClone }
       const wrong = Object.entries(given).filter(([name, one]) => one.name !== name).map(([name]) => name)
       return [wrong, Object.keys(globalThis).filter((name) => name !== 'globalThis'), typeof host, typeof provide]`,
    )
    expect(returned).toEqual([[], [], 'undefined', 'undefined'])
  })

  it('is told in the order in which it was asked for, tick by tick', async () => {
    const { returned } = await run(
      `const order = []
       const ticks = async (count) => { for (let at = 0; at < count; at++) { await undefined; order.push(at) } }
       const runs = [
         ticks(7),
         parallel([() => order.push('one'), async () => order.push('two')]).then(() => order.push('parallel')),
         pipeline([1], (item) => item).then(() => order.push('pipeline')),
         parallel([]).then(() => order.push('empty')),
       ]
       for (const one of runs) await one
       return order.join(' ')`,
    )
    expect(returned).toBe('one two 0 empty 1 2 3 parallel pipeline 4 5 6')
  })
})

describe('threads', () => {
  it('a sandbox that is closed twice leaves its thread to the next script unharmed', async () => {
    const sandboxes = createSandboxes({ entry: sandboxEntry, clock: realClock, mostThreads: 4 })
    const start = {
      body: 'return 1',
      args: null,
      budgetTotal: null,
      sampleItems: null,
      capNanoUsd: null,
      limits: defaultSandboxLimits,
    }
    for (let round = 0; round < 3; round++) {
      const sandbox = sandboxes.open(start)
      expect(await sandbox.start()).toMatchObject({ commands: [{ do: 'return', value: 1 }] })
      await Promise.all([sandbox.close(), sandbox.close()])
    }
    await sandboxes.close()
  })

  it('nothing of one script is left for the next in the same thread', async () => {
    await run(`globalThis.left = 1; Array.prototype.extra = 2; return 0`)
    expect((await run('return [typeof globalThis.left, [].extra ?? null]')).returned).toEqual([
      'undefined',
      null,
    ])
  })
})
