import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { brokenBoundaries, importsOf, type Source } from './boundaries'

const root = fileURLToPath(new URL('..', import.meta.url))

test('every import of the project is allowed', () => {
  const sources = projectSources()
  expect(sources.length).toBeGreaterThan(100)
  expect(brokenBoundaries(sources)).toEqual([])
})

test('what refuses good addresses is asked nowhere', () => {
  const asked = 'URL'.concat('.canParse(text)')
  expect(broken('lib/web/fetch-page.ts', asked)[0]).toContain('call parseUrl of lib/core')
})

test('a forbidden import is named with its file and a suggestion', () => {
  expect(broken('lib/engine/loop.ts', "import { open } from '@/db/open'")).toEqual([
    'lib/engine/loop.ts imports "@/db/open": lib/engine may not import db: take a port of lib/core (ports/store.ts) instead',
  ])
  expect(broken('components/run/head.tsx', "import type { App } from '@/lib/server/app/app'")[0]).toContain(
    'through lib/client',
  )
  expect(broken('lib/client/store.ts', "const late = await import('@/lib/engine/engine')")[0]).toContain(
    'lib/client may not',
  )
  expect(broken('lib/core/run/fold.ts', "export { x } from '@/lib/api/runs'")[0]).toContain(
    'lib/core may not import lib/api',
  )
  expect(broken('lib/core/run/fold.ts', "import '../../view/graph'")[0]).toContain(
    'lib/core may not import lib/view',
  )
})

test('imports that go down are left alone', () => {
  expect(broken('app/page.tsx', "import { Card } from '@/components/overview/run-card'")).toEqual([])
  expect(
    broken('lib/live/tail.ts', "import { watch } from '@/lib/engine/watch'\nimport { z } from 'zod'"),
  ).toEqual([])
  expect(
    broken('components/run/head.tsx', "import { Button } from '@/components/ui/actions/button'"),
  ).toEqual([])
})

test('imports inside a module are relative, between modules they begin with @/', () => {
  expect(broken('lib/tools/search.ts', "import { a } from '@/lib/tools/tool'")[0]).toContain(
    'inside a module',
  )
  expect(broken('lib/tools/search.ts', "import { a } from '../core/json'")[0]).toContain('begin with @/')
})

test('only what is named starts processes: in a server each start holds up all else', () => {
  for (const text of [
    "import { spawn } from 'node:child_process'",
    "import type { ChildProcess } from 'child_process'",
    "const { fork } = await import('node:child_process')",
    "import { processesHere } from '@/lib/processes/here'",
    "import { type Command, runCommand } from '@/lib/processes/command'",
  ])
    expect(broken('lib/server/sources/clone.ts', text)).toEqual([
      'lib/server/sources/clone.ts starts processes by itself, which holds up a server: take Processes of lib/processes as an argument',
    ])
  expect(broken('lib/sandbox/start.ts', "import { spawn } from 'node:child_process'")).toHaveLength(1)
  expect(
    broken('lib/server/sources/clone.ts', "import type { RunCommand } from '@/lib/processes/command'"),
  ).toEqual([])
  expect(
    broken('lib/server/sources/clone.test.ts', "import { processesHere } from '@/lib/processes/here'"),
  ).toEqual([])
})

test('inside a module imports go down its folders', () => {
  expect(broken('lib/engine/turn/turn.ts', "import { lead } from '../agent/spawn'")).toEqual([
    'lib/engine/turn/turn.ts imports "../agent/spawn": in lib/engine turn stands below agent: move what both need down, or take it as an argument',
  ])
  expect(broken('lib/engine/agent/spawn.ts', "import { takeTurn } from '../turn/turn'")).toEqual([])
  expect(broken('lib/core/base/json.ts', "import type { RunSpec } from '../spec/run'")).toHaveLength(1)
  expect(broken('lib/engine/turn/turn.test.ts', "import { openHarness } from '../testing/harness'")).toEqual(
    [],
  )
})

test('a folder that holds too much to be taken in is named', () => {
  const many = Array.from({ length: 26 }, (_, at) => ({ path: `lib/tools/tool-${at}.ts`, text: '' }))
  expect(brokenBoundaries(many)).toEqual(['lib/tools holds 26 files: sort them into folders'])
})

test('the ground knows zod alone, pure modules no Node, and a package with an owner stays there', () => {
  expect(broken('lib/core/base/json.ts', "import x from 'acorn'")[0]).toContain('zod and no other package')
  expect(broken('lib/client/store.ts', "import { join } from 'node:path'")[0]).toContain('without Node')
  expect(broken('lib/engine/turn/turn.ts', "import Anthropic from '@anthropic-ai/sdk'")[0]).toContain(
    'provider port',
  )
  expect(broken('lib/server/app/app.ts', "import Database from 'better-sqlite3'")[0]).toContain('db/store')
})

test('a test may use the fakes of another module and nothing else beyond what is allowed', () => {
  expect(broken('lib/engine/run/engine.test.ts', "import { tempDb } from '@/db/testing'")).toEqual([])
  expect(broken('lib/engine/testing.ts', "import { tempDb } from '@/db/testing'")).toEqual([])
  expect(broken('lib/engine/run/engine.ts', "import { tempDb } from '@/db/testing'")).toHaveLength(1)
  expect(broken('lib/engine/run/engine.test.ts', "import { open } from '@/db/open'")).toHaveLength(1)
})

test('an address of the API is written in its contract alone', () => {
  const address = ['/api', 'runs'].join('/')
  for (const text of [
    `fetch('${address}')`,
    `const path = \`${address}/\${id}\``,
    `open(\`\${origin}${address}\`)`,
  ])
    expect(broken('lib/client/http/api.ts', text)[0]).toContain('call its contract')
  expect(broken('components/run/head.tsx', `import { a } from '@${'/lib/api'}/runs' // ${address}`)).toEqual(
    [],
  )
  expect(broken('lib/api/endpoints/run-endpoints.ts', `path: '${address}'`)).toEqual([])
})

test('a part of a page that comes late waits for its server', () => {
  for (const late of [
    "lazy(() => import('./b'))",
    "lazy(async () => ({ default: (await import('./b')).B }))",
    "dynamic(\n  () => import('./b'),\n)",
  ]) {
    expect(broken('components/run/a.tsx', `const B = ${late}`)[0]).toContain('patiently of lib/client')
    const held = late.replace(/\((\s*(?:async )?\(\))/, '(patiently($1')
    expect(broken('components/run/a.tsx', `const B = ${held})`)).toEqual([])
  }
})

test('a circle, a barrel, a utils file and a stray reader of the environment are found', () => {
  const circle = [
    { path: 'lib/core/a.ts', text: "import type { B } from './b'" },
    { path: 'lib/core/b.ts', text: "import { a } from './a'" },
  ]
  expect(brokenBoundaries(circle)).toEqual(['circle: lib/core/a.ts → lib/core/b.ts → lib/core/a.ts'])
  expect(broken('lib/core/index.ts', '')[0]).toContain('no barrels')
  expect(broken('lib/core/utils.ts', '')[0]).toContain('says nothing')
  expect(broken('lib/engine/turn/turn.ts', ['const key = process', 'env.KEY'].join('.'))[0]).toContain(
    'lib/server/services/env.ts',
  )
})

test('every way to import is read, over lines too, and text that only looks like one is not', () => {
  const text = [
    "import a from 'a'",
    "import {\n  b,\n  type C,\n} from 'b'",
    "import 'c'",
    "export * from 'd'",
    "export { e } from 'e'",
    "const f = () => import('f')",
    "type G = import('g').G",
    "export const h = 'from'",
    "  // import i from 'i'",
  ].join('\n')
  expect(importsOf(text).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
})

const broken = (path: string, text: string) => brokenBoundaries([{ path, text }])

function projectSources(): Source[] {
  const folders = ['app', 'components', 'db', 'e2e', 'lib', 'packages']
  const files = [
    ...readdirSync(root).map((name) => join(root, name)),
    ...folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(root, folder, name),
      ),
    ),
  ]
  return (
    files
      .filter((file) => /\.(tsx?|m[jt]s)$/.test(file) && !file.endsWith('next-env.d.ts'))
      // What audits are tried on has mistakes on purpose, and is nobody's source.
      .filter((file) => !file.startsWith(join(root, 'e2e', 'audit', 'corpus')))
      .map((file) => ({ path: relative(root, file).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }))
      // This test holds made-up imports, and the code under it the words it looks for.
      .filter(({ path }) => !path.startsWith('lib/boundaries.'))
  )
}
