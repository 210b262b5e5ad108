import { z } from 'zod'

const maxUses = z.int().min(1)
/** Names of hosts, each with those below it (`example.org`, no scheme); null for all. */
const allowedDomains = z.array(z.string()).nullable()

/**
 * A tool that the provider runs itself while it answers: nothing comes back to be run here. `maxUses` is for one
 * turn.
 */
export const serverToolSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('web_search'), maxUses, allowedDomains }),
  z.object({
    kind: z.literal('web_fetch'),
    maxUses,
    /** What one page may add to the prompt; the provider keeps to it about. */
    maxContentTokens: z.int().min(1),
    allowedDomains,
    citations: z.boolean(),
  }),
])
export type ServerTool = z.infer<typeof serverToolSchema>
