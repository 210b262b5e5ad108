import { z } from 'zod'
import { initialPermissionsSchema, permissionBoundsSchema } from '@/lib/core/spec/permissions'
import { isFitName } from './actor-name'
import { schemaNames } from './schema-names'

/** `GET /api/settings`: what this installation runs with. Never a key: only whether there is one. */
export const settingsSchema = z
  .object({
    provider: z.enum(['anthropic', 'simulator']),
    baseUrl: z.string().nullable(),
    hasCredential: z.boolean(),
    defaultModel: z.string(),
    models: z.array(
      z.object({
        id: z.string(),
        alias: z.string().nullable(),
        priced: z.boolean(),
        /**
         * When it can no longer be had and what to ask for instead, at standard speed and in fast mode; null
         * when no end is near.
         */
        retirement: z.string().nullable(),
        fastRetirement: z.string().nullable(),
        isRetired: z.boolean(),
      }),
    ),
    maxConcurrency: z.number().int(),
    workspaceRoots: z.array(z.string()),
    runCapNanoUsd: z.number().int(),
    dayCapNanoUsd: z.number().int().nullable(),
    monthCapNanoUsd: z.number().int().nullable(),
    dayCapTokens: z.number().int().nullable(),
    dayCapAgents: z.number().int().nullable(),
    simulatorSpeed: z.number().nullable(),
    /** What may be launched in the project that is asked in; null for every model. */
    allowedModels: z.array(z.string()).nullable(),
    /** The most that may be permitted to runs of that project, and what a launch there begins with. */
    permissionBounds: permissionBoundsSchema,
    /** What the project itself allows, of which Default's bounds may take more away: what is changed of them. */
    ownPermissionBounds: permissionBoundsSchema,
    initialPermissions: initialPermissionsSchema,
    /**
     * Whether agents can run commands on this machine; where not, `reason` says why and what to do. `note` says what
     * the sandbox does not hold that it usually does; null where it holds all.
     */
    sandbox: z.object({
      available: z.boolean(),
      reason: z.string().nullable(),
      note: z.string().nullable().default(null),
    }),
    you: z.string(),
  })
  .register(schemaNames, { id: 'Settings' })
export type Settings = z.infer<typeof settingsSchema>

/** A cap or budget in dollars as a person sets it. */
export const usdSchema = z
  .number({ error: 'must be a number of dollars' })
  .positive('must be more than 0 dollars')
  .max(1_000_000, 'must be at most 1,000,000 dollars')

/** A cap in tokens of all kinds; its maximum catches a few zeros too many. */
export const tokenCapSchema = z
  .number({ error: 'must be a number of tokens' })
  .int('must be whole tokens')
  .positive('must be 1 token or more')
  .max(1e12, 'must be at most 1,000,000,000,000 tokens')

/** A cap of agents of one run or phase. */
export const agentCapSchema = z
  .number({ error: 'must be a number of agents' })
  .int('must be whole agents')
  .positive('must be 1 agent or more')
  .max(100_000, 'must be at most 100,000 agents')

/** A cap of agents of a day, over all runs. */
export const dayAgentCapSchema = z
  .number({ error: 'must be a number of agents' })
  .int('must be whole agents')
  .positive('must be 1 agent or more')
  .max(10_000_000, 'must be at most 10,000,000 agents')

/** Names of hosts, `*.example.com` for all below one. */
const hostListSchema = z
  .array(
    z
      .string()
      .trim()
      .regex(
        /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i,
        'must be the name of a host, such as api.example.org or *.example.org',
      )
      .max(255, 'must have at most 255 characters'),
  )
  .max(100, 'must be at most 100 hosts')

/** `PUT /api/settings`: what a person may change while it runs. */
export const settingsPatchSchema = z
  .strictObject({
    defaultModel: z.string().min(1).max(200).optional(),
    runCapUsd: usdSchema.optional(),
    dayCapUsd: usdSchema.nullable().optional(),
    monthCapUsd: usdSchema.nullable().optional(),
    dayCapTokens: tokenCapSchema.nullable().optional(),
    dayCapAgents: dayAgentCapSchema.nullable().optional(),
    /** Pace of the simulator: 1 is real, 10 ten times faster, 0 as fast as possible. */
    simulatorSpeed: z.number().min(0).max(1000).optional(),
    /** Models or their short names; null allows every model. The default model has to be among them. */
    allowedModels: z.array(z.string().trim().min(1).max(200)).min(1).max(100).nullable().optional(),
    /** Both of the project that is asked in, whole. What was launched before goes on as it was. */
    permissionBounds: permissionBoundsSchema.extend({ hosts: hostListSchema.nullable() }).optional(),
    initialPermissions: initialPermissionsSchema.extend({ hosts: hostListSchema }).optional(),
  })
  .register(schemaNames, { id: 'SettingsPatch' })
export type SettingsPatch = z.infer<typeof settingsPatchSchema>

/** `GET /api/workspaces`: folders a run may open, offered in the launcher. */
export const workspacesSchema = z
  .object({
    workspaces: z.array(
      z.object({
        path: z.string(),
        name: z.string(),
        files: z.number().int().nullable(),
        isRepository: z.boolean(),
        /** When a run was last launched on it; null where none of the newest was. */
        usedAt: z.string().nullable().default(null),
      }),
    ),
  })
  .register(schemaNames, { id: 'Workspaces' })
export type Workspaces = z.infer<typeof workspacesSchema>

/** Longest path of a folder; no system takes a longer one. */
const LONGEST_PATH = 4_096

const folderPathSchema = z
  .string()
  .min(1, 'must not be empty')
  .max(LONGEST_PATH, `must have at most ${LONGEST_PATH.toLocaleString('en')} characters`)
  .refine((path) => !path.includes('\0'), 'must hold no NUL: no folder has one in its name')

/** `POST /api/folders`, and the query of `DELETE`: a folder, by its whole path. */
export const folderInputSchema = z
  .strictObject({ path: folderPathSchema })
  .register(schemaNames, { id: 'FolderInput' })
export type FolderInput = z.infer<typeof folderInputSchema>

/** `GET /api/folders`: what runs may open, with everything in it. */
export const foldersSchema = z
  .object({
    folders: z.array(
      z.object({
        path: z.string(),
        /** Those of the environment cannot be removed while the server runs. */
        from: z.enum(['environment', 'settings']),
        /** Who added it, and when; null where the environment did. */
        by: z.string().nullable(),
        at: z.string().nullable(),
      }),
    ),
  })
  .register(schemaNames, { id: 'Folders' })
export type Folders = z.infer<typeof foldersSchema>

/**
 * `GET /api/folders/look`: what is known of one folder. A part that is null cannot be told, or was not known
 * when time was up.
 */
export const folderLookSchema = z
  .object({
    path: z.string(),
    repository: z
      .object({
        /** Null where a commit itself is checked out. */
        branch: z.string().nullable(),
        commit: z.string(),
        /** The path of the folder in its repository; '' at its top. */
        within: z.string(),
      })
      .nullable(),
    files: z
      .object({
        /** Files that agents may see, and their bytes; there are more where `isMore`. */
        count: z.number().int(),
        bytes: z.number().int(),
        isMore: z.boolean(),
        /** What they are written in, most bytes first. */
        languages: z.array(z.string()),
      })
      .nullable(),
    /** Visible files that are changed or new since the commit. */
    uncommitted: z.number().int().nullable(),
    /** Whether time was up before all of it was known. */
    isCut: z.boolean(),
  })
  .register(schemaNames, { id: 'FolderLook' })
export type FolderLook = z.infer<typeof folderLookSchema>

/** `GET /api/health/live`: the process answers. */
export const livenessSchema = z
  .object({ status: z.literal('live') })
  .register(schemaNames, { id: 'Liveness' })
export type Liveness = z.infer<typeof livenessSchema>

/** `GET /api/health/ready`: whether the server can do its work, and what keeps it from that. */
export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'not-ready']),
    checks: z.array(
      z.object({
        name: z.enum(['migrations', 'store', 'provider']),
        /** What is amiss, in a sentence; null when all is well. */
        trouble: z.string().nullable(),
      }),
    ),
  })
  .register(schemaNames, { id: 'Readiness' })
export type Readiness = z.infer<typeof readinessSchema>

/** `POST /api/join`: the team's token, and the name under which one's acts are recorded. */
export const joinSchema = z
  .strictObject({
    token: z.string().min(1).max(500),
    name: z
      .string()
      .trim()
      .min(1, 'must not be empty')
      .max(60)
      .refine(isFitName, 'must be plain text, without control characters or marks that turn its direction'),
  })
  .register(schemaNames, { id: 'Join' })
export type Join = z.infer<typeof joinSchema>
