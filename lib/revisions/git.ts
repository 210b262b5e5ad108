import { cutText } from '@/lib/core/base/cut-text'
import type { RunCommand } from '@/lib/processes/command'

/** How one git command runs beside its arguments. */
export type GitOptions = {
  /** Bytes for its standard input. */
  input?: string | Buffer<ArrayBuffer>
  /** The index file it works on. */
  index?: string
  /** The folder whose files it reads or writes. */
  workTree?: string
  /** Objects of another repository that may be read beside its own. */
  alternates?: string
  /** Exit codes besides 0 that are answers. */
  answers?: readonly number[]
  /** More of the environment, for what no argument may hold. */
  environment?: Readonly<Record<string, string>>
  signal?: AbortSignal
  /** Processor seconds that it may use: for what others wrote, such as a pattern. */
  cpuSeconds?: number
  /** Longest output that is kept, in bytes; more ends the command. */
  mostBytes?: number
}

/** What a command gave. */
export type GitOutput = { code: number; output: Buffer<ArrayBuffer> }

/** Runs git in one repository of Skein's own. */
export type Git = {
  /** The bare repository's folder. */
  folder: string
  /** The same in another repository. */
  at(folder: string): Git
  run(args: readonly string[], options?: GitOptions): Promise<GitOutput>
  text(args: readonly string[], options?: GitOptions): Promise<string>
}

/** A git command that failed, with the first lines of what it said. */
export class GitError extends Error {
  constructor(command: string, said: string) {
    super(`git ${command} failed: ${cutText(said.trim() || 'it said nothing', 500)}`)
    this.name = 'GitError'
  }
}

/**
 * What no repository, person or machine may add to a command: hooks, monitors, filters, line-end
 * conversions, pagers, other protocols. Passed with every command, so that nothing a workspace holds is run.
 */
const neutral = [
  ...['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.attributesFile=/dev/null'],
  ...['core.autocrlf=false', 'core.safecrlf=false', 'core.quotePath=false', 'core.precomposeUnicode=false'],
  ...['core.symlinks=true', 'core.fileMode=true', 'core.protectNTFS=true', 'core.looseCompression=1'],
  ...['protocol.allow=never', 'gc.auto=0', 'maintenance.auto=false', 'diff.external=', 'merge.renames=true'],
  // What a committed event names is on disk, whatever becomes of the power.
  ...['core.fsync=committed,loose-object', 'core.fsyncMethod=batch'],
  ...['submodule.recurse=false', 'core.untrackedCache=false', 'advice.detachedHead=false'],
].flatMap((setting) => ['-c', setting])

/** The most that a command may say unless it is told otherwise: lists of 200,000 long paths fit. */
const MOST_BYTES = 256_000_000

/**
 * Runs git in the bare repository in `folder`, with no configuration but its own: neither the system's nor
 * the user's is read, no prompt is shown, and no attribute of the files counts (`info/attributes` outranks
 * those that lie among them, and switches all conversions off). `runCommand`: how its commands are run.
 */
export function createGit(folder: string, runCommand: RunCommand): Git {
  const environment = (options: GitOptions): NodeJS.ProcessEnv => ({
    ...gitEnvironment(folder),
    ...(options.index === undefined ? {} : { GIT_INDEX_FILE: options.index }),
    ...(options.alternates === undefined ? {} : { GIT_ALTERNATE_OBJECT_DIRECTORIES: options.alternates }),
    ...(options.workTree === undefined ? {} : { GIT_WORK_TREE: options.workTree }),
    ...options.environment,
  })
  const run = async (args: readonly string[], options: GitOptions = {}): Promise<GitOutput> => {
    const { input = '', answers = [], signal, mostBytes = MOST_BYTES } = options
    const named = args.find((one) => !one.startsWith('-') && !one.includes('=')) ?? ''
    const [program, ...given] = boundedBy(options.cpuSeconds, [...neutral, ...args])
    const command = { program, args: given, env: environment(options), cwd: options.workTree ?? '/' }
    const { code, output, said, isTooLong } = await runCommand({ ...command, input, mostBytes }, signal)
    if (isTooLong) throw new GitError(named, `more than ${mostBytes} bytes of output`)
    if (code === 0 || (code !== null && answers.includes(code))) return { code, output }
    throw new GitError(named, said)
  }
  return {
    folder,
    at: (other) => createGit(other, runCommand),
    run,
    text: async (args, options) => (await run(args, options)).output.toString('utf8').trim(),
  }
}

/** A command that the system ends once it has used so much processor time, by itself or waiting for nobody. */
function boundedBy(cpuSeconds: number | undefined, args: readonly string[]): [string, ...string[]] {
  if (cpuSeconds === undefined) return ['git', ...args]
  return ['/bin/sh', '-c', `ulimit -t ${Math.ceil(cpuSeconds)}; exec git "$@"`, 'git', ...args]
}

/**
 * zlib takes a quarter of a megabyte for each object and gives it back, which glibc does by asking the system for
 * new pages each time: ten thousand files took fifteen seconds instead of one. These have it keep what it had
 * (mallopt(3)); other libraries pass over them.
 */
const keepsMemory = {
  MALLOC_MMAP_THRESHOLD_: '33554432',
  MALLOC_TRIM_THRESHOLD_: '268435456',
  MALLOC_TOP_PAD_: '16777216',
}

/**
 * All that a git process of Skein's gets of an environment. Where git is looked for is not taken from the
 * server's, which a workspace may have set.
 */
export function gitEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    NODE_ENV: 'production',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/usr/local/git/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_LAZY_FETCH: '1',
    ...keepsMemory,
  }
}
