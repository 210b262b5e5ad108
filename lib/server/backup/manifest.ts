import { z } from 'zod'

/** Folders of the data folder that hold what cannot be made again: files of runs, and sources. */
export const keptFolders = ['files', 'sources'] as const

/** The database inside the data folder, and in a backup. */
export const DATABASE = 'skein.db'

/** Names of the last two entries of a backup: what it holds, and the digest of that. */
export const MANIFEST = 'manifest.json'
export const MANIFEST_DIGEST = 'manifest.sha256'

/** A path below the data folder that leads nowhere else. */
const pathSchema = z.string().refine((path) => {
  const parts = path.split('/')
  const isKept = path === DATABASE || keptFolders.some((folder) => folder === parts[0])
  return isKept && !path.includes('\0') && parts.every((part) => !['', '.', '..'].includes(part))
}, 'leads out of the data folder')

/** What a backup holds. Paths are relative to the data folder. */
export const manifestSchema = z.object({
  format: z.literal(1),
  madeAt: z.string(),
  /** When the newest migration of its database was made; null when there was none. */
  schema: z.number().nullable(),
  folders: z.array(pathSchema),
  links: z.array(z.object({ path: pathSchema, to: z.string() })),
  files: z.array(
    z.object({
      entry: z.string(),
      path: pathSchema,
      bytes: z.number().int(),
      sha256: z.string(),
      isExecutable: z.boolean(),
    }),
  ),
})
export type Manifest = z.infer<typeof manifestSchema>
