import { z } from 'zod'
import { type FrozenTool, frozenToolSchema } from '@/lib/core/agent/mcp-tools'
import { jsonValue } from '@/lib/core/base/json'
import { defaultProject } from '@/lib/core/base/project'
import type { SettingStore } from '@/lib/core/ports/setting-store'
import { oneByOne } from '../access/in-turn'

/** A variable or a header as it is stored; what is sealed is opened for a connection alone. */
const storedValueSchema = z.discriminatedUnion('from', [
  z.object({ from: z.literal('plain'), name: z.string(), value: z.string() }),
  z.object({ from: z.literal('environment'), name: z.string(), variable: z.string() }),
  z.object({ from: z.literal('sealed'), name: z.string(), sealed: z.string() }),
])
export type StoredValue = z.infer<typeof storedValueSchema>

/** The project it belongs to. */
const project = z.string().default(defaultProject)

const storedServerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('stdio'),
    project,
    name: z.string(),
    command: z.string(),
    args: z.array(z.string()),
    env: z.array(storedValueSchema),
    hosts: z.array(z.string()),
    trusted: z.boolean(),
  }),
  z.object({
    kind: z.literal('http'),
    project,
    name: z.string(),
    url: z.string(),
    headers: z.array(storedValueSchema),
  }),
])
export type StoredServer = z.infer<typeof storedServerSchema>

/** That a person approved a workspace's server, as it was defined then, and the values given with that. */
const approvalSchema = z.object({
  project,
  root: z.string(),
  name: z.string(),
  digest: z.string(),
  by: z.string(),
  at: z.string(),
  values: z.record(z.string(), z.string()),
})
export type McpApproval = z.infer<typeof approvalSchema>

const SERVERS = 'mcp-servers'
const APPROVALS = 'mcp-approvals'
/** One list is read, changed and written by all projects. */
const LISTS = 'mcp'
const toolsKey = (digest: string) => `mcp-tools-${digest}`

/** Approvals of a project that are kept; the oldest go first, and are asked for again. */
const MOST_APPROVALS = 500

/** What is stored of the MCP servers of a project. What cannot be read counts as not there. */
export function createMcpStore(store: SettingStore, project: string) {
  const isOwn = (one: { project: string }) => one.project === project
  const allServers = async () =>
    z.array(storedServerSchema).safeParse(await store.getSetting(SERVERS)).data ?? []
  const allApprovals = async () =>
    z.array(approvalSchema).safeParse(await store.getSetting(APPROVALS)).data ?? []
  return {
    servers: async (): Promise<StoredServer[]> => (await allServers()).filter(isOwn),
    /** Puts what `next` makes of the project's own in their place; nothing where it throws. */
    changeServers: (next: (own: readonly StoredServer[]) => StoredServer[]): Promise<void> =>
      oneByOne(store, LISTS, async () => {
        const all = await allServers()
        const changed = next(all.filter(isOwn))
        await store.putSetting(SERVERS, jsonValue([...all.filter((one) => !isOwn(one)), ...changed]))
      }),
    approvals: async (): Promise<McpApproval[]> => (await allApprovals()).filter(isOwn),
    /** Keeps an approval in the place of an earlier one of the same server. */
    addApproval: (approval: McpApproval): Promise<void> =>
      oneByOne(store, LISTS, async () => {
        const all = await allApprovals()
        const { root, name } = approval
        const own = all.filter((one) => isOwn(one) && (one.root !== root || one.name !== name))
        const kept = [...own, approval].slice(-MOST_APPROVALS)
        await store.putSetting(APPROVALS, jsonValue([...all.filter((one) => !isOwn(one)), ...kept]))
      }),
    /** Frozen tools by their digest, which a run names: it has the same ones after a restart. */
    keeper: {
      async keep(digest: string, tools: readonly FrozenTool[]) {
        if ((await store.getSetting(toolsKey(digest))) === undefined)
          await store.putSetting(toolsKey(digest), jsonValue([...tools]))
      },
      load: async (digest: string): Promise<FrozenTool[] | null> =>
        z.array(frozenToolSchema).safeParse(await store.getSetting(toolsKey(digest))).data ?? null,
    },
  }
}
