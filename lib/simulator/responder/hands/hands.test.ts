import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '@/lib/core/base/json'
import { type SimulatorServer, startSimulatorServer } from '../../server'
import { clientOf, createWorkspace, runAgent } from '../../testing'
import { arrayOf, objectOf } from '../../wire/json'

let server: SimulatorServer
let workspace: ReturnType<typeof createWorkspace> | null = null

beforeAll(async () => {
  server = await startSimulatorServer({ speed: 0 })
})
afterAll(() => server.close())
afterEach(() => {
  workspace?.remove()
  workspace = null
})

/** An agent that may change these files and run commands among them. */
async function work(
  files: Readonly<Record<string, string>>,
  prompt: string,
  schema: JsonObject | null = null,
) {
  workspace = createWorkspace(files)
  const { root } = workspace
  const outcome = await runAgent(clientOf(server.url), { prompt, schema, root, hasHands: true })
  return {
    ...outcome,
    answer: objectOf(outcome.answer),
    path: (path: string) => join(root, path),
    read: (path: string) => readFileSync(join(root, path), 'utf8'),
    write: (path: string, text: string) => writeFileSync(join(root, path), text),
    node: (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).status,
  }
}

const text = { type: 'string' }
const whole = { type: 'integer' }
const list = (items: JsonObject): JsonObject => ({ type: 'array', items })
const texts = list(text)
const record = (properties: JsonObject): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
})

describe('a test that it writes', () => {
  const price = 'export function priceOf(count, each) {\n  return count * each + 2\n}\n'
  const asked =
    'Write a test for `priceOf` in `src/price.mjs`. Put it into `src/price.test.mjs` and run it with `node --test src/price.test.mjs`.'

  test('passes as the code is, names what it gave, and fails once the code is broken', async () => {
    const done = await work({ 'src/price.mjs': price }, asked)
    expect(done.text).toContain('`src/price.test.mjs` tests `priceOf`. It passes.')
    expect(done.flags).toEqual([])
    expect(done.read('src/price.test.mjs')).toContain('assert.deepEqual(priceOf(7, 3), 23)')
    expect(done.node('--test', 'src/price.test.mjs')).toBe(0)
    done.write('src/price.mjs', price.replace('+ 2', '+ 3'))
    expect(done.node('--test', 'src/price.test.mjs')).not.toBe(0)
  })

  test('is written for vitest, and for what was exported the old way, where the project says so', async () => {
    const old = await work(
      { 'price.cjs': 'function priceOf(count) {\n  return count * 2\n}\nmodule.exports = { priceOf }\n' },
      'Write a test for `priceOf` in `price.cjs`. Put it into `price.test.cjs` and run it with `node --test`.',
    )
    expect(old.read('price.test.cjs')).toContain("const { priceOf } = require('./price.cjs')")
    expect(old.node('--test')).toBe(0)
    workspace?.remove()
    const modern = await work(
      { 'src/price.mjs': price },
      'Write a vitest test for `priceOf` in `src/price.mjs`. Put it into `src/price.test.mjs` and run it with `false`.',
    )
    expect(modern.read('src/price.test.mjs')).toContain('expect(priceOf(7, 3)).toEqual(23)')
    // It was not seen to pass, and that is said.
    expect(modern.text).toContain('It was not seen to pass.')
  })

  test.each([
    ['does more than give a value', 'export function now() {\n  return Date.now()\n}\n', 'now'],
    ['is not there', 'export const other = (a) => a\n', 'now'],
  ])('is not written where the function %s, and the reason is told', async (_, source, name) => {
    const done = await work(
      { 'src/a.mjs': source },
      `Write a test for \`${name}\` in \`src/a.mjs\`. Put it into \`src/a.test.mjs\`.`,
      record({ testFile: text, passes: { type: 'boolean' }, reason: text }),
    )
    expect(done.answer).toMatchObject({ passes: false, reason: expect.stringMatching(/^(now|src)/) })
    expect(existsSync(done.path('src/a.test.mjs'))).toBe(false)
  })
})

describe('a symbol that it renames', () => {
  const files = {
    'src/user.js': 'export function loadUser(id) {\n  return loadUsers([id])[0]\n}\n',
    'src/list.js':
      "import { loadUser } from './user.js'\nexport const first = () => loadUser(1) ?? loadUser(2)\n",
    'src/other.js': 'export const $loadUser = 1\nexport const loadUserName = 2\n',
    'README.md': 'Call loadUser with an id.\n',
  }

  test('has its new name wherever it stood as a whole word, and nowhere else', async () => {
    const done = await work(
      files,
      'Rename the function `loadUser` to `fetchUser` everywhere.',
      record({ changed: texts, places: whole, open: texts }),
    )
    expect(done.answer).toMatchObject({ places: 5, open: [] })
    expect(arrayOf(done.answer.changed).sort()).toEqual(['README.md', 'src/list.js', 'src/user.js'])
    expect(done.read('src/user.js')).toBe(files['src/user.js'].replace('loadUser(', 'fetchUser('))
    expect(done.read('src/list.js')).toBe(files['src/list.js'].replaceAll('loadUser', 'fetchUser'))
    expect(done.read('src/other.js')).toBe(files['src/other.js'])
  })

  test('is renamed in the files that are its own alone, and a name that is taken is told of', async () => {
    const asked = 'Rename `loadUser` to `fetchUser`. Only these files are yours:\n- src/list.js\n'
    const schema = record({ changed: texts, open: texts })
    const taken = { ...files, 'src/list.js': `const fetchUser = 0\n${files['src/list.js']}` }
    const done = await work(taken, asked, schema)
    expect(done.answer).toEqual({
      changed: ['src/list.js'],
      open: ['src/list.js knew the name fetchUser before.'],
    })
    expect(done.read('src/user.js')).toBe(files['src/user.js'])
  })

  test('has its places listed, proposed for and reconciled before anything is changed', async () => {
    const sites = list(record({ path: text, line: whole, text }))
    const found = await work(
      files,
      'Rename `loadUser` to `fetchUser`: where does it stand?',
      record({ sites }),
    )
    const places = arrayOf(found.answer.sites).map((one) => `${objectOf(one).path}:${objectOf(one).line}`)
    expect(places.sort()).toEqual(['README.md:1', 'src/list.js:1', 'src/list.js:2', 'src/user.js:1'])
    expect(found.read('src/user.js')).toBe(files['src/user.js'])
    workspace?.remove()

    const steps = list(record({ path: text, change: text }))
    const proposed = await work(
      files,
      'Rename `loadUser` to `fetchUser`. Only these files are yours:\n- src/list.js\n',
      record({ interface: text, steps }),
    )
    expect(proposed.answer).toEqual({
      interface: '`fetchUser` takes the place of `loadUser`, with the same parameters and the same result.',
      steps: [{ path: 'src/list.js', change: 'Write fetchUser for loadUser in line 1, 2.' }],
    })
    workspace?.remove()

    const settled = await work(
      files,
      'Rename `loadUser` to `fetchUser`. Settle one interface. src/list.js knows the name fetchUser already.',
      record({ interface: text, decisions: texts, open: texts }),
    )
    expect(settled.answer.open).toEqual([
      'src/list.js has a fetchUser of its own: which of both keeps the name?',
    ])
  })
})

describe('what it takes from sources', () => {
  const bees = [
    '# Bees',
    '',
    'Honey bees dance in the hive to tell others of food. The hive',
    'holds 40,000 bees in summer. It rains.',
    '',
    'Reportedly, bees never sleep at night.',
  ].join('\n')

  test('are sentences as they stand there, with the line in which each begins', async () => {
    const claims = list(record({ claim: text, quote: text, place: text }))
    const done = await work(
      { 'bees.md': bees, 'cats.md': 'Cats dance on roofs and bees watch them.\n' },
      'Question: How do bees dance in the hive?\nSource: bees.md\nExtract claims.',
      record({ claims }),
    )
    expect(arrayOf(done.answer.claims)).toEqual([
      {
        claim: 'Honey bees dance in the hive to tell others of food.',
        quote: 'Honey bees dance in the hive to tell others of food.',
        place: 'line 3',
      },
      {
        claim: 'The hive holds 40,000 bees in summer.',
        quote: 'The hive holds 40,000 bees in summer.',
        place: 'line 3',
      },
      {
        claim: 'Reportedly, bees never sleep at night.',
        quote: 'Reportedly, bees never sleep at night.',
        place: 'line 6',
      },
    ])
  })

  test('is confirmed only where the source says it itself, in those words', async () => {
    const claim = (id: string, quote: string, said = quote) => ({ id, source: 'bees.md', claim: said, quote })
    const claims = [
      claim('C1', 'The hive holds 40,000 bees in summer.'),
      claim('C2', 'Bees have six wings.'),
      claim('C3', 'Reportedly, bees never sleep at night.'),
      claim('C4', 'It rains.', 'Honey is sweet in winter.'),
    ]
    const verdicts = list(record({ id: text, verdict: text, reason: text }))
    const done = await work(
      { 'bees.md': bees },
      `Judge these claims by their quotes:\n${JSON.stringify(claims)}`,
      record({ verdicts }),
    )
    const told = arrayOf(done.answer.verdicts).map(objectOf)
    expect(told.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      'C1 confirmed',
      'C2 unverified',
      'C3 unverified',
      'C4 unverified',
    ])
    expect(told.map(({ reason }) => reason)).toEqual([
      expect.any(String),
      'The quote does not stand in the source.',
      'The source itself does not vouch for it: “Reportedly”.',
      'The quote speaks of something else.',
    ])
  })

  test('is set against what another source says where numbers or a denial differ', async () => {
    const claims = [
      { id: 'C1', source: 'a.md', claim: 'The hive holds 40,000 bees in summer.' },
      { id: 'C2', source: 'b.md', claim: 'A hive holds 60,000 bees in summer.' },
      { id: 'C3', source: 'b.md', claim: 'Worker bees dance near the entrance.' },
      { id: 'C4', source: 'a.md', claim: 'Worker bees do not dance near the entrance.' },
      { id: 'C5', source: 'c.md', claim: 'In summer the hive holds 40,000 bees.' },
    ]
    const pairs = list(record({ claims: texts, reason: text }))
    const { answer } = await work(
      {},
      `Compare:\n${JSON.stringify(claims)}`,
      record({ contradictions: pairs, agreements: pairs }),
    )
    const pairsIn = (name: string) => arrayOf(answer[name]).map((one) => arrayOf(objectOf(one).claims).join())
    expect(pairsIn('contradictions')).toEqual(['C1,C2', 'C2,C5', 'C3,C4'])
    expect(pairsIn('agreements')).toEqual(['C1,C5'])
  })

  test('is said once each in the report, with the id that it rests on', async () => {
    const lines = [
      { id: 'C1', claim: 'Bees dance.', verdict: 'confirmed' },
      { id: 'C2', claim: 'Bees  never sleep.', verdict: 'unverified' },
    ].map((one) => JSON.stringify(one))
    const { text: report } = await work(
      {},
      `Write the answer and cite each claim by its id:\n${lines.join('\n')}`,
    )
    expect(report).toBe('Bees dance. [C1] *Unverified:* Bees never sleep. [C2]')
  })
})

describe('what it repairs', () => {
  test('keeps both sides of a conflict, and what is the same in both once', async () => {
    const conflict =
      'one\n<<<<<<< merged\nshared\nours\n||||||| base\nold\n=======\nshared\ntheirs\n>>>>>>> incoming\nlast\n'
    const done = await work(
      { 'a.txt': conflict },
      `Resolve the conflict in \`a.txt\`.\n\n<<<<<<< merged\n>>>>>>> incoming`,
    )
    expect(done.read('a.txt')).toBe('one\nshared\nours\ntheirs\nlast\n')
    expect(done.text).toContain('what they mean together was not judged')
  })

  test('imports what a failing check does not know, and tries the check again', async () => {
    const output = 'ReferenceError: twice is not defined\n    at file:///x/y (src/use.mjs:2:10)'
    const done = await work(
      {
        'src/twice.mjs': 'export function twice(a) {\n  return a * 2\n}\n',
        'src/use.mjs': '// uses it\nconsole.log(twice(2))\n',
      },
      `The check \`node src/use.mjs\` fails. Fix it.\n<output>\n${output}\n</output>`,
    )
    expect(done.read('src/use.mjs').split('\n')[0]).toBe("import { twice } from './twice.mjs'")
    expect(done.node('src/use.mjs')).toBe(0)
  })

  test('leaves alone what it would have to understand, and says so', async () => {
    const source = 'export const total = (a, b) => a - b\n'
    const done = await work(
      { 'src/total.mjs': source },
      'The check fails. Fix it.\n<output>\nAssertionError: 1 !== 3\n</output>',
    )
    expect(done.read('src/total.mjs')).toBe(source)
    expect(done.text).toContain('Nothing was changed')
  })

  test.each([
    ["const id = createHash('md5')", "const id = createHash('sha256')"],
    ['node.innerHTML = words', 'node.textContent = words'],
  ])('a finding whose repair is known: %s', async (before, after) => {
    const finding = JSON.stringify([{ file: 'src/a.js', line: 2, title: 'odd' }])
    const done = await work(
      { 'src/a.js': `// first\n${before}\n// last\n` },
      `Fix the defect of this finding, and nothing else:\n${finding}`,
    )
    expect(done.read('src/a.js')).toBe(`// first\n${after}\n// last\n`)
    workspace?.remove()
    const other = await work(
      { 'src/a.js': '// first\nreturn a - b\n' },
      `Fix the defect of this finding, and nothing else:\n${finding}`,
    )
    expect(other.read('src/a.js')).toBe('// first\nreturn a - b\n')
    expect(other.text).toContain('Not fixed.')
  })
})

test('functions that no test names are found, with how the project runs its tests', async () => {
  const targets = list(record({ name: text, path: text, reason: text }))
  const { answer } = await work(
    {
      'package.json': '{"devDependencies":{"vitest":"1"}}',
      'src/a.js': 'export function tried(a) {\n  return a\n}\nexport function untried(a) {\n  return a\n}\n',
      'src/clock.js': 'export function clock() {\n  return Date.now()\n}\n',
      'src/a.test.js': "import { tried } from './a.js'\n",
    },
    'Find functions without tests.',
    record({ targets, framework: text, testCommand: text }),
  )
  expect(answer).toMatchObject({ framework: 'vitest', testCommand: 'npx vitest run' })
  expect(arrayOf(answer.targets)).toEqual([
    { name: 'untried', path: 'src/a.js', reason: 'No test names it.' },
    { name: 'clock', path: 'src/clock.js', reason: 'No test names it; it does more than give a value.' },
  ])
})
