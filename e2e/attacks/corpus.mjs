// Text as somebody might send it who wants the server to stand still: bodies, scripts, folders, patterns,
// streams. Each attack comes to an end by itself and says what it was answered.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const script = (body, name = 'attack') => `export const meta = { name: '${name}', description: 'd' }\n${body}`
const sim = (...turns) => `[[sim: ${JSON.stringify(turns.length === 1 ? turns[0] : turns)}]]`
const tool = (name, input) =>
  `await agent(${JSON.stringify(`go ${sim({ toolCalls: [{ name, input }] }, { text: 'done' })}`)})`

/** A folder that holds what an agent, a script or a launch would read of it. */
export function hostileFolder(folder, { isSmall = false } = {}) {
  const agents = join(folder, '.claude', 'agents')
  const workflows = join(folder, '.claude', 'workflows')
  for (const one of [agents, workflows, join(folder, 'many')]) mkdirSync(one, { recursive: true })
  const head = (bytes) => `---\nname: x\n${'k: 1\n'.repeat(bytes / 5)}---\nbody`
  const keys = (count) =>
    `---\n${Array.from({ length: count }, (_, at) => `k${at}: 1`).join('\n')}\n---\nbody`
  for (const [at, size] of [20_000, 60_000, 199_000].entries())
    writeFileSync(join(agents, `bytes-${at}.md`), head(size))
  writeFileSync(join(agents, 'keys.md'), keys(3_000))
  writeFileSync(join(agents, 'commas.md'), `---\ntools: ${'a,'.repeat(15_000)}\n---\nbody`)
  writeFileSync(join(agents, 'deep.md'), `---\na: ${'['.repeat(30_000)}\n---\nbody`)
  writeFileSync(join(agents, 'aliases.md'), `---\na: &a [x]\n${'b: [*a, *a]\n'.repeat(2_000)}---\nbody`)
  writeFileSync(
    join(agents, 'honest.md'),
    '---\nname: honest\ndescription: Reads: everything\n---\nBe honest.',
  )
  symlinkSync('.', join(workflows, 'a'))
  symlinkSync('.', join(workflows, 'b'))
  const size = isSmall ? 0.1 : 1
  writeFileSync(join(workflows, 'groups.js'), script(`return ${groups(30_000 * size)}`, 'groups'))
  writeFileSync(join(workflows, 'names.js'), script(names(80_000 * size), 'names'))
  for (let at = 0; at < 5_000; at++) writeFileSync(join(folder, 'many', `file-${at}.txt`), 'a'.repeat(40))
  writeFileSync(join(folder, 'long.txt'), 'a'.repeat(2_000_000))
  writeFileSync(join(folder, '.gitignore'), '*a*a*a*a*a*a*b\n'.repeat(200))
}

const groups = (count) => `/${Array(count).fill('(?<g>a)').join('|')}/`
const names = (count) => Array.from({ length: count }, (_, at) => `let a${at}`).join(';')

/** Everything there is. `isShort` marks what a test throws; all of it is what `npm run attacks` throws. */
export const corpus = [
  body(
    'a body of wide args',
    () => `{"script":${JSON.stringify(script('return 1'))},"args":[${'[],'.repeat(900_000)}[]]}`,
    true,
  ),
  body(
    'a body nested a million deep',
    () => `{"args":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`,
    true,
  ),
  body(
    '300,000 bad phases',
    () => JSON.stringify({ script: script('return 1'), phases: many(300_000) }),
    true,
  ),
  body('9,000 bad phases', () => JSON.stringify({ script: script('return 1'), phases: many(9_000) }), true),
  body('a body of eight megabytes', () => JSON.stringify({ script: 'x'.repeat(8_000_000) })),
  body('a number without end', () => `{"script":"x","args":${'9'.repeat(2_000_000)}}`),
  source('86,000 phases and agents written out', () => script("phase('a');agent('b');".repeat(86_000)), true),
  source('a pattern of 30,000 groups of one name', () => script(`return ${groups(30_000)}`)),
  source('80,000 names', () => script(names(80_000)), true),
  source('a hundred thousand brackets', () => script('['.repeat(100_000))),
  source('a hundred thousand arrows', () => script('a=>'.repeat(100_000))),
  source(
    'a meta of a thousand times a thousand',
    () => `export const meta = { name: 'x', description: 'd', phases: [${'{title:"a"},'.repeat(90_000)}] }`,
  ),
  source('two megabytes of one template', () => script(`return \`${'$'.concat('{1}').repeat(400_000)}\``)),
  run('definitions with hostile heads', "return await agent('hi', { agentType: 'honest' })", true),
  run(
    'a glob that stands for thousands',
    tool('list_files', { glob: `${'{a,b}'.repeat(6)}/${'**/a/'.repeat(90)}` }),
    true,
  ),
  run('a glob of stars', tool('list_files', { glob: `${'*a'.repeat(200)}b` })),
  run('a catastrophic pattern', tool('search_files', { pattern: '(a+)+$|(a|a)*b' }), true),
  run(
    'three of them at once',
    `await parallel([1, 2, 3].map(() => async () => { ${tool('search_files', { pattern: '^(a|a)*$b' })} }))`,
  ),
  run(
    'a tool input that is none',
    tool('read_file', { path: 'x'.repeat(500_000), [`${'k'.repeat(100_000)}`]: 1 }),
  ),
  run(
    'a workflow that is looked for in a loop of links',
    "try { await workflow('nope') } catch (error) { return String(error) }",
    true,
  ),
  run('a line of fifty megabytes', "log('x'.repeat(5e7)); return 1", true),
  run('a hundred thousand lines', "for (let i = 0; i < 100000; i++) log('line ' + i); return 1", true),
  run('five thousand phases', "for (let i = 0; i < 5000; i++) phase('p' + i); return await agent('x')"),
  run(
    'a schema that takes for ever',
    `try { await agent('x', { schema: { type: 'object', patternProperties: { '^(a+)+$': {} }, propertyNames: { pattern: '^(a+)+$' } } }) } catch (error) { return String(error) }`,
  ),
  run('an answer of a hundred megabytes', "return 'x'.repeat(1e8)"),
  run('an answer nested too deep', 'let a = []; for (let i = 0; i < 3e4; i++) a = [a]; return a'),
  {
    name: 'a cancel while links are walked',
    isShort: true,
    async attack({ post, workspace }) {
      const { body } = await post('/api/runs', {
        script: script("await workflow('nope'); return 1"),
        workspace,
      })
      const { status } = await post(`/api/runs/${body.id}/cancel`, {})
      return `cancel answered ${status}`
    },
  },
  {
    name: 'every event stream that one client can get',
    isShort: true,
    async attack({ base }) {
      const controllers = Array.from({ length: 400 }, () => new AbortController())
      // Held on to: a response that nobody holds is let go, and its stream with it.
      const answers = await Promise.all(
        controllers.map(({ signal }) =>
          fetch(`${base}/api/events`, { signal, headers: { 'user-agent': 'greedy' } }),
        ),
      )
      const count = (wanted) => answers.filter(({ status }) => status === wanted).length
      const said = `${count(200)} given, ${count(429)} refused`
      for (const controller of controllers) controller.abort()
      return said
    },
  },
  {
    name: 'a folder of hostile workflows',
    isShort: true,
    async attack({ base, workspace }) {
      const answer = await fetch(`${base}/api/workflows?workspace=${encodeURIComponent(workspace)}`)
      const { workflows } = await answer.json()
      return `${workflows.filter(({ origin }) => origin === 'workspace').length} told of`
    },
  },
  {
    name: 'twenty hostile sources at once',
    async attack({ post }) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          post('/api/workflows/check', { source: script(`${names(60_000)};let z${at}=1`) }),
        ),
      )
      return `${answers.filter(({ status }) => status === 200).length} answered`
    },
  },
]

/** Honest calls of what is attacked: loading a program for the first time is no attack. */
export const honest = [
  body('an honest body', () => JSON.stringify({ script: script('return 1') })),
  source('an honest source', () => script("phase('a'); await agent('b')")),
  run('an honest run', tool('list_files', {})),
  run('an honest definition', "return await agent('hi', { agentType: 'general-purpose' })"),
  {
    name: 'an honest stream',
    async attack({ base }) {
      const controller = new AbortController()
      const { status } = await fetch(`${base}/api/events`, { signal: controller.signal })
      controller.abort()
      return String(status)
    },
  },
]

function many(count) {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, 1]))
}

function body(name, make, isShort = false) {
  return { name, isShort, attack: async ({ post }) => told(await post('/api/runs', make())) }
}

function source(name, make, isShort = false) {
  return {
    name,
    isShort,
    async attack({ post }) {
      const answer = await post('/api/workflows/check', { source: make() })
      const [problem] = answer.body?.problems ?? []
      return problem === undefined ? told(answer) : problem.message.slice(0, 90)
    },
  }
}

function run(name, body, isShort = false) {
  return {
    name,
    isShort,
    async attack({ post, base, workspace }) {
      const { status, body: launched } = await post('/api/runs', { script: script(body), workspace })
      if (status !== 201) return `refused with ${status}`
      for (;;) {
        const { run } = await (await fetch(`${base}/api/runs/${launched.id}`)).json()
        if (run.endedAt !== null)
          return `${run.status}${run.error === null ? '' : `: ${run.error.message.slice(0, 70)}`}`
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
  }
}

function told({ status, bytes }) {
  return `${status}, ${bytes.toLocaleString('en')} bytes`
}
