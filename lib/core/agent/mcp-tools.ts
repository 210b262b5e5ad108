import { z } from 'zod'
import { jsonObjectSchema } from '../base/json'

/** A tool of an MCP server as it was when a run first saw it: what agents are offered, and what is called. */
export const frozenToolSchema = z.object({
  /** The name that agents call: `mcp__server__tool`, in the characters that names of tools may have. */
  name: z.string(),
  /** The server's own name of it. */
  calledAs: z.string(),
  description: z.string(),
  /** The server's own schema, which inputs are checked against. */
  inputSchema: jsonObjectSchema,
})
export type FrozenTool = z.infer<typeof frozenToolSchema>

/**
 * A server of a run: its tools as they were frozen, by their digest. One that could not be used has a sentence
 * on why, and no tools for the whole run: a run that is led again must meet the same tools.
 */
export const runServerSchema = z.object({
  name: z.string(),
  digest: z.string().nullable(),
  tools: z.number().int().nonnegative(),
  problem: z.string().nullable(),
})
export type RunServer = z.infer<typeof runServerSchema>

const PREFIX = 'mcp__'

/** Longest name of a tool that every endpoint takes. */
const LONGEST_NAME = 64
/** Longest part of it that names the server. */
const LONGEST_SERVER = 24

/** A word in the characters that names of tools may have; never empty, and never with the mark between parts. */
function plainWord(word: string): string {
  const plain = word
    .normalize('NFKC')
    .replace(/[^A-Za-z0-9_-]/g, '_')
    .replace(/_{2,}/g, '_')
    .replace(/^_+|_+$/g, '')
  return plain === '' ? 'tool' : plain
}

/** What the names of a server's tools begin with. Names that differ may come to the same. */
export function serverPrefix(server: string): string {
  return `${PREFIX}${plainWord(server).slice(0, LONGEST_SERVER)}`
}

/** The name of a server's tool for agents. Names that differ may come to the same. */
export function serviceToolName(server: string, tool: string): string {
  const prefix = `${serverPrefix(server)}__`
  return `${prefix}${plainWord(tool).slice(0, LONGEST_NAME - prefix.length)}`
}

/** The same for a tool whose name is taken: it ends with a word that only this tool has. */
export function distinctToolName(name: string, word: string): string {
  return `${name.slice(0, LONGEST_NAME - word.length - 1)}_${word}`
}

/** Whether a tool is one of an MCP server. */
export function isMcpTool(name: string): boolean {
  return name.startsWith(PREFIX)
}

/** The name of a server's tool, in the characters that it has here: `mcp__docs__a.b` is `mcp__docs__a_b`. */
export function spelledHere(asked: string): string {
  const [server = '', ...rest] = asked.slice(PREFIX.length).split('__')
  return serviceToolName(server, rest.join('__'))
}

/**
 * Whether a name in a list of tools means this tool: by its name, or as one of a server (`mcp__server`,
 * `mcp__server__*`, as Claude Code writes them). Characters that no tool's name has count as the one that
 * stands for them.
 */
export function namesTool(asked: string, name: string): boolean {
  if (asked === name) return true
  if (!isMcpTool(asked) || !isMcpTool(name)) return false
  const [server = '', ...rest] = asked.slice(PREFIX.length).split('__')
  const tool = rest.join('__')
  if (tool === '' || tool === '*') return name.startsWith(`${serverPrefix(server)}__`)
  return spelledHere(asked) === name
}
