import { z } from 'zod'
import { countBases, tokenBases } from '@/lib/core/estimate/estimate'
import { calibrationSchema } from '@/lib/core/spec/calibration'
import { deliverySchema, limitsSchema, runErrorSchema, speedSchema } from '@/lib/core/spec/run'
import { phaseSchema } from '@/lib/core/spec/run-status'
import { schemaNames } from './schema-names'
import { plannedCallSchema } from './workflows'

const range = z.object({ low: z.number(), likely: z.number(), high: z.number() })

/**
 * A row under one delivery option for the whole launch: how its agents are delivered, and the likely dollars.
 */
const rowDeliveryOption = z.object({
  speed: speedSchema,
  delivery: deliverySchema,
  costNanoUsd: z.number().int().nullable(),
})

const parallelismFields = {
  phase: z.string(),
  agents: z.number(),
  maxParallel: z.number().int(),
  slots: z.number().int().nullable(),
}

/**
 * `POST /api/estimate` (same body as a launch): what would run, before anything is paid. Ranges are null
 * where nothing is known to base them on; `basis` says in words where the numbers come from.
 */
export const planSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    phases: z.array(phaseSchema),
    calls: z.array(plannedCallSchema),
    workspace: z.object({ root: z.string(), files: z.number().int(), bytes: z.number().int() }).nullable(),
    /**
     * What the workspace says to agents (CLAUDE.md, AGENTS.md, skills), and whether this launch tells them.
     * `tokensEach` is added to each prompt of each agent with files, and is included in the rows;
     * `costNanoUsd` is its likely cost. Null where there is nothing.
     */
    workspaceNotes: z
      .object({
        isTold: z.boolean(),
        files: z.array(z.object({ path: z.string(), isCut: z.boolean() })),
        skills: z.array(z.string()),
        further: z.array(z.string()),
        tokensEach: z.number().int(),
        costNanoUsd: z.number().int().nullable(),
      })
      .nullable(),
    rows: z.array(
      z.object({
        phase: z.string(),
        model: z.string(),
        /** How its agents travel in this launch; its dollars are of that. */
        speed: speedSchema,
        delivery: deliverySchema,
        agents: range,
        tokens: range,
        costNanoUsd: range.nullable(),
        /** Of one agent. */
        secondsEach: range,
        turnsEach: range,
        /**
         * The longest chain of agents in the phase that wait for one another, as a dry run showed; one
         * without a dry run.
         */
        chain: z.number().int(),
        /** Worst case of the first turn of one agent, reserved while it is in flight. */
        reservationNanoUsd: z.number().int().nullable(),
        reservationTokens: z.number().int(),
        /** `deliveries` are the sums of these; one by one costs what `live` costs. */
        deliveryOptions: z.object({
          live: rowDeliveryOption,
          fast: rowDeliveryOption,
          batch: rowDeliveryOption,
        }),
        countBasis: z.enum(countBases),
        tokenBasis: z.enum(tokenBases),
      }),
    ),
    /** Sums over the rows. */
    agents: range.nullable(),
    tokens: range.nullable(),
    costNanoUsd: range.nullable(),
    /** From start to end, as it would travel. */
    seconds: range.nullable(),
    basis: z.string(),
    /** How good earlier estimates were; null when there are too few to say. */
    calibration: calibrationSchema.nullable(),
    /** The same work with four kinds of delivery; empty when nothing is known to run. */
    deliveries: z.array(
      z.object({
        kind: z.enum(['sequential', 'parallel', 'fast', 'batch']),
        costNanoUsd: z.number().int().nullable(),
        seconds: z.number(),
        note: z.string().nullable(),
      }),
    ),
    recommendation: z.string(),
    /** What a dry run on the simulator showed; null without one. */
    dryRun: z
      .object({
        agents: z.number().int(),
        retries: z.number().int(),
        isWhole: z.boolean(),
        error: runErrorSchema.nullable(),
      })
      .nullable(),
    /** Earlier runs the numbers rest on. */
    historyRuns: z.number().int(),
    limits: limitsSchema,
    /**
     * How many agents of the phase that a cap holds back most are in flight at once, since each reserves the
     * worst case of its turn; `allNanoUsd` or `allTokens` is the cap under which all are. Null without a cap,
     * or one in dollars without a price. `slots` are as many as go at once whatever the caps; null in
     * batches, which take none.
     */
    parallelism: z
      .discriminatedUnion('unit', [
        z.object({
          ...parallelismFields,
          unit: z.literal('usd'),
          capNanoUsd: z.number().int(),
          allNanoUsd: z.number().int(),
        }),
        z.object({
          ...parallelismFields,
          unit: z.literal('tokens'),
          capTokens: z.number().int(),
          allTokens: z.number().int(),
        }),
      ])
      .nullable(),
    needsApproval: z.boolean(),
    simulated: z.boolean(),
    notes: z.array(z.string()),
  })
  .register(schemaNames, { id: 'Plan' })
export type Plan = z.infer<typeof planSchema>

/**
 * A plan is counted in a dry run on the simulator, with made-up answers and at most three seconds of work.
 * `?dryRun=1` runs all of it, however long, and `?dryRun=0` only reads the source. With `count=1` one prompt
 * of each phase is sent to the provider to be counted, which is free.
 */
export const planQuerySchema = z.object({
  dryRun: z.enum(['0', '1']).optional(),
  count: z.enum(['0', '1']).default('0'),
})
