import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '@/lib/core/base/json'
import { bareEnvironment } from '@/lib/processes/bare-environment'
import { type LaunchOrder, launchOrderSchema } from './launch-order'
import { type RuntimeSettings, runtimeSettings } from './runtime-settings'

// A program of its own, one for each sandbox: the package keeps one set of settings in a process, brings proxies and
// handlers of signals along, and is code that the server itself does not load.

/** Lower than what else the machine does. */
const NICE = 10

type Run = Extract<LaunchOrder, { kind: 'run' }>
type Wrap = (command: string, settings: RuntimeSettings) => Promise<string>

const isFunction = (value: unknown) => typeof value === 'function'
/** The part of the package that is used. */
const packageSchema = z.object({
  SandboxManager: z.object({
    initialize: z.custom<(settings: RuntimeSettings) => Promise<void>>(isFunction),
    wrapWithSandbox: z.custom<(command: string) => Promise<unknown>>(isFunction),
  }),
})

const HELD = 0
/** What a try may end with beside that, and what that means. */
const broken: Readonly<Record<number, string>> = {
  21: 'a command cannot work in its own folder',
  22: 'a command reads what lies outside of its folder',
  23: 'a command reads a file that is hidden from it',
  24: 'a command reaches this machine by the network',
}

const order = launchOrderSchema.parse(parseJson(readFileSync(0, 'utf8')))
try {
  setPriority(NICE)
  const wrap = await wrapperOf(order.module)
  if (order.kind === 'try')
    process.stdout.write(JSON.stringify({ problem: await problemOf(wrap, order.folder) }))
  else process.exitCode = await run(wrap, order)
} catch (error) {
  const problem = error instanceof Error ? error.message : 'no reason was given'
  if (order.kind === 'try') process.stdout.write(JSON.stringify({ problem }))
  else process.stderr.write(problem)
  process.exitCode = 1
}
// The package may leave servers open.
process.exit()

async function wrapperOf(module: string): Promise<Wrap> {
  const loaded: unknown = await import(module).catch((cause: unknown) => {
    throw new Error(
      `@anthropic-ai/sandbox-runtime cannot be loaded: ${cause instanceof Error ? cause.message : 'no reason was given'}`,
    )
  })
  const { data } = packageSchema.safeParse(loaded)
  if (data === undefined)
    throw new Error(
      '@anthropic-ai/sandbox-runtime is another one than is known here: it has no SandboxManager with initialize and wrapWithSandbox.',
    )
  const { SandboxManager: manager } = data
  return async (command, settings) => {
    await manager.initialize(settings)
    const wrapped = await manager.wrapWithSandbox(command)
    // Without settings it hands a command back as it is.
    if (typeof wrapped !== 'string' || wrapped === command)
      throw new Error('@anthropic-ai/sandbox-runtime gave the command back without a sandbox around it.')
    return wrapped
  }
}

async function run(wrap: Wrap, { command, view, environment, proxySocket }: Run): Promise<number> {
  const ports =
    proxySocket === null
      ? null
      : { http: await listening(relayTo(proxySocket)), socks: await listening(refusing()) }
  const wrapped = await wrap(command, runtimeSettings({ ...view, ports }))
  return ended(wrapped, view.workFolder, environment, [3, 4, 2])
}

function ended(
  wrapped: string,
  cwd: string,
  environment: Readonly<Record<string, string>>,
  stdio: [number | 'ignore', number | 'ignore', number | 'ignore'],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/bash', ['--noprofile', '--norc', '-c', wrapped], {
      cwd,
      env: bareEnvironment(environment),
      stdio,
    })
    child.once('error', reject)
    // 137 is what a shell says of one that was killed.
    child.once('close', (code) => resolve(code ?? 137))
  })
}

/** A port that leads to the proxy for allowed hosts, which judges each request. */
function relayTo(socket: string): Server {
  return createServer({ allowHalfOpen: true }, (client) => {
    const proxy = connect({ path: socket, allowHalfOpen: true })
    const end = () => {
      client.destroy()
      proxy.destroy()
    }
    client.on('error', end).pipe(proxy)
    proxy.on('error', end).pipe(client)
  })
}

/** A port at which nothing is let through: what is no web request has no way out. */
function refusing(): Server {
  return createServer((client) => client.destroy())
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

/** What the package does not hold that it has to, as a sentence; null where it holds everything that is tried. */
async function problemOf(wrap: Wrap, folder: string): Promise<string | null> {
  const [work, outside, shown] = [join(folder, 'work'), join(folder, 'outside'), join(folder, 'shown')]
  for (const one of [work, outside, shown]) {
    mkdirSync(one)
    writeFileSync(join(one, 'secret.txt'), 'secret')
  }
  // Where reading is allowed, too, and where nothing is said of it: what is not to be seen cannot be written either.
  const written = [outside, shown, import.meta.dirname].map((one) => join(one, `written-${process.pid}`))
  let reached = 0
  const server = createServer((client) => {
    reached += 1
    client.destroy()
  })
  const port = await listening(server)
  const secret = (path: string) => `[ "$(cat '${path}' 2>/dev/null)" = secret ]`
  const command = [
    `cd '${work}' && echo ok > written && [ "$(cat written)" = ok ] || exit 21`,
    ...written.map((path) => `(echo no > '${path}') 2>/dev/null`),
    `${secret(`${outside}/secret.txt`)} && exit 22`,
    `${secret(`${work}/secret.txt`)} && exit 23`,
    `(exec 9<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null && exit 24`,
    'exit 0',
  ].join('\n')
  const view = {
    workFolder: work,
    isReadOnly: false,
    hidden: [{ path: join(work, 'secret.txt'), kind: 'file' as const }],
    readable: [shown],
    writable: [],
    kept: [folder],
    ports: null,
  }
  const wrapped = await wrap(command, runtimeSettings(view))
  const code = await ended(wrapped, work, { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }, [
    'ignore',
    'ignore',
    'ignore',
  ])
  const left = written.filter((path) => existsSync(path))
  for (const path of left) rmSync(path)
  if (left.length > 0) return notHeld('a command writes outside of its folder')
  if (reached > 0) return notHeld(broken[24] ?? '')
  return code === HELD
    ? null
    : notHeld(broken[code] ?? `a command could not be started (it ended with ${code})`)
}

function notHeld(what: string): string {
  return `@anthropic-ai/sandbox-runtime is installed and was tried: ${what}.`
}
