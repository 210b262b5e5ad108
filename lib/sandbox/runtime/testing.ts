import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a stand-in of the package holds. */
export type Held = 'everything' | 'nothing' | 'no network' | 'no writing' | 'no reading'

/**
 * Writes a module with the part of the package that is used: it records the settings that it is given, a line of JSON
 * each, and runs commands in bubblewrap, as those settings say and as far as it is to hold them.
 */
export function writeStandIn(folder: string, held: Held = 'everything'): { module: string; record: string } {
  const [module, record] = [join(folder, `stand-in-${held.replace(' ', '-')}.mjs`), join(folder, 'record')]
  writeFileSync(
    module,
    `import { appendFileSync, existsSync, statSync } from 'node:fs'
const held = ${JSON.stringify(held)}
const word = (text) => "'" + text.replaceAll("'", "'\\\\''") + "'"
const inside = (folder, path) => path === folder || path.startsWith(folder + '/')
let settings = null
export const SandboxManager = {
  async initialize(given) {
    settings = given
    appendFileSync(${JSON.stringify(record)}, JSON.stringify(given) + '\\n')
  },
  async wrapWithSandbox(command) {
    const { filesystem, network } = settings
    const there = (paths) => paths.filter((path) => existsSync(path))
    const nothing = (path) => statSync(path).isDirectory() ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path]
    const allowed = there(filesystem.allowRead)
    const denied = held === 'no reading' || held === 'nothing' ? [] : there(filesystem.denyRead)
    const isWithin = (path) => allowed.some((one) => one !== path && inside(one, path))
    const isOpen = held === 'no writing' || held === 'nothing'
    const isNetless = network.allowedDomains.length === 0 && held !== 'no network' && held !== 'nothing'
    const args = [
      ...['/usr/bin/bwrap', isOpen ? '--bind' : '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
      ...['--unshare-pid', '--die-with-parent', ...(isNetless ? ['--unshare-net'] : [])],
      ...denied.filter((path) => !isWithin(path)).flatMap(nothing),
      ...allowed.flatMap((path) => [isOpen ? '--bind' : '--ro-bind', path, path]),
      ...there(filesystem.allowWrite).flatMap((path) => ['--bind', path, path]),
      ...denied.filter(isWithin).flatMap(nothing),
      ...(network.httpProxyPort === undefined
        ? []
        : ['--setenv', 'HTTP_PROXY', 'http://127.0.0.1:' + network.httpProxyPort, '--setenv', 'SOCKS_PORT', String(network.socksProxyPort)]),
      ...['/bin/bash', '-c', command],
    ]
    return args.map(word).join(' ')
  },
}
`,
  )
  return { module, record }
}
