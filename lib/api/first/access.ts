import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import { roleSchema } from '@/lib/core/base/role'
import { schemaNames } from '../schema-names'

/** How people are known here: nobody is asked, by a token that all share, or by accounts of their own. */
export const accessModes = ['local', 'token', 'team'] as const

/** `GET /api/access`: how one gets in, and who one is. */
export const accessSchema = z
  .object({
    mode: z.enum(accessModes),
    /** What the button of the provider says; null where there is none. */
    provider: z.string().nullable(),
    /** Whether one can sign in with a passkey. */
    passkeys: z.boolean().default(false),
    /** Null for somebody who has not signed in. */
    you: z.object({ actor: actorSchema, role: roleSchema }).nullable(),
    /** The project that is asked in, with the role there; null for somebody who has not signed in, or is in none. */
    project: z.object({ id: z.string(), name: z.string(), role: roleSchema }).nullable().default(null),
    /** The projects one may change to; none where there is only one. */
    projects: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
  })
  .register(schemaNames, { id: 'Access' })
export type Access = z.infer<typeof accessSchema>
