import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { processesHere } from '@/lib/processes/here'
import type { FoundSandbox } from '@/lib/sandbox/backend'
import { choiceOf, findSandbox } from '@/lib/sandbox/this-machine'
import type { Environment } from '../services/env'
import { type Check, failed, fine, skipped, warning } from './check'

/** Longest that anything asked over the network may take. */
const ASK_MS = 5_000

/** How far the clock may be off from that of the provider: signed webhooks are refused at five minutes. */
const MOST_OFF_MS = 60_000

/** Where the provider is reached when no setting says so. */
const ANTHROPIC = 'https://api.anthropic.com'

/** Checks of the machine, the settings and what is reached from here; `isOnline` asks the provider, too. */
export async function machineChecks(env: Environment, isOnline: boolean): Promise<Check[]> {
  return [
    await checkPort(env),
    sandboxCheck(await findSandbox(processesHere.run, choiceOf(env))),
    checkGit(),
    checkCredential(env),
    await checkProvider(env, isOnline),
    checkProxies(env),
  ]
}

async function checkPort({ host, port }: Environment): Promise<Check> {
  const name = 'port'
  const code = await new Promise<string | null>((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(null)))
  })
  if (code === null) return fine(name, `Nothing listens on ${host}, port ${port}: a start can.`)
  if (code !== 'EADDRINUSE')
    return failed(
      name,
      `Skein cannot listen on ${host}, port ${port} (${code}).`,
      'Set HOST and PORT otherwise.',
    )
  return (await isSkein(host, port))
    ? fine(name, `A Skein answers on ${host}, port ${port}.`)
    : failed(
        name,
        `Another program listens on ${host}, port ${port}.`,
        'Stop it, or set PORT to another one.',
      )
}

async function isSkein(host: string, port: number): Promise<boolean> {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const address = name.includes(':') ? `[${name.replace(/^\[|\]$/g, '')}]` : name
  try {
    const answer = await fetch(`http://${address}:${port}/api/health/live`, {
      signal: AbortSignal.timeout(ASK_MS),
    })
    return (await answer.text()).includes('"live"')
  } catch {
    return false
  }
}

/** What was found of the sandbox: without one agents have no shell, and all else works. */
export function sandboxCheck(found: FoundSandbox): Check {
  const name = 'sandbox'
  switch (found.kind) {
    case 'none':
      return warning(name, found.reason, 'Without it agents run no commands; everything else works.')
    case 'sandbox-runtime':
      return warning(name, found.note, 'Run Skein on Linux with bubblewrap where that is not enough.')
    case 'bubblewrap':
      return fine(name, 'Commands of agents run in bubblewrap.')
  }
}

function checkGit(): Check {
  const { status, stdout } = spawnSync('git', ['--version'], { encoding: 'utf8', timeout: ASK_MS })
  return status === 0
    ? fine('git', stdout.trim())
    : failed('git', 'git cannot be run: files of runs are kept with it.', 'Install git.')
}

function checkCredential({ provider, apiKey, authToken }: Environment): Check {
  const name = 'credential'
  if (provider === 'simulator')
    return fine(name, 'The simulator answers; nothing is spent, and no key is needed.')
  return apiKey === null && authToken === null
    ? warning(
        name,
        'No key is set: the endpoint of ANTHROPIC_BASE_URL is asked without one.',
        'Set ANTHROPIC_API_KEY where it needs one, as in a file .env.local.',
      )
    : fine(name, 'A key for the provider is set.')
}

async function checkProvider({ provider, baseUrl }: Environment, isOnline: boolean): Promise<Check> {
  const name = 'provider'
  if (provider === 'simulator') return skipped(name, 'The simulator is part of Skein.')
  if (!isOnline) return skipped(name, 'Not asked; --online asks whether it answers. No key is sent.')
  const { host } = new URL(baseUrl ?? ANTHROPIC)
  try {
    const answer = await fetch(baseUrl ?? ANTHROPIC, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(ASK_MS),
    })
    await answer.body?.cancel()
    const offMs = Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now())
    return offMs > MOST_OFF_MS
      ? failed(
          name,
          `${host} answers, and its clock differs by ${Math.round(offMs / 1000)} seconds.`,
          'Set the clock of this machine, and keep it set (NTP).',
        )
      : fine(name, `${host} answers.`)
  } catch {
    return failed(name, `${host} does not answer.`, 'Look at the network, its proxy, and ANTHROPIC_BASE_URL.')
  }
}

function checkProxies({ trustedProxies, team }: Environment): Check {
  const name = 'trusted proxies'
  const open = trustedProxies.filter((one) => one.endsWith('/0'))
  if (open.length > 0)
    return failed(
      name,
      `${open.join(' and ')} believes everybody who says where they come from.`,
      'Name the addresses of your proxies in SKEIN_TRUSTED_PROXIES.',
    )
  const isBehindTls = team?.url.startsWith('https://') === true
  return isBehindTls && trustedProxies.length === 0
    ? warning(
        name,
        'SKEIN_URL is https, and no proxy is trusted: all requests seem to come from the proxy.',
        'Name its address in SKEIN_TRUSTED_PROXIES.',
      )
    : fine(name, trustedProxies.length === 0 ? 'None.' : trustedProxies.join(', '))
}
