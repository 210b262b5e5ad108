import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where the agent's own things are: all of it private, gone with the sandbox. */
export const AGENT_HOME = '/home/agent'
/** Where the server hands in commands, read-only. */
export const CONTROL_FOLDER = '/run/skein'
/** Where the agent finds output that was too long to show, read-only. */
export const OUTPUT_FOLDER = '/tmp/output'
/** The one user there is inside. */
export const AGENT_ID = '1000'

const NODE_FOLDER = '/opt/skein-node'
const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']

/** Of `/etc`, what programs need to run and no secret is in; `/etc/ssl/private` is why ssl is not whole. */
const settingsFiles = [
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'alternatives', 'localtime', 'timezone'],
  ...['ssl/certs', 'ssl/openssl.cnf', 'pki/tls/certs', 'pki/ca-trust/extracted', 'ca-certificates'],
  ...['nsswitch.conf', 'mime.types', 'protocols', 'services', 'magic', 'debian_version', 'os-release'],
  ...['fonts', 'java-17-openjdk', 'java-21-openjdk', 'python3', 'php', 'perl', 'R'],
]

/** Arguments that show the programs of this machine read-only. */
export function systemArguments(): string[] {
  return [
    ...systemFolders.flatMap(shown),
    ...settingsFiles.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
  ]
}

/** On most systems `/bin` and its like are links into `/usr`; they are made again as such. */
function shown(folder: string): string[] {
  if (!existsSync(folder)) return []
  return lstatSync(folder).isSymbolicLink()
    ? ['--symlink', readlinkSync(folder), folder]
    : ['--ro-bind', folder, folder]
}

/**
 * The Node that runs us and its npm, and nothing that lies beside them: it may be installed in somebody's home.
 * Nothing where it belongs to the system.
 */
export function nodeArguments(execPath: string): string[] {
  if (isOfSystem(execPath)) return []
  const modules = join(dirname(dirname(execPath)), 'lib', 'node_modules', 'npm')
  const npm = existsSync(modules)
    ? [
        ...['--ro-bind', modules, `${NODE_FOLDER}/lib/node_modules/npm`],
        ...['--symlink', '../lib/node_modules/npm/bin/npm-cli.js', `${NODE_FOLDER}/bin/npm`],
        ...['--symlink', '../lib/node_modules/npm/bin/npx-cli.js', `${NODE_FOLDER}/bin/npx`],
      ]
    : []
  return ['--ro-bind', execPath, `${NODE_FOLDER}/bin/node`, ...npm]
}

/** Where programs are looked for. */
export function searchPath(execPath: string): string {
  const system = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  return isOfSystem(execPath) ? system : `${NODE_FOLDER}/bin:${system}`
}

/** The Node that is found inside, by its path there. */
export function nodeInside(execPath: string): string {
  return isOfSystem(execPath) ? execPath : `${NODE_FOLDER}/bin/node`
}

function isOfSystem(execPath: string): boolean {
  return systemFolders.some((folder) => execPath.startsWith(`${folder}/`))
}
