import { z } from 'zod'
import { deliveryOutcomes, signatureForms } from '@/lib/core/ports/trigger-store'
import { argMappingSchema } from '@/lib/core/spec/arg-mapping'
import { githubWaitSchema } from '@/lib/core/spec/github'
import { schemaNames } from '../schema-names'
import { automationFields, automationSettings, occasionFields } from './settings'

/** What became of one delivery. */
const deliveryShownSchema = z.object({
  deliveryId: z.string(),
  receivedAt: z.string(),
  outcome: z.enum(deliveryOutcomes),
  ...occasionFields,
})
export type TriggerDeliveryShown = z.infer<typeof deliveryShownSchema>

/** A trigger as people see it; its secret is in no answer but the two that make one. */
export const triggerSchema = z
  .object({
    ...automationFields,
    /** Where it is delivered to, from the top of this server. */
    path: z.string(),
    signedAs: z.enum(signatureForms),
    mapping: argMappingSchema,
    /** What it waits for at GitHub; null where every signed delivery launches. */
    github: githubWaitSchema.nullable().default(null),
    /** Until when the secret before the present one counts; null where none does. */
    formerSecretUntil: z.string().nullable(),
    /** What was delivered last, newest first. */
    deliveries: z.array(deliveryShownSchema),
    /** What came since the server's start without a good signature; null for nothing. */
    unsigned: z.object({ count: z.number().int(), lastAt: z.string(), why: z.string() }).nullable(),
  })
  .register(schemaNames, { id: 'Trigger' })
export type TriggerShown = z.infer<typeof triggerSchema>

/** `GET /api/triggers`: by name. */
export const triggersSchema = z
  .object({ triggers: z.array(triggerSchema) })
  .register(schemaNames, { id: 'Triggers' })

/** A trigger with the secret that deliveries are signed with, told this once. */
export const triggerWithSecretSchema = z
  .object({ trigger: triggerSchema, secret: z.string() })
  .register(schemaNames, { id: 'TriggerWithSecret' })

const settingsOfTrigger = {
  ...automationSettings,
  /** `standard` as Standard Webhooks says, `github` as GitHub's `X-Hub-Signature-256`. */
  signedAs: z.enum(signatureForms),
  /**
   * Parts of the delivered body that become args of the launch, over those that it has. Below a goal they are quoted as
   * data of somebody outside, within bounds.
   */
  mapping: argMappingSchema,
  /**
   * What it waits for at GitHub, whose connection the project needs; its runs work on the repository in place of the
   * folder of the launch. Null for a trigger that launches on every signed delivery.
   */
  github: githubWaitSchema.nullable(),
}

/** `POST /api/triggers`. */
export const newTriggerSchema = z
  .strictObject({
    ...settingsOfTrigger,
    signedAs: settingsOfTrigger.signedAs.default('standard'),
    mapping: settingsOfTrigger.mapping.default([]),
    github: settingsOfTrigger.github.default(null),
    whenBusy: settingsOfTrigger.whenBusy.default('skip'),
    monthlyUsd: settingsOfTrigger.monthlyUsd.default(null),
    mostFailures: settingsOfTrigger.mostFailures.default(3),
  })
  .register(schemaNames, { id: 'NewTrigger' })
export type NewTrigger = z.input<typeof newTriggerSchema>

/** `PATCH /api/triggers/{triggerId}`: what is left out stays. */
export const triggerPatchSchema = z
  .strictObject({ ...settingsOfTrigger, isOn: z.boolean() })
  .partial()
  .register(schemaNames, { id: 'TriggerPatch' })
export type TriggerPatch = z.input<typeof triggerPatchSchema>

/** `POST /api/triggers/{triggerId}/secret`: for how many hours the secret before still counts. */
export const newSecretSchema = z
  .strictObject({ formerHours: z.number().int().min(0).max(168, 'must be at most a week, 168').default(0) })
  .register(schemaNames, { id: 'NewTriggerSecret' })

/** What whoever delivers is told: the same for the same delivery, however often it comes. */
export const firedSchema = z
  .object({
    deliveryId: z.string(),
    outcome: z.enum(deliveryOutcomes),
    detail: z.string().nullable(),
    runId: z.string().nullable(),
  })
  .register(schemaNames, { id: 'Fired' })
