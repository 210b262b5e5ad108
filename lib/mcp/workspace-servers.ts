import { createHash } from 'node:crypto'
import { z } from 'zod'
import { shortenText } from '@/lib/core/base/cut-text'
import { canonicalJson, jsonSchema, parseJson } from '@/lib/core/base/json'
import { parseUrl } from '@/lib/core/wire/parse-url'
import type { McpServer } from './server-access'

/** A server that a workspace's `.mcp.json` names, as it stands there: placeholders are not filled in. */
export type WorkspaceServer = {
  name: string
  definition: Definition
  /** Names this very definition: one that changes has to be approved again. */
  digest: string
  /** Variables that it wants and has no default for. */
  wants: string[]
}

const texts = z.record(z.string(), z.string())
const processSchema = z.object({
  type: z.literal('stdio').optional(),
  command: z.string().min(1),
  args: z.array(z.string()).max(100).default([]),
  env: texts.default({}),
})
const httpSchema = z.object({
  type: z.enum(['http', 'streamable-http']),
  url: z.string().min(1),
  headers: texts.default({}),
})
const definitionSchema = z.union([httpSchema, processSchema])
type Definition = z.infer<typeof definitionSchema>

const fileSchema = z.object({ mcpServers: z.record(z.string(), jsonSchema) })

/** Servers of one file, and the longest name and definition: more is nobody's configuration. */
const MOST_SERVERS = 50
const LONGEST_NAME = 60
const LONGEST_DEFINITION = 20_000

const placeholder = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g

/**
 * Reads a `.mcp.json` as Claude Code has it. What cannot be used is told in a sentence, and the rest is read.
 * Nothing in it is filled in from the environment of the server: a workspace may be a stranger's.
 */
export function readWorkspaceServers(text: string): { servers: WorkspaceServer[]; problems: string[] } {
  const file = fileSchema.safeParse(parseJson(text))
  if (!file.success) return { servers: [], problems: ['.mcp.json is no JSON with `mcpServers` in it.'] }
  const servers: WorkspaceServer[] = []
  const problems: string[] = []
  for (const [name, given] of Object.entries(file.data.mcpServers).slice(0, MOST_SERVERS)) {
    const definition = definitionSchema.safeParse(given)
    const written = canonicalJson(given)
    if (!/^[\x21-\x7e][\x20-\x7e]*$/.test(name) || name.length > LONGEST_NAME)
      problems.push(`The name ${JSON.stringify(shortenText(name, 40))} in .mcp.json cannot be used.`)
    else if (!definition.success || written.length > LONGEST_DEFINITION)
      problems.push(
        `The server ${JSON.stringify(name)} of .mcp.json cannot be used: it takes a command, or an address of type http.`,
      )
    else
      servers.push({
        name,
        definition: definition.data,
        digest: createHash('sha256').update(canonicalJson({ name, given })).digest('hex'),
        wants: wantsOf(written),
      })
  }
  return { servers, problems }
}

function wantsOf(written: string): string[] {
  const names = [...written.matchAll(placeholder)].flatMap(([, name = '', fallback]) =>
    fallback === undefined ? [name] : [],
  )
  return [...new Set(names)]
}

/** What of a definition people are shown before they approve it, in one line. */
export function definitionWords(definition: Definition): string {
  const words = 'command' in definition ? [definition.command, ...definition.args].join(' ') : definition.url
  return shortenText(words, 2_000)
}

/** Names of variables whose values look like secrets, wherever they come from. */
const secretNames = /token|key|secret|passw|auth|credential/i

/**
 * A server with its placeholders filled in from what was given when it was approved, or from its own defaults.
 * Throws a sentence when a value is missing or its address is none.
 */
export function workspaceServer(
  { name, definition, wants }: WorkspaceServer,
  values: Readonly<Record<string, string>>,
): McpServer {
  const missing = wants.filter((one) => !Object.hasOwn(values, one))
  if (missing.length > 0) throw new Error(`It wants values for ${missing.join(', ')}: approve it with them.`)
  const fill = (text: string) =>
    text.replace(placeholder, (_, one: string, fallback = '') =>
      Object.hasOwn(values, one) ? (values[one] ?? '') : fallback,
    )
  const filled = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([one, value]) => [one, fill(value)]))
  const given = 'command' in definition ? filled(definition.env) : filled(definition.headers)
  const secrets = [
    ...Object.values(values),
    ...Object.entries(given).flatMap(([one, value]) => (secretNames.test(one) ? [value] : [])),
  ]
  if (!('command' in definition)) {
    const url = fill(definition.url)
    const problem = addressProblem(url)
    if (problem !== null) throw new Error(problem)
    return { name, secrets, access: { kind: 'http', url, headers: given, mayBePrivate: false } }
  }
  const program: [string, ...string[]] = [fill(definition.command), ...definition.args.map(fill)]
  return { name, secrets, access: { kind: 'process', program, env: given, hosts: [], isTrusted: false } }
}

/** Why an address cannot be that of a server; null when it can. */
export function addressProblem(address: string): string | null {
  const url = parseUrl(address)
  if (url === null) return 'Its address is none.'
  const { protocol, username, password } = url
  if (protocol !== 'https:' && protocol !== 'http:')
    return 'Its address has to begin with https:// or http://.'
  return username === '' && password === ''
    ? null
    : 'Its address holds a name or a password: give them as a header.'
}
