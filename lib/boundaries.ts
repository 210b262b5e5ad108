/** The import boundaries between modules, as data, and what breaks them. Only their test uses this. */

export type Source = { path: string; text: string }

/**
 * Modules a module may import besides itself. A module that is not here may be imported by nobody and imports
 * nothing.
 */
const allowedImports: Record<string, readonly string[]> = {
  app: ['components', 'lib/server', 'lib/client', 'lib/view', 'lib/api', 'lib/core'],
  components: ['lib/client', 'lib/view', 'lib/api', 'lib/core'],
  'lib/client': ['lib/view', 'lib/api', 'lib/core'],
  'lib/server': [
    'lib/live',
    'lib/engine',
    'lib/script',
    'lib/dispatch',
    'lib/providers',
    'lib/tools',
    'lib/revisions',
    'lib/sandbox',
    'lib/web',
    'lib/documents',
    'lib/imports',
    'lib/mcp',
    'lib/accounts',
    'lib/github',
    'lib/billing',
    'lib/telemetry',
    'lib/workspace',
    'db',
    'lib/simulator',
    'lib/processes',
    'lib/threads',
    'lib/workflows',
    'lib/view',
    'lib/api',
    'lib/core',
  ],
  'lib/live': ['lib/engine', 'lib/view', 'lib/api', 'lib/core'],
  'lib/engine': ['lib/core'],
  'lib/script': ['lib/threads', 'lib/core'],
  'lib/dispatch': ['lib/core'],
  'lib/providers': ['lib/core'],
  // A program of its own, on the same wire as the API.
  'lib/simulator': ['lib/providers', 'lib/json-schema', 'lib/core'],
  'lib/threads': ['lib/core'],
  'lib/tools': [
    'lib/processes',
    'lib/revisions',
    'lib/sandbox',
    'lib/web',
    'lib/documents',
    'lib/mcp',
    'lib/threads',
    'lib/json-schema',
    'lib/core',
  ],
  'lib/revisions': ['lib/processes', 'lib/core'],
  'lib/processes': ['lib/core'],
  'lib/sandbox': ['lib/processes', 'lib/web', 'lib/core'],
  'lib/web': ['lib/threads', 'lib/core'],
  'lib/documents': ['lib/threads', 'lib/core'],
  'lib/imports': ['lib/threads', 'lib/core'],
  'lib/mcp': ['lib/processes', 'lib/sandbox', 'lib/web', 'lib/json-schema', 'lib/core'],
  'lib/json-schema': ['lib/core'],
  'lib/accounts': ['lib/core'],
  'lib/github': ['lib/core'],
  'lib/billing': ['lib/core'],
  'lib/telemetry': ['lib/core'],
  'lib/workspace': ['lib/core'],
  'lib/workflows': [],
  db: ['lib/threads', 'lib/core'],
  'lib/view': ['lib/api', 'lib/core'],
  'lib/api': ['lib/core'],
  'lib/core': [],
  'lib/bin': [],
  lib: [],
  e2e: ['lib/api', 'lib/core', 'lib/bin', 'lib/imports'],
  // What is made for others to install: its types follow from the OpenAPI document.
  packages: ['lib/server', 'lib/api', 'lib/bin'],
  // Files at the top that tools and Next insist on.
  '.': ['lib/server', 'lib/bin', 'e2e'],
}

/**
 * The folders of a module, from the top down: a file imports from its own folder and from those below it.
 * What a folder needs of one above is handed to it.
 */
const innerOrder: Readonly<Record<string, readonly string[]>> = {
  'lib/engine': ['run', 'script', 'agent', 'conversation', 'batch', 'turn', 'context', 'parts'],
  'lib/core': ['ports', 'caps', 'run', 'estimate', 'agent', 'billing', 'money', 'spec', 'schema', 'base'],
  'lib/view': [
    ...[
      'export',
      'docs',
      'launch',
      'workflows',
      'costs',
      'runs',
      'attention',
      'run',
      'questions',
      'map',
      'timeline',
      'changes',
      'permissions',
      'agent',
      'format',
    ],
  ],
  'lib/client': ['run', 'hooks', 'queries', 'notify', 'stream', 'http'],
  'lib/server': [
    ...[
      'mcp',
      'http',
      'docs',
      'billing',
      'costs',
      'money',
      'settings',
      'people',
      'retention',
      'backups',
      'github',
      'changes',
      'bulk',
      'imports',
      'schedules',
      'triggers',
      'automations',
      'runs',
      'sources',
      'workflows',
      'app',
      'alerts',
      'access',
      'doctor',
      'backup',
      'log',
      'services',
    ],
  ],
}

/**
 * Most files in a folder, including tests. Workflows, migrations and routes are exempt: their folders are
 * given.
 */
const MOST_FILES = 25

/** What to do instead of importing a module. */
const suggestions: Record<string, string> = {
  db: 'take a port of lib/core (ports/store.ts) instead',
  'lib/providers': 'take a port of lib/core (ports/ports.ts) instead',
  'lib/simulator': 'it is a program of its own: reach it over HTTP; only lib/server starts it',
  'lib/tools': 'take a port of lib/core (ports/ports.ts) instead',
  'lib/workspace': 'take a port of lib/core (ports/ports.ts) instead',
  'lib/revisions': 'take a port of lib/core (ports) instead; only lib/server and lib/tools know git',
  'lib/sandbox': 'only lib/server, lib/tools and lib/mcp start processes for agents',
  'lib/processes':
    'take what starts processes (Processes of lib/processes) as an argument, in the server wing',
  'lib/web': 'only lib/server and lib/tools fetch pages',
  'lib/documents': 'only lib/server and lib/tools read documents',
  'lib/imports': 'only lib/server reads the files of other programs',
  'lib/mcp': 'only lib/server and lib/tools talk to MCP servers',
  'lib/accounts': 'only lib/server signs people in',
  'lib/github': 'only lib/server talks to GitHub',
  'lib/billing': 'only lib/server asks what was billed',
  'lib/telemetry': 'only lib/server tells a collector of runs',
  'lib/script': 'take a port of lib/core (ports/sandbox.ts) instead',
  'lib/dispatch': 'take a port of lib/core (ports/dispatcher.ts) instead',
  'lib/engine': 'only lib/server and lib/live know the engine; let one of them pass in what is needed',
  'lib/live': 'only lib/server knows the live stream; let it pass in what is needed',
  'lib/server':
    'in the browser call the HTTP API through lib/client; in the server wing take what is needed as an argument',
  'lib/client': 'share it through lib/view or lib/api instead',
  components: 'share it through lib/view or lib/api instead',
  app: 'nothing imports app; move what is shared below it',
  'lib/bin': 'it runs before anything is installed; nothing but configuration and tests imports it',
  'lib/view': 'the ground knows no drawing; move what both need to lib/core',
  'lib/api': 'the ground knows no wire; move what both need to lib/core',
}

/** Packages with one owner; an import from elsewhere ties the project to them twice. */
const packageOwners: readonly { name: RegExp; modules: readonly string[]; suggestion: string }[] = [
  {
    name: /^better-sqlite3$|^drizzle-orm/,
    modules: ['db'],
    suggestion: 'add a query to db/store and a port to lib/core',
  },
  {
    name: /^@anthropic-ai\/sdk/,
    modules: ['lib/providers', 'lib/simulator', 'e2e'],
    suggestion: 'take the provider port of lib/core (ports/ports.ts)',
  },
  {
    name: /^quickjs-emscripten/,
    modules: ['lib/script'],
    suggestion: 'take the sandbox port of lib/core (ports/sandbox.ts)',
  },
  {
    name: /^@codemirror|^@lezer/,
    modules: ['components'],
    suggestion: 'draw components/editor/source-editor.tsx',
  },
  {
    name: /^ajv/,
    modules: ['lib/json-schema'],
    suggestion: 'ask the SchemaChecker of lib/core (ports/ports.ts)',
  },
  { name: /^diff$/, modules: ['lib/server'], suggestion: 'ask GET /api/workflows/{name}/diff' },
  {
    name: /^yaml$/,
    modules: ['lib/workspace'],
    suggestion: 'read the file in lib/workspace and share what it says',
  },
  {
    name: /^@modelcontextprotocol\/server/,
    modules: ['lib/server'],
    suggestion: 'offer it as a tool of lib/server/mcp',
  },
  {
    name: /^@modelcontextprotocol\/(client|core|ext)/,
    modules: ['lib/mcp'],
    suggestion: 'ask lib/mcp, which knows which servers were approved',
  },
  {
    name: /^prom-client$/,
    modules: ['lib/server'],
    suggestion: 'tell the Metrics of lib/server (app/metrics.ts)',
  },
  {
    name: /^@opentelemetry/,
    modules: ['lib/telemetry'],
    suggestion: 'tell the Telemetry of lib/telemetry, which is loaded only where a collector is named',
  },
  {
    name: /^croner$/,
    modules: ['lib/server'],
    suggestion: 'ask lib/server (schedules/cron-times.ts)',
  },
  {
    name: /^better-auth/,
    modules: ['lib/accounts', 'db'],
    suggestion: 'ask the Identity of lib/accounts',
  },
  {
    name: /^@octokit/,
    modules: ['lib/github'],
    suggestion: 'ask the Github of lib/github, whose errors are sentences without secrets',
  },
  {
    name: /^unpdf|^mammoth/,
    modules: ['lib/documents'],
    suggestion: 'read the document with lib/documents, in a thread that can be ended',
  },
  {
    name: /^fflate/,
    // Zips are read in a thread that can be ended; the server only writes them.
    modules: ['lib/documents', 'lib/server'],
    suggestion: 'read the zip with lib/documents',
  },
  {
    name: /^@mozilla\/readability|^linkedom|^turndown|^robots-parser|^ipaddr/,
    modules: ['lib/web', 'lib/documents', 'lib/sandbox', 'lib/core', 'lib/server'],
    suggestion: 'fetch and read pages with lib/web',
  },
  {
    name: /^react$|^react-dom|^@xyflow/,
    modules: ['app', 'components', 'lib/client'],
    suggestion: 'keep it free of React',
  },
]

/** Modules that run in the browser or must be pure: nothing of Node may be in them. */
const withoutNode = ['lib/core', 'lib/api', 'lib/view', 'lib/client', 'components']
const onlyZod = ['lib/core', 'lib/api', 'lib/view']

/**
 * Files that may read `process.env`: the reader, those who hand it the environment, and programs of their
 * own.
 */
const environmentReaders = [
  'lib/server/services/env.ts',
  'lib/server/http/the-app.ts',
  'lib/server/http/check-env.ts',
  'lib/simulator/main.ts',
  'instrumentation.ts',
]

/**
 * Files of the server side that start processes by themselves, and why they may. In a server each start holds up
 * everything for 30 ms, since the system copies its page tables; so what starts them is handed around.
 */
const processStarters: Readonly<Record<string, string>> = {
  'lib/processes/command.ts': 'runs a command here: for the small process that does so for a server',
  'lib/processes/spawn.ts': 'starts a program here: for that same process',
  'lib/processes/starter.ts': 'starts that process, once',
  'lib/simulator/child.ts': 'starts the simulator, once in the life of a server',
  'lib/sandbox/runtime/launcher.ts': 'a program of its own, one for each sandbox',
  'lib/server/app/folder-look-program.ts': 'a program of its own, one for each look',
  'lib/server/doctor/machine-checks.ts': 'a program of its own, which checks the machine and ends',
}

/** The module a file is in: a folder below lib, or a folder at the top. */
export function moduleOf(path: string): string {
  const [top = '', second = '', ...rest] = path.split('/')
  if (second === '') return '.'
  if (top !== 'lib') return top
  return rest.length === 0 ? 'lib' : `lib/${second}`
}

/** Every specifier a source names: static, re-exported, type-only and dynamic imports. */
export function importsOf(text: string): string[] {
  const found = [
    ...text.matchAll(/^(?:import|export)\s(?:[^'"`;=]*?\sfrom\s+)?['"]([^'"\n]+)['"]/gm),
    ...text.matchAll(/\bimport\(\s*['"]([^'"\n]+)['"]/g),
    ...text.matchAll(/^vi\.mock\(\s*['"]([^'"\n]+)['"]/gm),
  ]
  return found.flatMap((match) => (match[1] === undefined ? [] : [match[1]]))
}

/** A sentence for each broken boundary. */
export function brokenBoundaries(sources: readonly Source[]): string[] {
  return [...sources.flatMap(brokenBy), ...circles(sources), ...crowded(sources)]
}

function brokenBy(source: Source): string[] {
  const problems = importsOf(source.text).flatMap((specifier) => forbidden(source.path, specifier) ?? [])
  if (/(^|\/)index\.[a-z]+$/.test(source.path))
    problems.push(`${source.path}: no barrels; import the file that holds it`)
  if (/(^|\/)utils?(\/|\.)/.test(source.path))
    problems.push(`${source.path}: "utils" says nothing; name the file for what it does`)
  if (
    moduleOf(source.path) === 'lib/server' &&
    !isTest(source.path) &&
    /instanceof (ScriptError|Refusal|WorkspaceError|RunStateError)\b/.test(source.text)
  )
    problems.push(
      `${source.path} knows an error by its class, of which each bundle has one: ask isNamed of lib/core (base/named-error.ts)`,
    )
  if (isOfPages(source.path) && /['"`}]\/api\//.test(source.text))
    problems.push(
      `${source.path} writes an address of the API: call its contract of lib/api (endpoints), or make the address with addressOf`,
    )
  if (
    isOfPages(source.path) &&
    !isTest(source.path) &&
    /\b(lazy|dynamic)\(\s*(async\s*)?\(/.test(source.text)
  )
    problems.push(
      `${source.path} crashes its page where the server is away as a part of it is loaded: give the loader to patiently of lib/client (http/patiently.ts)`,
    )
  if (/\bURL\.canParse\s*[(),]/.test(source.text))
    problems.push(
      `${source.path} asks canParse of URL, which refuses letters such as ä once it is called often: call parseUrl of lib/core (wire/parse-url.ts)`,
    )
  if (isServer(source.path) && /\b(setTimeout|setInterval)\(/.test(source.text))
    problems.push(
      `${source.path} sets a timer of its own: wait on the Clock of lib/core (ports/clock.ts), which tests can step`,
    )
  if (isServer(source.path) && startsProcesses(source) && processStarters[source.path] === undefined)
    problems.push(
      `${source.path} starts processes by itself, which holds up a server: take Processes of lib/processes as an argument`,
    )
  if (/\bprocess\.env\b/.test(source.text) && !mayReadEnvironment(source.path))
    problems.push(
      `${source.path} may not read process.env: add the setting to lib/server/services/env.ts and take it as an argument`,
    )
  return problems
}

/** Whether a source asks Node for a process, or takes what starts them in this very one; types start nothing. */
function startsProcesses({ path, text }: Source): boolean {
  const asksNode = importsOf(text).some((specifier) => /^(node:)?(child_process|cluster)$/.test(specifier))
  if (asksNode || moduleOf(path) === 'lib/processes') return asksNode
  const values = importsOf(text.replaceAll(/^import type\s[^'"]*\sfrom\s+['"][^'"\n]+['"]/gm, ''))
  return values.some((specifier) => startersHere.includes(targetOf(path, specifier) ?? ''))
}

const startersHere = ['lib/processes/here', 'lib/processes/spawn', 'lib/processes/command']

function mayReadEnvironment(path: string): boolean {
  const isConfiguration = !path.includes('/') && /\.config\.[a-z]+$/.test(path)
  return (
    isConfiguration ||
    ['lib/bin', 'e2e'].includes(moduleOf(path)) ||
    environmentReaders.includes(path) ||
    isTest(path)
  )
}

/**
 * What runs in the browser or draws for it: it knows endpoints by their contracts, and no address by heart.
 */
function isOfPages(path: string): boolean {
  return ['app', 'components', 'lib/client', 'lib/view'].includes(moduleOf(path)) && !isTest(path)
}

/** Modules whose time is the clock's; programs of their own, and what scripts are given, have none of it. */
function isServer(path: string): boolean {
  const modules = [
    'lib/server',
    'lib/live',
    'lib/engine',
    'lib/dispatch',
    'lib/providers',
    'lib/tools',
    'lib/revisions',
    'lib/sandbox',
    'lib/web',
    'lib/documents',
    'lib/mcp',
    'lib/github',
    'lib/billing',
    'lib/telemetry',
    'lib/processes',
    'lib/threads',
  ]
  if (
    isTest(path) ||
    path.includes('/testing-') ||
    path.startsWith('lib/simulator/') ||
    timerKeepers.includes(path)
  )
    return false
  return (
    [...modules, 'lib/workspace', 'db', 'app'].includes(moduleOf(path)) ||
    path.startsWith('lib/script/sandbox')
  )
}

/** The clock itself; and the end of the process, which is bounded by wall-clock time: nothing may hold it. */
const timerKeepers = ['lib/server/services/system-clock.ts', 'lib/server/http/start-up.ts']

/** Tests, and the fakes they share. */
function isTest(path: string): boolean {
  return /\.test\.tsx?$|(^|\/)testing(\/|\.ts$)/.test(path)
}

function forbidden(path: string, specifier: string): string | null {
  const target = targetOf(path, specifier)
  if (target === null) return forbiddenPackage(path, specifier)
  const [from, to] = [moduleOf(path), moduleOf(target)]
  const say = (why: string) => `${path} imports "${specifier}": ${why}`
  if (from === to) {
    const why = forbiddenInside(path, target, specifier)
    return why === null ? null : say(why)
  }
  // Tests may use the fakes another module offers for that purpose, and the bundles that ship.
  if (isTest(path) && (/(^|\/)testing(\/|$)/.test(target) || to === 'lib/bin')) return null
  if (!(allowedImports[from] ?? []).includes(to))
    return say(`${from} may not import ${to}: ${suggestions[to] ?? 'move what both need to lib/core'}`)
  const isAtTheTop = from === '.' && specifier.startsWith('./')
  // Programs that Node runs as they are know no `@/`.
  return specifier.startsWith('@/') || isAtTheTop || ['e2e', 'packages'].includes(from)
    ? null
    : say('between modules imports begin with @/')
}

/** Why a file may not import another of its own module in this way; null when it may. */
function forbiddenInside(path: string, target: string, specifier: string): string | null {
  const above = isTest(path) ? null : folderAbove(path, target)
  if (above !== null) return above
  const isOneSurface = surfaceOf(path) === surfaceOf(target)
  return specifier.startsWith('@/') && isOneSurface ? 'inside a module imports are relative' : null
}

/** Why a file may not import from a folder of its own module; null when it may. */
function folderAbove(path: string, target: string): string | null {
  const module = moduleOf(path)
  const order = innerOrder[module] ?? []
  const folderOf = (file: string) => file.slice(module.length + 1).split('/')[0] ?? ''
  const [own, other] = [folderOf(path), folderOf(target)]
  if (!order.includes(own) || !order.includes(other) || order.indexOf(own) <= order.indexOf(other))
    return null
  return `in ${module} ${own} stands below ${other}: move what both need down, or take it as an argument`
}

/** Folders with more files than can be taken in at a glance. */
function crowded(sources: readonly Source[]): string[] {
  const counts = new Map<string, number>()
  for (const { path } of sources) {
    const folder = path.split('/').slice(0, -1).join('/')
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts].flatMap(([folder, count]) =>
    count > MOST_FILES && folder !== '' ? [`${folder} holds ${count} files: sort them into folders`] : [],
  )
}

/** The folders of these modules are peers: an import from one into another uses the full `@/` path. */
function surfaceOf(path: string): string {
  const module = moduleOf(path)
  const depth = { components: 2, 'lib/server': 3 }[module]
  return depth === undefined ? module : path.split('/').slice(0, -1).slice(0, depth).join('/')
}

function forbiddenPackage(path: string, specifier: string): string | null {
  if (isTest(path)) return null
  const module = moduleOf(path)
  const say = (why: string) => `${path} imports "${specifier}": ${why}`
  if (specifier.startsWith('node:'))
    return withoutNode.includes(module)
      ? say(`${module} runs without Node: take what is needed as an argument`)
      : null
  if (onlyZod.includes(module) && specifier !== 'zod')
    return say(`${module} imports zod and no other package`)
  const owner = packageOwners.find(({ name }) => name.test(specifier))
  return owner === undefined || owner.modules.includes(module) || module === '.'
    ? null
    : say(owner.suggestion)
}

/** The path an import names inside the project, without its ending; null for a package. */
function targetOf(path: string, specifier: string): string | null {
  if (specifier.startsWith('@/')) return specifier.slice(2)
  if (!specifier.startsWith('.')) return null
  const parts = path.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function circles(sources: readonly Source[]): string[] {
  const paths = new Set(sources.map((source) => source.path))
  const find = (target: string) =>
    ['', '.ts', '.tsx', '.mjs', '.js'].map((ending) => target + ending).find((path) => paths.has(path))
  const graph = new Map(
    sources.map(({ path, text }) => [
      path,
      importsOf(text).flatMap((specifier) => find(targetOf(path, specifier) ?? '') ?? []),
    ]),
  )
  const found: string[] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (path: string): void => {
    const from = trail.indexOf(path)
    if (from >= 0) found.push(`circle: ${[...trail.slice(from), path].join(' → ')}`)
    if (from >= 0 || done.has(path)) return
    trail.push(path)
    for (const next of graph.get(path) ?? []) visit(next)
    trail.pop()
    done.add(path)
  }
  for (const path of graph.keys()) visit(path)
  return found
}
