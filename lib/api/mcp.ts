import { z } from 'zod'
import { schemaNames } from './schema-names'

const nameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/,
    'begins with a letter or a digit, and has letters, digits, `.`, `_` and `-`',
  )
const valueName = z.string().regex(/^[A-Za-z_][\w-]{0,99}$/, 'is the name of a variable or a header')
const secretText = z.string().min(1).max(20_000)

/** Only these may be handed to servers: no other setting of this installation is theirs to ask for. */
export const mcpVariableSchema = z
  .string()
  .regex(/^SKEIN_MCP_\w{1,100}$/, 'begins with SKEIN_MCP_: no other variable is handed to servers')

/** A variable or a header: its value stands here, in the environment, or is sealed; left out keeps what is sealed. */
const valueEditSchema = z.union([
  z.strictObject({ name: valueName, variable: mcpVariableSchema }),
  z.strictObject({ name: valueName, value: z.string().max(20_000) }),
  z.strictObject({ name: valueName, secret: secretText.optional() }),
])

/** A server as the operator configures it. */
export const mcpServerEditSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('stdio'),
    name: nameSchema,
    command: z.string().trim().min(1).max(1_000),
    args: z.array(z.string().max(4_000)).max(100).default([]),
    env: z.array(valueEditSchema).max(50).default([]),
    /** Names of hosts that it may reach from its sandbox. */
    hosts: z.array(z.string().trim().min(1).max(253)).max(50).default([]),
    /** Runs outside of a sandbox. */
    trusted: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('http'),
    name: nameSchema,
    url: z.string().trim().min(1).max(2_000),
    headers: z.array(valueEditSchema).max(50).default([]),
  }),
])
export type McpServerEdit = z.infer<typeof mcpServerEditSchema>
schemaNames.add(mcpServerEditSchema, { id: 'McpServerEdit' })

/** A variable or a header as it is shown: whence its value, never the value of a secret. */
const shownValueSchema = z.object({
  name: z.string(),
  from: z.enum(['plain', 'environment', 'sealed']),
  /** The variable of the environment, or the value that is no secret. */
  shown: z.string().nullable(),
})

/** A server that runs on a workspace may call, or could. */
export const mcpServerSchema = z.object({
  name: z.string(),
  from: z.enum(['settings', 'workspace']),
  kind: z.enum(['stdio', 'http']),
  /** The command with its arguments, or the address without its query. */
  what: z.string(),
  values: z.array(shownValueSchema),
  hosts: z.array(z.string()),
  isTrusted: z.boolean(),
  isApproved: z.boolean(),
  /** Names its definition; what is approved is this. */
  digest: z.string(),
  /** Variables to be given when it is approved. */
  wants: z.array(z.string()),
  status: z.enum(['ready', 'needs-approval', 'unusable']),
  /** Why it cannot be used as it is. */
  problem: z.string().nullable(),
  /** How many tools it had when it was last asked; null before. */
  tools: z.number().int().nullable(),
})
export type McpServerShown = z.infer<typeof mcpServerSchema>

export const mcpServersSchema = z.object({
  servers: z.array(mcpServerSchema),
  /** What stands in the workspace's file and cannot be used. */
  problems: z.array(z.string()),
})
export type McpServers = z.infer<typeof mcpServersSchema>
schemaNames.add(mcpServersSchema, { id: 'McpServers' })

export const mcpQuerySchema = z.object({ workspace: z.string().optional() })

export const mcpApproveSchema = z.strictObject({
  workspace: z.string(),
  /** The definition that was shown. */
  digest: z.string(),
  /** Values of the variables that it wants; they are sealed. */
  values: z.record(valueName, secretText).default({}),
})
schemaNames.add(mcpApproveSchema, { id: 'McpApprove' })
export type McpApprove = z.infer<typeof mcpApproveSchema>

export const mcpTestSchema = z.strictObject({ workspace: z.string().optional() })
schemaNames.add(mcpTestSchema, { id: 'McpTest' })

/** What a server was found to offer. */
export const mcpTestedSchema = z.object({
  tools: z.array(z.object({ name: z.string(), description: z.string() })),
  notes: z.array(z.string()),
  problem: z.string().nullable(),
})
export type McpTested = z.infer<typeof mcpTestedSchema>
schemaNames.add(mcpTestedSchema, { id: 'McpTested' })
