import { isAbsolute, join, resolve } from 'node:path'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import type { OidcSettings } from '@/lib/accounts/identity'
import { readGroupRoles } from '@/lib/accounts/provider-roles'
import { parseUrl } from '@/lib/core/wire/parse-url'

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

/** Whether an address is nothing but `https://host` and a path. What is none at all is told of elsewhere. */
function hasNothingBeside(address: string): boolean {
  const url = parseUrl(address)
  if (url === null) return true
  const { username, password, search, hash } = url
  return `${username}${password}${search}${hash}` === ''
}

const schema = z.object({
  PORT: amount(3000, 0, 65_535, true),
  HOST: optional.pipe(z.string().default('127.0.0.1')),
  SKEIN_DATA_DIR: optional.pipe(z.string().default('.skein')),
  SKEIN_BACKUP_DIR: optional,
  SKEIN_CLAUDE_DIR: optional,
  ANTHROPIC_API_KEY: optional,
  ANTHROPIC_AUTH_TOKEN: optional,
  ANTHROPIC_BASE_URL: optional.pipe(
    z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' }).optional(),
  ),
  SKEIN_BILLING_URL: optional.pipe(
    z
      .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
      .refine(hasNothingBeside, 'must hold no name, password, query or fragment')
      .transform((url) => url.replace(/\/+$/, ''))
      .default('https://api.anthropic.com'),
  ),
  SKEIN_PROVIDER: optional.pipe(
    z.enum(['anthropic', 'simulator'], { error: 'must be `anthropic` or `simulator`' }).optional(),
  ),
  SKEIN_WORKSPACE_ROOTS: optional,
  SKEIN_PRIVATE_NAMES: optional,
  SKEIN_SANDBOX: optional.pipe(
    z
      .enum(['bubblewrap', 'sandbox-runtime'], {
        error: 'must be `bubblewrap` or `sandbox-runtime`, or left out for what there is',
      })
      .optional(),
  ),
  SKEIN_MAX_CONCURRENCY: amount(200, 1, 10_000, true),
  SKEIN_BATCH_POLL_SECONDS: amount(60, 1, 3600, false),
  SKEIN_SIMULATOR_SPEED: amount(1, 0, 1000, false),
  SKEIN_TEAM_TOKEN: optional.pipe(z.string().min(16, 'must have at least 16 characters').optional()),
  SKEIN_ALLOWED_HOSTS: optional,
  SKEIN_SECRETS_KEY: optional.pipe(
    z
      .string()
      .regex(
        /^[0-9a-f]{64}$/i,
        'must be 32 bytes as 64 hexadecimal digits: `openssl rand -hex 32` makes some',
      )
      .optional(),
  ),
  SKEIN_AUTH: optional.pipe(
    z.enum(['team'], { error: 'must be `team` for accounts of their own, or left out' }).optional(),
  ),
  SKEIN_URL: optional.pipe(
    z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' }).optional(),
  ),
  SKEIN_TRUSTED_PROXIES: optional,
  SKEIN_OIDC_ISSUER: optional.pipe(
    z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' }).optional(),
  ),
  SKEIN_OIDC_CLIENT_ID: optional,
  SKEIN_OIDC_CLIENT_SECRET: optional,
  SKEIN_OIDC_NAME: optional.pipe(z.string().max(60).default('single sign-on')),
  SKEIN_OIDC_GROUPS_CLAIM: optional.pipe(z.string().max(100).default('groups')),
  SKEIN_OIDC_ROLES: optional,
  SKEIN_WEBHOOK_ALLOW_LOOPBACK: optional.pipe(
    z.enum(['0', '1'], { error: 'must be `1` to allow receivers on this machine, or `0`' }).optional(),
  ),
  SKEIN_LOG: optional.pipe(
    z.enum(['json', 'text'], { error: 'must be `json` or `text`, or left out' }).optional(),
  ),
  SKEIN_LOG_LEVEL: optional.pipe(
    z
      .enum(['debug', 'info', 'warn', 'error'], { error: 'must be `debug`, `info`, `warn` or `error`' })
      .default('info'),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional.pipe(
    z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' }).optional(),
  ),
  OTEL_SDK_DISABLED: optional,
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: optional,
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
  /** Where backups lie that are made by themselves. */
  backupDir: string
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
  /** Where the Admin API of the provider is asked what was billed, without a slash at its end. */
  billingUrl: string
  workspaceRoots: string[]
  /** Names of files and folders that agents never see, beside those they never see anyway. */
  privateNames: string[]
  /** In what commands of agents run; `auto`: bubblewrap, and where there is none what is installed beside. */
  sandbox: 'auto' | 'bubblewrap' | 'sandbox-runtime'
  maxConcurrency: number
  simulatorSpeed: number
  /** Longest from one look at a batch to the next. */
  batchPollSeconds: number
  teamToken: string | null
  /** What provider keys are sealed with, 32 bytes in hex; null for the key in the data folder. */
  secretsKey: string | null
  /** Accounts of a team, and the address under which browsers reach this server; null without accounts. */
  team: TeamSettings | null
  /** Addresses and networks of proxies whose word is taken for whom they forward for. */
  trustedProxies: string[]
  allowedHosts: string[]
  /** How the log is written; null where the terminal decides, and from which level on. */
  log: { format: 'json' | 'text' | null; level: 'debug' | 'info' | 'warn' | 'error' }
  /** The collector that traces and metrics are sent to; null where nothing is. */
  telemetry: { endpoint: string; showsContent: boolean } | null
  /** Values of the environment that no log may show. */
  secrets: string[]
  /** Whether notices may go to receivers on this machine. */
  webhookAllowsLoopback: boolean
  /** Machines of a private network that repositories may be cloned from. */
  privateHosts: string[]
  /** What git gets of the environment where it works for the operator: their configuration and keys. */
  gitEnvironment: Record<string, string>
  /** Values that the operator may hand to MCP servers, by their names: no other variable is. */
  mcpValues: Record<string, string>
  /** The folder of Claude Code, whose runs may be imported; null where nothing says which that is. */
  claudeDir: string | null
  /** The user's own folder, where their agent types are; null when the system names none. */
  home: string | null
}

/** How a team signs in. */
export type TeamSettings = { url: string; oidc: OidcSettings | null }

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
  if (!isLoopback(env.HOST)) requireTeam(env, allowedHosts)
  return {
    port: env.PORT,
    host: env.HOST,
    dataDir: resolve(folder, env.SKEIN_DATA_DIR),
    backupDir: resolve(folder, env.SKEIN_BACKUP_DIR ?? join(env.SKEIN_DATA_DIR, 'backups')),
    installDir: folder,
    nextDir: resolve(folder, env.SKEIN_NEXT_DIR),
    isDevelopment: env.NODE_ENV === 'development',
    provider,
    apiKey: env.ANTHROPIC_API_KEY ?? null,
    authToken: env.ANTHROPIC_API_KEY === undefined ? (env.ANTHROPIC_AUTH_TOKEN ?? null) : null,
    baseUrl: env.ANTHROPIC_BASE_URL ?? null,
    billingUrl: env.SKEIN_BILLING_URL,
    workspaceRoots: rootsOf(env, folder),
    privateNames: list(env.SKEIN_PRIVATE_NAMES),
    sandbox: env.SKEIN_SANDBOX ?? 'auto',
    maxConcurrency: env.SKEIN_MAX_CONCURRENCY,
    simulatorSpeed: env.SKEIN_SIMULATOR_SPEED,
    batchPollSeconds: env.SKEIN_BATCH_POLL_SECONDS,
    teamToken: env.SKEIN_TEAM_TOKEN ?? null,
    secretsKey: env.SKEIN_SECRETS_KEY ?? null,
    team: teamOf(env),
    trustedProxies: proxiesOf(env),
    allowedHosts,
    log: { format: env.SKEIN_LOG ?? null, level: env.SKEIN_LOG_LEVEL },
    telemetry: telemetryOf(env),
    secrets: secretsOf(source),
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
    mcpValues: Object.fromEntries(
      Object.entries(source).flatMap(([name, value]) =>
        name.startsWith('SKEIN_MCP_') && value !== undefined ? [[name, value]] : [],
      ),
    ),
    claudeDir: claudeDirOf(env, folder),
    home: homeOf(env),
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

function homeOf(env: Settings): string | null {
  return env.HOME ?? env.USERPROFILE ?? null
}

function claudeDirOf(env: Settings, folder: string): string | null {
  if (env.SKEIN_CLAUDE_DIR !== undefined) return resolve(folder, env.SKEIN_CLAUDE_DIR)
  const home = homeOf(env)
  return home === null ? null : join(home, '.claude')
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
  'SKEIN_BILLING_URL',
  'SKEIN_TEAM_TOKEN',
  'SKEIN_SECRETS_KEY',
  'SKEIN_OIDC_CLIENT_SECRET',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
])

/** By the names that all programs of OpenTelemetry know. */
function telemetryOf(env: Settings): Environment['telemetry'] {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (endpoint === undefined || env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return null
  const asked = env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT ?? 'false'
  return { endpoint, showsContent: asked.toLowerCase() === 'true' }
}

/** Secrets of the environment, with what is handed to MCP servers; an address counts where it has a credential in it. */
function secretsOf(source: Record<string, string | undefined>): string[] {
  return Object.entries(source).flatMap(([name, value = '']) => {
    if (name === 'ANTHROPIC_BASE_URL' || name === 'OTEL_EXPORTER_OTLP_ENDPOINT')
      return parseUrl(value)?.password ?? []
    return secret.has(name) || name.startsWith('SKEIN_MCP_') ? value.trim() : []
  })
}

function shown(name: string, value: string | undefined): string {
  return secret.has(name) ? '' : ` (it is ${JSON.stringify(value)})`
}

let ofProcess: Environment | null = null

/** The environment this process was started with, read once. */
export function processEnvironment(): Environment {
  ofProcess ??= readEnvironment(process.env, process.cwd())
  return ofProcess
}

function requireTeam({ HOST, SKEIN_AUTH, SKEIN_TEAM_TOKEN }: Settings, hosts: readonly string[]): void {
  const missing = [
    ...(SKEIN_AUTH === undefined && SKEIN_TEAM_TOKEN === undefined ? ['SKEIN_AUTH=team'] : []),
    ...(hosts.length === 0 ? ['SKEIN_ALLOWED_HOSTS'] : []),
  ]
  if (missing.length === 0) return
  throw new EnvironmentError(
    `HOST is ${HOST}, which other machines can reach, so ${missing.join(' and ')} must be set: accounts for the team, and the host names browsers will use. Or leave HOST out to listen on this machine only.`,
  )
}

function teamOf(env: Settings): TeamSettings | null {
  const named = [env.SKEIN_OIDC_ISSUER, env.SKEIN_OIDC_CLIENT_ID, env.SKEIN_OIDC_CLIENT_SECRET]
  const hasOidc = named.some((one) => one !== undefined)
  if (env.SKEIN_AUTH !== 'team') {
    if (hasOidc) throw new EnvironmentError('SKEIN_OIDC_ISSUER and its like need SKEIN_AUTH=team.')
    return null
  }
  const host = isLoopback(env.HOST) ? '127.0.0.1' : env.HOST
  const url = new URL(env.SKEIN_URL ?? `http://${host}:${env.PORT}`).origin
  if (!hasOidc) return { url, oidc: null }
  const [issuer, clientId, clientSecret] = named
  if (
    issuer === undefined ||
    clientId === undefined ||
    clientSecret === undefined ||
    env.SKEIN_URL === undefined
  )
    throw new EnvironmentError(
      'Signing in by a provider needs SKEIN_OIDC_ISSUER, SKEIN_OIDC_CLIENT_ID, SKEIN_OIDC_CLIENT_SECRET and SKEIN_URL, the address under which browsers reach this server.',
    )
  const { roles, problem } = readGroupRoles(env.SKEIN_OIDC_ROLES ?? '')
  if (problem !== null) throw new EnvironmentError(`SKEIN_OIDC_ROLES ${problem}.`)
  if (roles.length === 0)
    throw new EnvironmentError(
      'SKEIN_OIDC_ROLES must say which group has which role, such as `skein-admins=admin,*=viewer`.',
    )
  const { SKEIN_OIDC_NAME: name, SKEIN_OIDC_GROUPS_CLAIM: groupsClaim } = env
  return { url, oidc: { issuer, clientId, clientSecret, name, groupsClaim, roles } }
}

function proxiesOf(env: Settings): string[] {
  const proxies = list(env.SKEIN_TRUSTED_PROXIES)
  const wrong = proxies.find((one) => !ipaddr.isValid(one) && !ipaddr.isValidCIDR(one))
  if (wrong !== undefined)
    throw new EnvironmentError(
      `SKEIN_TRUSTED_PROXIES must list addresses or networks such as 10.0.0.0/8 (it has ${JSON.stringify(wrong)}).`,
    )
  return proxies
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
