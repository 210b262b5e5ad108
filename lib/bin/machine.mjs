// What the machine must have before anything is installed.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { announced, run, Stop, succeeds } from './run.mjs'

const LEAST = [20, 19]

/** Stops with a sentence when this Node is too old. */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return
  throw new Stop(
    `Skein needs Node ${LEAST.join('.')} or newer; this is Node ${version}. Install a newer one from https://nodejs.org and run the command again.`,
  )
}

/** The programs a native package is compiled with, that this machine lacks. */
export function missingTools() {
  const compilers = [process.env.CXX ?? 'g++', 'c++', 'clang++']
  return [
    ...(succeeds('python3', ['--version']) ? [] : ['python3']),
    ...(succeeds('make', ['--version']) ? [] : ['make']),
    ...(compilers.some((name) => succeeds(name, ['--version'])) ? [] : ['a C++ compiler']),
  ]
}

/** True where packages can be installed with apt-get without asking anybody. */
export function isDebianRoot() {
  return existsSync('/etc/debian_version') && process.getuid?.() === 0 && succeeds('apt-get', ['--version'])
}

/** Installs Debian packages. False when apt-get could not. */
export async function aptInstall(packages, usual) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  let isDone = false
  await announced(`Installing ${packages.join(', ')} with apt-get`, usual, async () => {
    // A mirror that is briefly unreachable must not hide packages that are already known.
    await run('apt-get', ['update', '-qq'], { env, quiet: true })
    const args = ['install', '-y', '-qq', '--no-install-recommends', ...packages]
    isDone = (await run('apt-get', args, { env, quiet: true })) === 0
  })
  return isDone
}

/**
 * The headers this Node was installed with, so compiling needs no download; null when there are none.
 */
export function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath))
  const file = join(prefix, 'include', 'node', 'node_version.h')
  if (!existsSync(file)) return null
  const major = /#define NODE_MAJOR_VERSION (\d+)/.exec(readFileSync(file, 'utf8'))?.[1]
  return major === process.versions.node.split('.')[0] ? prefix : null
}
