import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'

/** A setting that cannot be used; the message names it and says what it should be. */
export class EnvironmentError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'EnvironmentError'
  }
}

const optional = z
  .string()
  .optional()
  .transform((value) => (value === undefined || value.trim() === '' ? undefined : value.trim()))

/** A number written as text, with a default; the sentence says what is expected. */
const amount = (fallback: number, least: number, most: number, isWhole: boolean) =>
  optional.transform((value, context) => {
    const number = value === undefined ? fallback : Number(value)
    const fits =
      Number.isFinite(number) && number >= least && number <= most && (!isWhole || Number.isInteger(number))
    if (!fits)
      context.addIssue({
        code: 'custom',
        message: `must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}`,
      })
    return number
  })

const schema = z.object({
  PORT: amount(3000, 0, 65_535, true),
  HOST: optional.pipe(z.string().default('127.0.0.1')),
  SKEIN_DATA_DIR: optional.pipe(z.string().default('.skein')),
  ANTHROPIC_API_KEY: optional,
  ANTHROPIC_AUTH_TOKEN: optional,
  ANTHROPIC_BASE_URL: optional.pipe(
    z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' }).optional(),
  ),
  SKEIN_PROVIDER: optional.pipe(
    z.enum(['anthropic', 'simulator'], { error: 'must be `anthropic` or `simulator`' }).optional(),
  ),
  SKEIN_WORKSPACE_ROOTS: optional,
  SKEIN_PRIVATE_NAMES: optional,
  SKEIN_MAX_CONCURRENCY: amount(200, 1, 10_000, true),
  SKEIN_BATCH_POLL_SECONDS: amount(60, 1, 3600, false),
  SKEIN_SIMULATOR_SPEED: amount(1, 0, 1000, false),
  SKEIN_TEAM_TOKEN: optional.pipe(z.string().min(16, 'must have at least 16 characters').optional()),
  SKEIN_ALLOWED_HOSTS: optional,
  SKEIN_WEBHOOK_ALLOW_LOOPBACK: optional.pipe(
    z.enum(['0', '1'], { error: 'must be `1` to allow receivers on this machine, or `0`' }).optional(),
  ),
  SKEIN_NEXT_DIR: optional.pipe(z.string().default('.next')),
  NODE_ENV: optional,
  HOME: optional,
  PATH: optional,
  SSH_AUTH_SOCK: optional,
  XDG_CONFIG_HOME: optional,
  SKEIN_PRIVATE_HOSTS: optional,
  USERPROFILE: optional,
})

type Settings = z.infer<typeof schema>

export type Environment = {
  port: number
  host: string
  dataDir: string
  /** The folder Skein is installed in: migrations and bundled entries are below it. */
  installDir: string
  /** The folder of the built pages. */
  nextDir: string
  /** True while Skein itself is worked on, with pages made on the way. */
  isDevelopment: boolean
  provider: 'anthropic' | 'simulator'
  apiKey: string | null
  authToken: string | null
  baseUrl: string | null
  workspaceRoots: string[]
  /** Names of files and folders that agents never see, beside those they never see anyway. */
  privateNames: string[]
  maxConcurrency: number
  simulatorSpeed: number
  /** Longest from one look at a batch to the next. */
  batchPollSeconds: number
  teamToken: string | null
  allowedHosts: string[]
  /** Whether notices may go to receivers on this machine. */
  webhookAllowsLoopback: boolean
  /** Machines of a private network that repositories may be cloned from. */
  privateHosts: string[]
  /** What git gets of the environment where it works for the operator: their configuration and keys. */
  gitEnvironment: Record<string, string>
  /** The user's own folder, where their agent types are; null when the system names none. */
  home: string | null
}

const loopback = new Set(['127.0.0.1', 'localhost', '::1', '[::1]'])

/** True for an address only this machine can reach. */
export function isLoopback(host: string): boolean {
  return loopback.has(host) || /^127(\.\d{1,3}){3}$/.test(host)
}

/** The one reader of the environment. Throws `EnvironmentError` with a sentence per bad value. */
export function readEnvironment(source: Record<string, string | undefined>, folder: string): Environment {
  const result = schema.safeParse(source)
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path: [name], message }) => `${String(name)} ${message}${shown(String(name), source[String(name)])}`,
    )
    throw new EnvironmentError(`${problems.join('. ')}.`)
  }
  const env = result.data
  const provider = providerOf(env)
  const allowedHosts = list(env.SKEIN_ALLOWED_HOSTS)
  if (!isLoopback(env.HOST)) requireTeam(env.HOST, env.SKEIN_TEAM_TOKEN, allowedHosts)
  return {
    port: env.PORT,
    host: env.HOST,
    dataDir: resolve(folder, env.SKEIN_DATA_DIR),
    installDir: folder,
    nextDir: resolve(folder, env.SKEIN_NEXT_DIR),
    isDevelopment: env.NODE_ENV === 'development',
    provider,
    apiKey: env.ANTHROPIC_API_KEY ?? null,
    authToken: env.ANTHROPIC_API_KEY === undefined ? (env.ANTHROPIC_AUTH_TOKEN ?? null) : null,
    baseUrl: env.ANTHROPIC_BASE_URL ?? null,
    workspaceRoots: rootsOf(env, folder),
    privateNames: list(env.SKEIN_PRIVATE_NAMES),
    maxConcurrency: env.SKEIN_MAX_CONCURRENCY,
    simulatorSpeed: env.SKEIN_SIMULATOR_SPEED,
    batchPollSeconds: env.SKEIN_BATCH_POLL_SECONDS,
    teamToken: env.SKEIN_TEAM_TOKEN ?? null,
    allowedHosts,
    webhookAllowsLoopback: env.SKEIN_WEBHOOK_ALLOW_LOOPBACK === '1',
    privateHosts: list(env.SKEIN_PRIVATE_HOSTS),
    gitEnvironment: Object.fromEntries(
      Object.entries({
        HOME: env.HOME,
        PATH: env.PATH,
        SSH_AUTH_SOCK: env.SSH_AUTH_SOCK,
        XDG_CONFIG_HOME: env.XDG_CONFIG_HOME,
      }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    home: env.HOME ?? env.USERPROFILE ?? null,
  }
}

function providerOf(env: Settings): Environment['provider'] {
  const credentials = [env.ANTHROPIC_API_KEY, env.ANTHROPIC_AUTH_TOKEN, env.ANTHROPIC_BASE_URL]
  const isReachable = credentials.some((one) => one !== undefined)
  if (env.SKEIN_PROVIDER === 'anthropic' && !isReachable)
    throw new EnvironmentError(
      'SKEIN_PROVIDER is `anthropic`, but neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN nor ANTHROPIC_BASE_URL is set. Set one, or leave SKEIN_PROVIDER out to use the simulator.',
    )
  return env.SKEIN_PROVIDER ?? (isReachable ? 'anthropic' : 'simulator')
}

/** The folders that runs may open; without the setting, the one Skein was started in. */
function rootsOf(env: Settings, folder: string): string[] {
  const roots = list(env.SKEIN_WORKSPACE_ROOTS)
  const relative = roots.find((root) => !isAbsolute(root))
  if (relative !== undefined)
    throw new EnvironmentError(
      `SKEIN_WORKSPACE_ROOTS must list absolute folders, separated by commas (it has ${JSON.stringify(relative)}).`,
    )
  return roots.length > 0 ? roots : [folder]
}

/** Values that are themselves secrets, or hold some: a sentence about them ends up in a log. */
const secret = new Set([
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'SKEIN_TEAM_TOKEN',
])

function shown(name: string, value: string | undefined): string {
  return secret.has(name) ? '' : ` (it is ${JSON.stringify(value)})`
}

let ofProcess: Environment | null = null

/** The environment this process was started with, read once. */
export function processEnvironment(): Environment {
  ofProcess ??= readEnvironment(process.env, process.cwd())
  return ofProcess
}

function requireTeam(host: string, token: string | undefined, hosts: readonly string[]): void {
  const missing = [
    ...(token === undefined ? ['SKEIN_TEAM_TOKEN'] : []),
    ...(hosts.length === 0 ? ['SKEIN_ALLOWED_HOSTS'] : []),
  ]
  if (missing.length === 0) return
  throw new EnvironmentError(
    `HOST is ${host}, which other machines can reach, so ${missing.join(' and ')} must be set: a token the team shares, and the host names browsers will use. Or leave HOST out to listen on this machine only.`,
  )
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
