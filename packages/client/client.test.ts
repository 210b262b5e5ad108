import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, request as requestTo, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { serveApi } from '@/app/api/members/testing'
import { startTestApi, type TestApi } from '@/app/api/testing'
import type * as contract from '@/lib/api/problem'
import { sim, workflow } from '@/lib/server/testing/test-app'
import type { Problem } from './src/problem'

const root = process.cwd()
const typescript = join(root, 'node_modules/typescript/bin/tsc')

let api: TestApi
let served: Awaited<ReturnType<typeof serveApi>>
/** A project of somebody else: a folder outside this one, with the packed client installed. */
let project: string

beforeAll(async () => {
  api = await startTestApi({ files: { 'a.txt': 'a' } })
  served = await serveApi(api)
  project = await mkdtemp(join(tmpdir(), 'skein-of-others-'))
  await install(project)
})
afterAll(async () => {
  served.close()
  await api.dispose()
  await rm(project, { recursive: true, force: true })
})

type Ended = { code: number | null; out: string; err: string }

async function run(command: string, args: string[], more: Record<string, string> = {}): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? '', HOME: project, NODE_ENV: 'test' as const, ...more }
  const child = spawn(command, args, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const over = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await over, out, err }
}

/** Builds the package beside its papers, packs it, and installs what was packed; nothing asks the network. */
async function install(folder: string): Promise<void> {
  const source = join(folder, 'package-source')
  await mkdir(source)
  for (const name of ['package.json', 'README.md'])
    await cp(join(root, 'packages/client', name), join(source, name))
  const built = await run(process.execPath, [
    join(root, 'packages/client/build/build.mjs'),
    join(source, 'dist'),
  ])
  expect(built, built.out + built.err).toMatchObject({ code: 0 })
  await writeFile(join(folder, 'package.json'), '{ "name": "of-others", "type": "module", "private": true }')
  const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier']
  expect(await run('npm', ['pack', source, ...quiet])).toMatchObject({ code: 0 })
  const { version } = z.object({ version: z.string() }).parse(await readJson(join(source, 'package.json')))
  const installed = await run('npm', ['install', `./skein-client-${version}.tgz`, ...quiet])
  expect(installed, installed.err).toMatchObject({ code: 0 })
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'))
}

/** Compiles TypeScript as a strict project of others would, declarations of the client included. */
async function compile(name: string, source: string): Promise<Ended> {
  await writeFile(join(project, `${name}.ts`), source)
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes']
  const to = ['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom,dom.iterable']
  const own = ['--ignoreConfig', '--skipLibCheck', 'false', '--types', '']
  return run(process.execPath, [typescript, ...strict, ...to, ...own, `${name}.ts`])
}

/** A server before ours that cuts answers off: `spoil` is told of each request and says what to do with its answer. */
async function serveSpoilt(spoil: (route: string) => 'forward' | 'lose' | 'cut') {
  const server = createServer((incoming, outgoing: ServerResponse) => {
    const how = spoil(`${incoming.method} ${incoming.url}`)
    const { method, headers } = incoming
    const outer = requestTo(`${served.url}${incoming.url}`, { method, headers }, (answer) => {
      if (how === 'lose') {
        answer.resume()
        answer.on('end', () => outgoing.destroy())
        return
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.on('data', (bytes: Buffer) => {
        if (outgoing.writableEnded) return
        outgoing.write(bytes)
        // In the middle of what comes, once something with a cursor was passed on.
        if (how === 'cut' && bytes.includes('id: ')) outgoing.end()
      })
      answer.on('end', () => outgoing.end())
      answer.on('error', () => outgoing.destroy())
    })
    outer.on('error', () => outgoing.destroy())
    outgoing.on('close', () => outer.destroy())
    incoming.pipe(outer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

const saying = workflow(`return agent('Say it.' + ${JSON.stringify(sim({ text: 'hello' }))})`)

test('what is installed has no dependency, and its declarations name nothing of this project', async () => {
  const folder = join(project, 'node_modules/@skein/client')
  expect(await readJson(join(folder, 'package.json'))).not.toHaveProperty('dependencies')
  for (const name of ['skein', 'api', 'follow', 'problem', 'request']) {
    const declared = await readFile(join(folder, 'dist', `${name}.d.ts`), 'utf8')
    const from = [...declared.matchAll(/from '([^']+)'/g)].map(([, name]) => name)
    expect(from.filter((one) => !one?.startsWith('./'))).toEqual([])
  }
  const { version } = z.object({ version: z.string() }).parse(await readJson(join(root, 'package.json')))
  expect(await readJson(join(folder, 'package.json'))).toMatchObject({ version })
})

test('a program in plain TypeScript launches, watches to the end and reads the result', async () => {
  const source = `import { createClient, type Envelope, type RunResult } from '@skein/client'
const skein = createClient({ baseUrl: '${served.url}' })
const { id } = await skein.launchRun({ body: { script: ${JSON.stringify(saying)}, limits: { usd: 2 }, tags: ['ci'] } })
const seqs: number[] = []
let last: Envelope['event']['type'] | null = null
for await (const frame of skein.followRun({ id })) {
  if (frame.event !== 'events') continue
  for (const { seq, event } of frame.data.events) {
    seqs.push(seq)
    last = event.type
    if (event.type === 'run.ended') console.log(event.outcome)
  }
}
const told: RunResult = await skein.getRunResult({ id })
console.log(JSON.stringify({ last, isWhole: seqs.every((seq, at) => seq === at + 1), result: told.result }))
`
  const compiled = await compile('launches', source)
  expect(compiled.out + compiled.err).toBe('')
  const ran = await run(process.execPath, ['launches.js'])
  expect(ran).toMatchObject({ code: 0, err: '' })
  const [outcome, told = ''] = ran.out.trim().split('\n')
  expect(outcome).toBe('completed')
  expect(JSON.parse(told)).toEqual({ last: 'run.ended', isWhole: true, result: 'hello' })
})

test('what the API does not take, or does not answer, does not compile', async () => {
  const { code, out } = await compile(
    'mistaken',
    `import { createClient } from '@skein/client'
const skein = createClient({ baseUrl: 'http://127.0.0.1:9' })
await skein.launchRun({ body: { scirpt: '' } })
await skein.getRun({})
console.log((await skein.listRuns()).rnus)
for await (const frame of skein.followRun({ id: 'r' })) if (frame.event === 'ended') break
`,
  )
  expect(code).not.toBe(0)
  const lines = [...out.matchAll(/mistaken\.ts\((\d+),/g)].map(([, line]) => Number(line))
  expect([...new Set(lines)].sort()).toEqual([3, 4, 5, 6])
})

test('a program in plain JavaScript goes on where a stream was cut off, and launches once though the answer was lost', async () => {
  const asked: string[] = []
  const count = (route: string) => asked.filter((one) => one === route).length
  const spoilt = await serveSpoilt((route) => {
    asked.push(route)
    if (route === 'POST /api/runs' && count(route) === 1) return 'lose'
    const isStream = route.endsWith('/events') || route.endsWith('~0')
    return isStream && count(route) <= 3 ? 'cut' : 'forward'
  })
  const many = workflow(
    `return parallel([1, 2, 3].map((n) => () => agent(n + ${JSON.stringify(sim({ text: 'hello' }))})))`,
  )
  await writeFile(
    join(project, 'resumes.js'),
    `import { createClient } from '@skein/client'
const skein = createClient({ baseUrl: process.env.SKEIN_URL })
const { total } = await skein.listRuns()
const { id } = await skein.launchRun({ body: { script: process.env.SCRIPT } })
const seqs = []
for await (const frame of skein.followRun({ id }, { reconnects: 3 }))
  if (frame.event === 'events') seqs.push(...frame.data.events.map(({ seq }) => seq))
const { seq } = await skein.getRun({ id })
const beside = []
for await (const frame of skein.followAll({ runs: id + '~0' })) {
  if (frame.event === id + '/events') beside.push(...frame.data.events.map((one) => one.seq))
  if (frame.event === id + '/end') break
}
console.log(JSON.stringify({ launched: (await skein.listRuns()).total - total, seq, seqs, beside }))
`,
  )
  const ran = await run(process.execPath, ['resumes.js'], { SKEIN_URL: spoilt.url, SCRIPT: many })
  spoilt.close()
  expect(ran).toMatchObject({ code: 0, err: '' })
  const { launched, seq, seqs, beside } = JSON.parse(ran.out)
  const whole = Array.from({ length: seq }, (_, at) => at + 1)
  expect({ launched, seqs, beside }).toEqual({ launched: 1, seqs: whole, beside: whole })
  expect(count('POST /api/runs')).toBe(2)
  expect(asked.filter((route) => route.endsWith('/events')).length).toBeGreaterThan(1)
})

test('refusals are exceptions with their problem, a wrong key too; no server and an aborted call are told apart', async () => {
  await writeFile(
    join(project, 'refused.js'),
    `import { createClient } from '@skein/client'
const tell = async (work) => {
  const error = await work.then(() => null, (error) => error)
  console.log(JSON.stringify([error?.name, error?.kind ?? null, error?.status ?? null, error?.message, error?.problem?.errors?.[0]?.path ?? null]))
}
const baseUrl = process.env.SKEIN_URL
const skein = createClient({ baseUrl })
await tell(skein.getRun({ id: 'r-none' }))
await tell(createClient({ baseUrl, apiKey: 'skein_wrong' }).listRuns())
await tell(skein.launchRun({ body: { script: 'return 1', limits: { usd: -1 } } }))
await tell((async () => { for await (const _ of skein.followRun({ id: 'r-none' })) break })())
await tell(createClient({ baseUrl: 'http://127.0.0.1:9', retries: 0 }).listRuns())
await tell(skein.getHealth({}, { signal: AbortSignal.abort() }))
const leaving = new AbortController()
await tell((async () => { for await (const _ of skein.followOverview({}, { signal: leaving.signal })) leaving.abort() })())
`,
  )
  const ran = await run(process.execPath, ['refused.js'], { SKEIN_URL: served.url })
  expect(ran).toMatchObject({ code: 0, err: '' })
  const told = ran.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const noRun = ['SkeinProblem', 'not-found', 404, 'There is no run r-none.', null]
  const keyMessage = 'This API key is not known here, has expired or was revoked.'
  expect(told).toEqual([
    noRun,
    ['SkeinProblem', 'unauthorized', 401, keyMessage, null],
    ['SkeinProblem', 'bad-request', 400, expect.stringContaining('limits.usd'), 'limits.usd'],
    noRun,
    ['SkeinUnreachable', null, null, 'No Skein answers at http://127.0.0.1:9.', null],
    ['AbortError', null, null, expect.any(String), null],
    ['AbortError', null, null, expect.any(String), null],
  ])
})

test('every example of its README compiles and does what it says', async () => {
  const readme = await readFile(join(root, 'packages/client/README.md'), 'utf8')
  const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
  const expected = [
    /result string/,
    /^not-found 404 There is no run r-nowhere\./,
    /\d+ runs/,
    /^1\ntext\/csv/,
  ]
  expect(examples).toHaveLength(expected.length)
  for (const [at, example] of examples.entries()) {
    const compiled = await compile(`example-${at}`, example.replaceAll('http://127.0.0.1:3000', served.url))
    expect(compiled.out + compiled.err, example).toBe('')
    const ran = await run(process.execPath, [`example-${at}.js`])
    expect(ran, example).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toMatch(expected[at] ?? /^$/)
  }
})

test('the problem of the client is the one of the contract', () => {
  expectTypeOf<contract.Problem>().toExtend<Problem>()
  expectTypeOf<Problem>().toExtend<contract.Problem>()
})
