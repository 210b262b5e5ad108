import { z } from 'zod'

/** Names of schemas in the OpenAPI document. What registers here is written there once and referred to. */
export const schemaNames = z.registry<{ id: string }>()
