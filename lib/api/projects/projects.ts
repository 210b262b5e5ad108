import { z } from 'zod'
import { roleSchema } from '@/lib/core/base/role'
import { isFitName } from '../actor-name'
import { schemaNames } from '../schema-names'

const projectNameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(60)
  .refine(isFitName, 'must be plain text, without control characters or marks that turn its direction')

/** A project that one may enter, with what one may do there. */
export const projectSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    /** ISO 8601; null while it is in use. */
    archivedAt: z.string().nullable(),
  })
  .register(schemaNames, { id: 'Project' })
export type ProjectShown = z.infer<typeof projectSchema>

/** `GET /api/projects`: Default first, then the others by name. */
export const projectsSchema = z
  .object({ projects: z.array(projectSchema) })
  .register(schemaNames, { id: 'Projects' })
export type ProjectsShown = z.infer<typeof projectsSchema>

/** `POST /api/projects`. */
export const newProjectSchema = z
  .strictObject({ name: projectNameSchema })
  .register(schemaNames, { id: 'NewProject' })

/** `PATCH /api/projects/{projectId}`: what is left out stays. */
export const projectPatchSchema = z
  .strictObject({ name: projectNameSchema.optional(), isArchived: z.boolean().optional() })
  .register(schemaNames, { id: 'ProjectPatch' })
export type ProjectPatch = z.output<typeof projectPatchSchema>

const membersSchema = z.array(
  z.object({ personId: z.string(), name: z.string(), email: z.string(), role: roleSchema }),
)

/** Who is in a project. Owners of the installation are in every one and stand in no list but Default's. */
export const projectMembersSchema = z
  .object({
    members: membersSchema,
    /** Of Default alone, in which everybody else is by the role of their account: who is kept out of it. */
    keptOut: membersSchema.default([]),
  })
  .register(schemaNames, { id: 'ProjectMembers' })
export type ProjectMembersShown = z.infer<typeof projectMembersSchema>

/** `GET /api/provider-key`: of the project's own key its last four characters, and never more. */
export const providerKeySchema = z
  .object({
    isSet: z.boolean(),
    hint: z.string().nullable(),
    /** ISO 8601. */
    setAt: z.string().nullable(),
    setBy: z.string().nullable(),
  })
  .register(schemaNames, { id: 'ProviderKey' })
export type ProviderKeyShown = z.infer<typeof providerKeySchema>

/** `PUT /api/provider-key`. */
export const newProviderKeySchema = z
  .strictObject({
    key: z
      .string()
      .trim()
      .min(20, 'must have at least 20 characters')
      .max(500)
      .regex(/^[!-~]+$/, 'must be printable ASCII without spaces'),
  })
  .register(schemaNames, { id: 'NewProviderKey' })

/** `PUT /api/projects/{projectId}/members`: adds somebody with an account, or changes their role. */
export const projectMemberSchema = z
  .strictObject({ email: z.email('must be an e-mail address').max(254), role: roleSchema })
  .register(schemaNames, { id: 'ProjectMember' })
