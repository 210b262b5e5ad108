import { readdir, realpath, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cutText } from '@/lib/core/base/cut-text'
import { parseUrl } from '@/lib/core/wire/parse-url'
import { type Remote, remoteEnvironment } from '@/lib/revisions/remote'
import type { App } from '@/lib/server/app/app'
import { isPublicAddress } from '@/lib/web/public-address'
import { systemResolve } from '@/lib/web/system-resolve'

/** Longest that a clone may take, in awake milliseconds. */
const CLONE_MS = 15 * 60_000

/** Most that git says where it is told to be quiet, in bytes. */
const MOST_SAID = 1_000_000

export type Cloned =
  | { ok: true; commit: string; bytes: number; shownUrl: string }
  | { ok: false; problem: string }

/** A git address, taken apart; `shown` holds no password. */
type Address = { url: string; shown: string; host: string | null; folder: string | null }

/**
 * Clones a repository into a folder, one commit deep. This is one of the few places where git runs with the
 * operator's own configuration, and so their credential helpers; nothing of it is kept. The address decides
 * about nothing but where from: other protocols than https, ssh and file are none, a private host has to be
 * allowed, and a folder has to lie inside those that runs may open. What is cloned by a connection to GitHub (`as`) is
 * cloned without the operator's configuration, and says nothing of it to git but by the environment.
 */
export async function cloneRepository(
  app: App,
  { url, ref, folder, as }: { url: string; ref: string | null; folder: string; as: Remote | null },
  signal: AbortSignal,
): Promise<Cloned> {
  const address = addressOf(as?.url ?? url, as !== null)
  if (typeof address === 'string') return { ok: false, problem: address }
  if (ref !== null && (ref.startsWith('-') || !/^[\w./@+-]+$/.test(ref)))
    return { ok: false, problem: `${JSON.stringify(ref)} is no name of a branch or tag.` }
  const refused = await refusalOf(app, address)
  if (refused !== null) return { ok: false, problem: refused }
  const late = new AbortController()
  const cancel = app.clock.awake.after(CLONE_MS, () => late.abort())
  const ended = AbortSignal.any([signal, late.signal])
  try {
    const branch = ref === null ? [] : ['--branch', ref]
    const said = await git(
      app,
      [
        'clone',
        '--quiet',
        '--depth=1',
        '--no-tags',
        '--single-branch',
        '--no-local',
        ...branch,
        '--',
        address.url,
        folder,
      ],
      as,
      ended,
    )
    if (said !== null)
      return {
        ok: false,
        problem: late.signal.aborted
          ? `${address.shown} could not be cloned within ${CLONE_MS / 60_000} minutes.`
          : `${address.shown} could not be cloned: ${app.github.clean(withoutSecrets(said, address))}`,
      }
    const commit = await commitOf(app, folder, ended)
    if (commit === null) return { ok: false, problem: `${address.shown} has no commit.` }
    return { ok: true, commit, bytes: await sizeOf(folder), shownUrl: address.shown }
  } finally {
    cancel()
  }
}

const takes =
  'Give an address that begins with https:// or ssh://, git@host:path, or file:// for a folder of this machine.'

function addressOf(text: string, isConnected: boolean): Address | string {
  const scp = /^([\w.-]+)@([\w.-]+):(?!\/\/)(.+)$/.exec(text)
  if (scp !== null) {
    const [, , host = '', path = ''] = scp
    if (path.startsWith('-') || host.startsWith('-')) return takes
    return { url: text, shown: text, host, folder: null }
  }
  const url = parseUrl(text)
  if (url === null || /[\0-\x20]/.test(text))
    return `${JSON.stringify(cutText(text, 200))} is no git address. ${takes}`
  if (url.hostname.startsWith('-') || url.username.startsWith('-')) return takes
  if (url.protocol === 'file:') return { url: text, shown: text, host: null, folder: fileURLToPath(url) }
  const isPlain = isConnected && url.protocol === 'http:'
  if (url.protocol !== 'https:' && url.protocol !== 'ssh:' && !isPlain)
    return `${url.protocol}// is not cloned from. ${takes}`
  const shown = new URL(text)
  shown.password = ''
  if (url.protocol === 'https:') shown.username = ''
  return { url: text, shown: shown.href, host: url.hostname.replace(/^\[|\]$/g, ''), folder: null }
}

async function refusalOf(app: App, { host, folder, shown }: Address): Promise<string | null> {
  if (folder !== null) {
    const found = await app.openFolder(folder).catch((error: unknown) => error)
    return found instanceof Error ? found.message : null
  }
  if (host === null || app.env.privateHosts.includes(host)) return null
  const addresses = isIP(host) === 0 ? await systemResolve(host).catch(() => []) : [host]
  if (addresses.length === 0) return `The host of ${shown} cannot be found.`
  return addresses.every(isPublicAddress)
    ? null
    : `${host} is a machine of a private network. To clone from it, add it to SKEIN_PRIVATE_HOSTS and restart.`
}

/** Runs git as the operator would, without a question to anybody; gives what it complained of, null when nothing. */
async function git(
  app: App,
  args: readonly string[],
  as: Remote | null,
  signal: AbortSignal,
): Promise<string | null> {
  const safe = [
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'http.followRedirects=false',
    'protocol.ext.allow=never',
  ]
  const env = {
    ...app.env.gitEnvironment,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: as === null ? 'https:ssh:file' : 'https:http',
    GIT_LFS_SKIP_SMUDGE: '1',
    GCM_INTERACTIVE: 'never',
    ...(as === null ? {} : connectedEnvironment(as)),
  }
  const given = [...safe.flatMap((one) => ['-c', one]), ...args]
  const order = { program: 'git', args: given, env, cwd: '/', input: '', mostBytes: MOST_SAID }
  try {
    const { code, said } = await app.processes.run(order, signal)
    return code === 0 ? null : said.trim() || `git ended with ${code}`
  } catch (error) {
    return error instanceof Error ? error.message : 'git could not be started'
  }
}

/** Nothing of the operator's: neither a helper that would remember, nor a proxy that would read. */
function connectedEnvironment(as: Remote): Record<string, string> {
  return {
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...remoteEnvironment(as),
  }
}

async function commitOf(app: App, folder: string, signal: AbortSignal): Promise<string | null> {
  const args = ['-c', 'core.fsmonitor=false', '-C', folder, 'rev-parse', '--verify', 'HEAD']
  const env = app.env.gitEnvironment
  const order = { program: 'git', args, env, cwd: '/', input: '', mostBytes: MOST_SAID }
  const told = await app.processes.run(order, signal).catch(() => null)
  const said = told?.code === 0 ? told.output.toString('utf8').trim() : ''
  return /^[0-9a-f]{40,64}$/.test(said) ? said : null
}

/** What git said, without what the address or a helper may have put into it. */
function withoutSecrets(said: string, { url, shown }: Address): string {
  const plain = said.replaceAll(url, shown).replace(/\/\/[^\s/@]+@/g, '//')
  return cutText(
    plain
      .split('\n')
      .filter((line) => !line.startsWith('Cloning'))
      .join(' ')
      .trim(),
    300,
  )
}

async function sizeOf(folder: string): Promise<number> {
  const root = await realpath(folder)
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  let bytes = 0
  for (const entry of entries)
    if (entry.isFile())
      bytes += await stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      )
  return bytes
}
