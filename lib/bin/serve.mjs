// Serves Skein from this very process: to kill it is to kill the server, nothing is left behind.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { setHeapFlags } from './heap-flags.mjs'
import { at, root } from './place.mjs'
import { runNode, Stop, say } from './run.mjs'

const require = createRequire(at('package.json'))

/**
 * How long an idle connection is kept: longer than proxies (a minute by default) and browsers do, so that it is
 * never this side that closes one on which a request is already under way.
 */
const KEEP_ALIVE_MS = 75_000

/**
 * The settings this process would serve with, read by the one reader; stops with its sentence on a bad one.
 */
export function readSettings() {
  const { status, stdout, stderr } = spawnSync(process.execPath, [at('dist', 'check-env.mjs')], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Stop(stderr.trim(), 2)
  return JSON.parse(stdout)
}

/** Stops with a sentence when the port is taken or cannot be had. */
export function checkPort({ host, port }) {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(new Stop(portSentence(error, host, port))))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()))
  })
}

function portSentence(error, host, port) {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is in use by another program (perhaps another Skein). Stop that one, or choose another port: PORT=${port + 1} npm start`
  if (error.code === 'EACCES')
    return `Port ${port} may not be used by this account. Choose one above 1023: PORT=3000 npm start`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `HOST is ${host}, which is not an address of this machine. Leave it out to listen on 127.0.0.1.`
  return `Cannot listen on ${host}, port ${port}: ${error.message}`
}

/** Serves the production build; resolves when requests are answered. */
export async function serve({ host, port, provider }) {
  process.env.NODE_ENV = 'production'
  // Our own handler ends event streams and drains commits; Next's would wait for the streams for ever.
  process.env.NEXT_MANUAL_SIG_HANDLE = 'true'
  process.env.HOST = host
  process.env.PORT = String(port)
  setHeapFlags()
  const { nextStart } = require('next/dist/cli/next-start.js')
  await nextStart({ port, hostname: host, keepAliveTimeout: KEEP_ALIVE_MS }, root)
  const url = address(host, Number(process.env.PORT))
  await answered(url)
  say(`Skein is ready at ${url} (${provider})`)
}

/**
 * Next listens before the app is put together, and the app may still end the process with a sentence. Any
 * answer, even a refusal, means that it stands.
 */
async function answered(url) {
  const response = await fetch(`${url}/api/health`).catch(() => null)
  if (response !== null) return void (await response.body?.cancel())
  await new Promise((resolve) => setTimeout(resolve, 100))
  return answered(url)
}

/** Serves the sources with reloading, for working on Skein itself. */
export async function serveDev({ host, port }) {
  const args = ['dev', '--port', String(port), '--hostname', host]
  process.exitCode = await runNode(at('node_modules', 'next', 'dist', 'bin', 'next'), args)
}

function address(host, port) {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`
  const isBareIpv6 = host.includes(':') && !host.startsWith('[')
  return `http://${isBareIpv6 ? `[${host}]` : host}:${port}`
}
