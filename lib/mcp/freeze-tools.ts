import { createHash } from 'node:crypto'
import { distinctToolName, type FrozenTool, serviceToolName } from '@/lib/core/agent/mcp-tools'
import { shortenText } from '@/lib/core/base/cut-text'
import { inOrder } from '@/lib/core/base/in-order'
import { canonicalJson, type JsonObject, jsonObjectSchema, parseJson } from '@/lib/core/base/json'
import { extentOfJson } from '@/lib/core/base/json-extent'
import type { SchemaChecker } from '@/lib/core/ports/ports'
import type { DescribedTool } from './connection'
import { withoutSecrets } from './server-access'

/** Bounds on what a server may put into every prompt; well beyond those of the servers in use. */
const MOST_TOOLS = 100
const LONGEST_DESCRIPTION = 2_000
const LONGEST_SCHEMA = 16_000
const LONGEST_TOGETHER = 200_000
const DEEPEST_SCHEMA = 30
const LONGEST_CALLED_AS = 500

/** Tools as they are frozen for a run, the digest that names them, and sentences on what was left out. */
export type Frozen = { tools: FrozenTool[]; digest: string; notes: string[] }

/**
 * Freezes what a server describes: bounded, with names that agents can call, and schemas that are schemas. The
 * same tools give the same digest, in whatever order they come.
 */
export async function freezeTools(
  server: { name: string; secrets: readonly string[] },
  described: readonly DescribedTool[],
  schemas: Pick<SchemaChecker, 'checkSchema'>,
  owner: string,
): Promise<Frozen> {
  const left: string[] = []
  const tools: FrozenTool[] = []
  const taken = new Set<string>()
  let together = 0
  const inTurn = [...described].sort((one, other) => inOrder(one.name, other.name))
  for (const tool of inTurn) {
    if (tools.length === MOST_TOOLS) break
    const inputSchema = usableSchema(tool, server.secrets)
    const size = inputSchema === null ? 0 : JSON.stringify(inputSchema).length
    if (
      inputSchema === null ||
      together + size > LONGEST_TOGETHER ||
      (await schemas.checkSchema(inputSchema, owner)).length > 0
    ) {
      left.push(tool.name)
      continue
    }
    together += size
    const plain = serviceToolName(server.name, tool.name)
    const name = taken.has(plain) ? distinctToolName(plain, digestOf(tool.name).slice(0, 6)) : plain
    if (taken.has(name)) continue
    taken.add(name)
    const description = shortenText(
      withoutSecrets(tool.description.slice(0, 4 * LONGEST_DESCRIPTION), server.secrets),
      LONGEST_DESCRIPTION,
    )
    tools.push({ name, calledAs: tool.name, description, inputSchema })
  }
  return {
    tools,
    digest: digestOf(canonicalJson(tools)),
    notes: notesOn(described.length, left).map((note) => withoutSecrets(note, server.secrets)),
  }
}

/** Names the same frozen tools wherever they were frozen. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The schema of a tool's input; null where it is none, or too large for a prompt. */
function usableSchema({ name, inputSchema }: DescribedTool, secrets: readonly string[]): JsonObject | null {
  if (name.length > LONGEST_CALLED_AS || withoutSecrets(name, secrets) !== name) return null
  const text = JSON.stringify(inputSchema) ?? ''
  if (text.length > LONGEST_SCHEMA || extentOfJson(text).depth > DEEPEST_SCHEMA) return null
  return jsonObjectSchema.safeParse(parseJson(withoutSecrets(text, secrets))).data ?? null
}

function notesOn(all: number, left: readonly string[]): string[] {
  const shown = left.slice(0, 5).map((name) => JSON.stringify(shortenText(name, 60)))
  return [
    ...(all > MOST_TOOLS ? [`It has ${all} tools; the first ${MOST_TOOLS} by name are offered.`] : []),
    ...(left.length === 0
      ? []
      : [
          `Left out, since their schemas are none or too large: ${shown.join(', ')}${left.length > shown.length ? ` and ${left.length - shown.length} more` : ''}.`,
        ]),
  ]
}
