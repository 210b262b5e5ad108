import { z } from 'zod'
import { partKinds } from '@/lib/core/billing/parts'
import { dayQuerySchema } from '../costs'
import { schemaNames } from '../schema-names'

const nano = z.number().int()
const tokens = z.number().int()

/** An id of the Admin API, of a key or a workspace. */
const idSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(100)
  .regex(/^[\w-]+$/, 'must be an id such as apikey_01Rj… or wrkspc_01Jw…')

const idFields = { keyIds: z.array(z.string()), workspaceIds: z.array(z.string()) }

/** `GET /api/billing`: of the Admin key its last four characters, and never more; and what belongs to which project. */
export const billingSchema = z
  .object({
    isSet: z.boolean(),
    hint: z.string().nullable(),
    /** ISO 8601. */
    setAt: z.string().nullable(),
    setBy: z.string().nullable(),
    /** Where the Admin API is asked. */
    baseUrl: z.string(),
    /** Every project, with its keys and workspaces of the organisation. */
    projects: z.array(z.object({ project: z.string(), name: z.string(), ...idFields })),
  })
  .register(schemaNames, { id: 'Billing' })
export type BillingShown = z.infer<typeof billingSchema>

/** `PUT /api/billing/key`. */
export const newAdminKeySchema = z
  .strictObject({
    key: z
      .string()
      .trim()
      .min(20, 'must have at least 20 characters')
      .max(500)
      .regex(/^[!-~]+$/, 'must be printable ASCII without spaces')
      .refine(
        (key) => !/^sk-ant-(?!admin)/.test(key),
        'must be an Admin key (sk-ant-admin…); this is a key for models, which may not read what was billed',
      ),
  })
  .register(schemaNames, { id: 'NewAdminKey' })

const MOST_IDS = 200
const idsSchema = z.array(idSchema).max(MOST_IDS).default([])

/** `PUT /api/billing/mapping`: which keys and workspaces are of which project, all of them at once. */
export const billingMappingSchema = z
  .strictObject({
    projects: z
      .array(
        z.strictObject({
          project: z.string().min(1).max(100),
          keyIds: idsSchema,
          workspaceIds: idsSchema,
        }),
      )
      .max(1_000)
      .refine((projects) => isOfOne(projects.map(({ project }) => project)), 'names a project more than once')
      .refine(
        (projects) => isOfOne(projects.flatMap(({ keyIds, workspaceIds }) => [...keyIds, ...workspaceIds])),
        'has a key or a workspace that is of two projects, or stands twice',
      ),
  })
  .register(schemaNames, { id: 'BillingMapping' })
export type BillingMapping = z.input<typeof billingMappingSchema>

function isOfOne(names: readonly string[]): boolean {
  return new Set(names).size === names.length
}

const namedSchema = z.array(z.object({ id: z.string(), name: z.string() }))

/** `GET /api/billing/names`: keys and workspaces of the organisation; none, and why, where they cannot be listed. */
export const billingNamesSchema = z
  .object({ keys: namedSchema, workspaces: namedSchema, problem: z.string().nullable() })
  .register(schemaNames, { id: 'BillingNames' })
export type BillingNames = z.infer<typeof billingNamesSchema>

const isOrdered = ({ from, to }: { from?: string | undefined; to?: string | undefined }) =>
  from === undefined || to === undefined || from <= to
const order = { message: 'must not be before `from`', path: ['to'] }
const periodFields = { from: dayQuerySchema.optional(), to: dayQuerySchema.optional() }

/** `GET /api/costs/billed`: UTC days, both ends included; the last 30 where nothing is said. */
export const billedQuerySchema = z.object(periodFields).refine(isOrdered, order)
export type BilledAsked = z.input<typeof billedQuerySchema>

/** `POST /api/costs/billed/refresh`: reads what is missing first; with `now` days that still grow, too. */
export const refreshBilledSchema = z
  .strictObject({ ...periodFields, now: z.boolean().default(false) })
  .refine(isOrdered, order)
  .register(schemaNames, { id: 'RefreshBilled' })

const partSchema = z.object({
  kind: z.enum(partKinds),
  /** Whether it says why; of the others it is known how much they are. */
  isExplained: z.boolean(),
  /** Signed; the parts of a difference add up to it. */
  nanoUsd: nano,
})
export type PartShown = z.infer<typeof partSchema>

const tokenFields = {
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadTokens: tokens,
  cacheWriteTokens: tokens,
}

/** Computed here beside what was billed, by day, model and project, with what the difference is made of. */
export const billedSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    /** Whether an Admin key is set. */
    isSet: z.boolean(),
    /** Whether keys or workspaces are known to be of a project; without any it cannot be told whose tokens are whose. */
    isMapped: z.boolean(),
    /** When the newest of these days was read, ISO 8601; null where none was. */
    readAt: z.string().nullable(),
    /** Why nothing newer could be read, and when asking again may help. */
    problem: z.string().nullable(),
    retryAt: z.string().nullable(),
    days: z.array(
      z.object({
        day: z.string(),
        /** Whether its figures may still grow: it is not over, or ended just before it was read. */
        isOpen: z.boolean(),
        computedNanoUsd: nano,
        /** Null where the day was not read. */
        billedNanoUsd: nano.nullable(),
        /** Billed less computed. */
        differenceNanoUsd: nano.nullable(),
        parts: z.array(partSchema),
        /** What simulated and imported runs would have cost or had cost; on neither side, since nobody was billed here. */
        simulatedNanoUsd: nano,
        importedNanoUsd: nano,
        /** What lost turns probably cost; computed, and on neither side. */
        unsettledNanoUsd: nano,
      }),
    ),
    /** Of the days that were read, together. */
    totals: z.object({
      days: z.number().int(),
      computedNanoUsd: nano,
      billedNanoUsd: nano,
      differenceNanoUsd: nano,
      parts: z.array(partSchema),
    }),
    /** Of the days that were read, by model without the date of its snapshot. */
    models: z.array(
      z.object({
        model: z.string(),
        computed: z.object({ ...tokenFields, nanoUsd: nano }),
        billed: z.object({
          ...tokenFields,
          /** The reported tokens at the price list here; null without a price. */
          listNanoUsd: nano.nullable(),
          /** What the cost report says. */
          nanoUsd: nano,
        }),
      }),
    ),
    /** Of the days that were read, by project, once some key or workspace is of one; `project` null is all else. */
    projects: z.array(
      z.object({
        project: z.string().nullable(),
        name: z.string().nullable(),
        computedNanoUsd: nano,
        /** The reported tokens of its keys and workspaces at the price list here. */
        listNanoUsd: nano,
        /** What its workspaces were billed; null where it has single keys, of which dollars are not reported. */
        billedNanoUsd: nano.nullable(),
      }),
    ),
  })
  .register(schemaNames, { id: 'Billed' })
export type Billed = z.infer<typeof billedSchema>
