import { z } from 'zod'

const hiddenSchema = z.object({ path: z.string(), kind: z.enum(['file', 'folder']) })

const viewSchema = z.object({
  workFolder: z.string(),
  isReadOnly: z.boolean(),
  hidden: z.array(hiddenSchema),
  readable: z.array(z.string()),
  writable: z.array(z.string()),
  kept: z.array(z.string()),
})

/**
 * What the program that holds the package is told, as JSON on its standard input: variables may be secrets, and what a
 * process was started with can be read by others. `module` is what it imports.
 */
export const launchOrderSchema = z.discriminatedUnion('kind', [
  /** Try in a folder of its own whether the package holds what it has to. */
  z.object({ kind: z.literal('try'), module: z.string(), folder: z.string() }),
  /** Run one command, with the descriptors 3 and 4 for its input and its output. */
  z.object({
    kind: z.literal('run'),
    module: z.string(),
    command: z.string(),
    view: viewSchema,
    environment: z.record(z.string(), z.string()),
    /** The unix socket of the proxy for allowed hosts; null without a network. */
    proxySocket: z.string().nullable(),
  }),
])
export type LaunchOrder = z.infer<typeof launchOrderSchema>

/** What a try ended with; `problem` is a sentence, null where everything is held. */
export const triedSchema = z.object({ problem: z.string().nullable() })
