import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import { priceSchema, type ratesSchema } from '@/lib/core/money/pricing'
import { dayQuerySchema } from './costs'
import { schemaNames } from './schema-names'

/** `GET /api/prices`. Rates are picodollars a token: 1,000,000 is $1 per million tokens. */
export const pricesSchema = z
  .object({
    /** The list in force: for each model its dated rows. */
    prices: z.array(priceSchema),
    /** Number of the last change; send it back as `basedOn`. */
    version: z.number().int(),
    /** Every change there ever was, newest first. */
    history: z.array(
      z.object({
        id: z.number().int(),
        model: z.string(),
        effectiveFrom: z.string(),
        /** Null where the row was taken away. */
        price: priceSchema.nullable(),
        /** What the row said before, null when it was new. */
        before: priceSchema.nullable(),
        origin: z.enum(['shipped', 'edited']),
        setAt: z.string(),
        setBy: actorSchema,
        note: z.string(),
      }),
    ),
    /** Models used here without a known price: what they cost is unknown. */
    unpricedModels: z.array(z.string()),
  })
  .register(schemaNames, { id: 'Prices' })
export type Prices = z.infer<typeof pricesSchema>

const rate = z
  .number({ error: 'must be a number of picodollars a token: 1,000,000 is $1 per million' })
  .int('must be a whole number of picodollars')
  .nonnegative('must not be negative')
const rates = z.strictObject({
  input: rate,
  cacheWrite5m: rate,
  cacheWrite1h: rate,
  cacheRead: rate,
  output: rate,
}) satisfies z.ZodType<z.infer<typeof ratesSchema>>

/** A row as it is given. `effectiveUntil` is optional; if given, the next row must begin there. */
export const priceRowSchema = z.strictObject({
  model: z
    .string()
    .trim()
    .regex(/^[\w.:/@-]{1,200}$/, 'must be the id of a model: letters, digits and . : / @ - _'),
  effectiveFrom: z.string(),
  effectiveUntil: z.string().nullable().optional(),
  rates,
  longPrompt: z.strictObject({ aboveTokens: z.number().int(), rates }).nullable().default(null),
  fastMultiplier: z.number().int('must be a whole number').nullable().default(null),
  geoPriced: z.boolean().default(true),
  batch: z.boolean().default(true),
})

/** `PUT /api/prices`: the whole new list. A row that is missing is removed. */
export const pricesEditSchema = z
  .strictObject({
    prices: z.array(priceRowSchema).min(1, 'must not be empty').max(2000),
    /** The version this edit is based on; a newer one is a conflict. */
    basedOn: z.number().int().optional(),
    note: z.string().trim().max(500).default(''),
    /** Models nobody has used here and no list knows, that are meant anyway. */
    newModels: z.array(z.string()).max(100).default([]),
  })
  .register(schemaNames, { id: 'PricesEdit' })
export type PricesEdit = z.input<typeof pricesEditSchema>

/** What is to be repriced: UTC days, both included. */
export const repricingAskedSchema = z
  .strictObject({
    from: dayQuerySchema,
    to: dayQuerySchema,
    model: z.string().min(1).max(200).nullable().default(null),
    /** Left out: whichever money this installation spends. */
    simulated: z.boolean().optional(),
  })
  .refine(({ from, to }) => from <= to, { message: 'must not be before `from`', path: ['to'] })
  .register(schemaNames, { id: 'RepricingAsked' })
export type RepricingBody = z.input<typeof repricingAskedSchema>

const nano = z.number().int()
const lineSchema = z.object({
  name: z.string(),
  turns: z.number().int(),
  beforeNanoUsd: nano,
  afterNanoUsd: nano,
  unpriced: z.number().int(),
})

/** `POST /api/prices/repricings/preview`: what would change, before anything does. */
export const repricingPreviewSchema = z
  .object({
    asked: z.object({
      from: z.string(),
      to: z.string(),
      model: z.string().nullable(),
      simulated: z.boolean(),
    }),
    digest: z.string(),
    looked: z.number().int(),
    turns: z.number().int(),
    runs: z.number().int(),
    unpricedTurns: z.number().int(),
    beforeNanoUsd: nano,
    afterNanoUsd: nano,
    openRuns: z.array(z.string()),
    byModel: z.array(lineSchema),
    byDay: z.array(lineSchema),
    byRun: z.array(lineSchema.extend({ title: z.string() })),
  })
  .register(schemaNames, { id: 'RepricingPreview' })
export type RepricingPreview = z.infer<typeof repricingPreviewSchema>

/** `POST /api/prices/repricings`: do what the preview with this digest showed. */
export const repricingSchema = z
  .strictObject({
    asked: repricingAskedSchema,
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be the digest of a preview'),
  })
  .register(schemaNames, { id: 'Reprice' })

/** `GET /api/prices/repricings`: every repricing of history. */
export const repricingsSchema = z
  .object({
    repricings: z.array(
      z.object({
        id: z.string(),
        at: z.string(),
        by: actorSchema,
        status: z.enum(['preparing', 'applying', 'applied']),
        asked: z.object({
          from: z.string(),
          to: z.string(),
          model: z.string().nullable(),
          simulated: z.boolean(),
        }),
        turns: z.number().int(),
        runs: z.number().int(),
        beforeNanoUsd: nano,
        afterNanoUsd: nano,
        undoes: z.string().nullable(),
        undoneBy: z.string().nullable(),
        doneTurns: z.number().int(),
        skippedTurns: z.number().int(),
      }),
    ),
  })
  .register(schemaNames, { id: 'Repricings' })
export type Repricings = z.infer<typeof repricingsSchema>
export type Repricing = Repricings['repricings'][number]
