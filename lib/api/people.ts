import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import { jsonObjectSchema } from '@/lib/core/base/json'
import { defaultProject, projectRoleSchema } from '@/lib/core/base/project'
import { roleSchema } from '@/lib/core/base/role'
import { LONGEST_NOTE } from '@/lib/core/ports/run-note-store'
import { isFitName } from './actor-name'
import { schemaNames } from './schema-names'

const nameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(60)
  .refine(isFitName, 'must be plain text, without control characters or marks that turn its direction')

/** Bounded above: hashing takes as long as what is hashed. */
const newPasswordSchema = z
  .string()
  .min(12, 'must have at least 12 characters')
  .max(128, 'must have at most 128 characters')
const emailSchema = z.email('must be an e-mail address').max(254)

/** `POST /api/sign-in`. */
export const signInSchema = z
  .strictObject({ email: z.string().trim().min(1).max(254), password: z.string().min(1).max(128) })
  .register(schemaNames, { id: 'SignIn' })
export type SignInInput = z.infer<typeof signInSchema>

/** `POST /api/sign-in/oidc`: where to go on afterwards, a path of this server. */
export const oidcBeginSchema = z
  .strictObject({ back: z.string().max(2000).default('/') })
  .register(schemaNames, { id: 'OidcBegin' })
export const oidcBegunSchema = z.object({ url: z.string() }).register(schemaNames, { id: 'OidcBegun' })

/** `POST /api/invitations/accept`: a new account, by the token of a link. */
export const acceptSchema = z
  .strictObject({
    token: z.string().min(1).max(200),
    name: nameSchema,
    email: emailSchema,
    password: newPasswordSchema,
  })
  .register(schemaNames, { id: 'AcceptInvitation' })
export type AcceptInput = z.infer<typeof acceptSchema>

/** `GET /api/account`: oneself, and the browsers one has signed in with. */
export const accountSchema = z
  .object({
    person: z.object({ id: z.string(), name: z.string(), email: z.string(), role: roleSchema }),
    sessions: z.array(
      z.object({
        id: z.string(),
        isThis: z.boolean(),
        createdAt: z.string(),
        expiresAt: z.string(),
        address: z.string(),
        browser: z.string(),
      }),
    ),
    signInMethods: z.object({
      hasPassword: z.boolean(),
      /** The name of the provider; null where none is set. */
      provider: z.string().nullable(),
      isLinked: z.boolean(),
      /** Whether browsers make passkeys for the address of this server. */
      takesPasskeys: z.boolean(),
      passkeys: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          createdAt: z.string().nullable(),
          /** It is kept by an account of the device's maker, and is on other devices as well. */
          isSynced: z.boolean(),
        }),
      ),
    }),
  })
  .register(schemaNames, { id: 'Account' })
export type Account = z.infer<typeof accountSchema>

/** `POST /api/members/{personId}/password-link`: shown this once, good once. */
export const passwordLinkSchema = z
  .object({ link: z.string(), expiresAt: z.string() })
  .register(schemaNames, { id: 'PasswordLink' })
export type PasswordLinkMade = z.infer<typeof passwordLinkSchema>

/** `POST /api/password-reset`: a new password, by the token of a link. */
export const passwordResetSchema = z
  .strictObject({ token: z.string().min(1).max(200), password: newPasswordSchema })
  .register(schemaNames, { id: 'PasswordReset' })
export type PasswordReset = z.infer<typeof passwordResetSchema>

/** What a browser hands to a device (WebAuthn's JSON), to make a passkey or to sign in with one. */
export const passkeyQuestionSchema = z
  .object({ question: z.record(z.string(), z.unknown()) })
  .register(schemaNames, { id: 'PasskeyQuestion' })

/** Base64url, as WebAuthn's JSON has it. */
const base64url = z
  .string()
  .max(20_000)
  .regex(/^[\w-]*=*$/, 'must be Base64url')

const keyId = { id: base64url.min(1), rawId: base64url.min(1), type: z.literal('public-key') }

/** `POST /api/account/passkeys`: what a device made, and what to call it. */
export const newPasskeySchema = z
  .strictObject({
    name: z.string().trim().min(1, 'must not be empty').max(60),
    answer: z.object({
      ...keyId,
      response: z.object({
        clientDataJSON: base64url,
        attestationObject: base64url,
        transports: z.array(z.string().max(40)).max(10).optional(),
      }),
    }),
  })
  .register(schemaNames, { id: 'NewPasskey' })
export type NewPasskey = z.infer<typeof newPasskeySchema>

/** `POST /api/sign-in/passkey`: what a device answers. */
export const passkeySignInSchema = z
  .strictObject({
    answer: z.object({
      ...keyId,
      response: z.object({
        clientDataJSON: base64url,
        authenticatorData: base64url,
        signature: base64url,
        userHandle: base64url.optional(),
      }),
    }),
  })
  .register(schemaNames, { id: 'PasskeySignIn' })
export type PasskeySignIn = z.infer<typeof passkeySignInSchema>

/** `PUT /api/account/password`. All other sessions end with it. */
export const passwordChangeSchema = z
  .strictObject({ current: z.string().min(1).max(128), next: newPasswordSchema })
  .register(schemaNames, { id: 'PasswordChange' })
export type PasswordChange = z.infer<typeof passwordChangeSchema>

/** `GET /api/members`: everybody with an account, and who was invited. */
export const membersSchema = z
  .object({
    members: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        email: z.string(),
        role: roleSchema,
        createdAt: z.string(),
      }),
    ),
    invitations: z.array(
      z.object({
        id: z.string(),
        role: roleSchema,
        inDefault: z.boolean().default(true),
        /** The other projects it leads into, of those that whoever asks is in. */
        projects: z
          .array(projectRoleSchema.extend({ name: z.string(), isArchived: z.boolean() }))
          .default([]),
        email: z.string().nullable(),
        invitedBy: z.string(),
        createdAt: z.string(),
        expiresAt: z.string(),
      }),
    ),
  })
  .register(schemaNames, { id: 'Members' })
export type Members = z.infer<typeof membersSchema>

/** `PATCH /api/members/{personId}`. */
export const memberPatchSchema = z
  .strictObject({ role: roleSchema })
  .register(schemaNames, { id: 'MemberPatch' })

/** Projects that one invitation leads into; whoever is to be in more is added to them. */
const MOST_PROJECTS_OF_INVITATION = 20

/** `POST /api/invitations`. */
export const inviteSchema = z
  .strictObject({
    /** Of the account: what they may do in the installation, and in Default. */
    role: roleSchema,
    /** Whether they are in Default; where not, they see the projects that are named and nothing else. */
    inDefault: z.boolean().default(true),
    /** The other projects that they are in, each with the role there: at most one's own. */
    projects: z
      .array(projectRoleSchema.strict())
      .max(MOST_PROJECTS_OF_INVITATION, `must be at most ${MOST_PROJECTS_OF_INVITATION} projects`)
      .refine((all) => new Set(all.map(({ projectId }) => projectId)).size === all.length, {
        error: 'must name each project once',
      })
      .refine((all) => all.every(({ projectId }) => projectId !== defaultProject), {
        error: 'must not name Default: that is said by inDefault and role',
      })
      .default([]),
    /** Who alone may use it; left out, whoever has the link. */
    email: emailSchema.optional(),
    days: z.number().int().min(1, 'must be 1 day or more').max(30, 'must be at most 30 days').default(7),
  })
  .refine(({ inDefault, projects }) => inDefault || projects.length > 0, {
    path: ['projects'],
    error: 'must name a project for somebody who is not to be in Default',
  })
  .refine(({ inDefault, role }) => inDefault || role !== 'owner', {
    path: ['inDefault'],
    error: 'must not be false for an owner, who is in every project',
  })
  .register(schemaNames, { id: 'Invite' })
export type InviteInput = z.input<typeof inviteSchema>

/** A new invitation. The link is shown this once. */
export const invitedSchema = z
  .object({ id: z.string(), link: z.string(), expiresAt: z.string() })
  .register(schemaNames, { id: 'Invited' })
export type Invited = z.infer<typeof invitedSchema>

/** `GET /api/keys`. The key itself is shown once, when it is made. */
export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    project: z.string(),
    /** Its last four characters. */
    hint: z.string(),
    role: roleSchema,
    launchOnly: z.boolean(),
    owner: z.string(),
    createdAt: z.string(),
    expiresAt: z.string().nullable(),
    lastUsedAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
  })
  .register(schemaNames, { id: 'ApiKey' })
export type ApiKeyShown = z.infer<typeof apiKeySchema>
export const apiKeysSchema = z
  .object({ keys: z.array(apiKeySchema) })
  .register(schemaNames, { id: 'ApiKeys' })

/** `POST /api/keys`. */
export const newKeySchema = z
  .strictObject({
    name: nameSchema,
    /** At most one's own. */
    role: roleSchema.default('launcher'),
    /** It may launch runs and follow those it launched, and nothing else. */
    launchOnly: z.boolean().default(false),
    /** Null: until it is revoked. */
    days: z
      .number()
      .int()
      .min(1, 'must be 1 day or more')
      .max(3650, 'must be at most 3,650 days')
      .nullable()
      .default(90),
  })
  .register(schemaNames, { id: 'NewKey' })
export type NewKeyInput = z.input<typeof newKeySchema>
export const madeKeySchema = z
  .object({ key: z.string(), shown: apiKeySchema })
  .register(schemaNames, { id: 'MadeKey' })

/** `GET /api/runs/{id}/shares`. */
export const sharesSchema = z
  .object({
    shares: z.array(
      z.object({ id: z.string(), by: z.string(), createdAt: z.string(), expiresAt: z.string() }),
    ),
  })
  .register(schemaNames, { id: 'Shares' })
export type Shares = z.infer<typeof sharesSchema>

/** `POST /api/runs/{id}/shares`. */
export const newShareSchema = z
  .strictObject({
    days: z.number().int().min(1, 'must be 1 day or more').max(365, 'must be at most 365 days').default(7),
  })
  .register(schemaNames, { id: 'NewShare' })

/** A new share: a path of this server, told this once. */
export const madeShareSchema = z
  .object({ id: z.string(), path: z.string(), expiresAt: z.string() })
  .register(schemaNames, { id: 'MadeShare' })

/** `POST /api/shared`: the token of a link, in the body so it stands in no log. */
export const sharedTokenSchema = z
  .strictObject({ token: z.string().min(1).max(200) })
  .register(schemaNames, { id: 'SharedToken' })

/** A run as whoever has the link reads it: its report, as Markdown, without prompts or transcripts. */
export const sharedRunSchema = z
  .object({ title: z.string(), markdown: z.string(), expiresAt: z.string() })
  .register(schemaNames, { id: 'SharedRun' })

/** `GET /api/audit`. */
export const auditQuerySchema = z.object({
  q: z.string().trim().max(200).optional(),
  actor: z.string().max(200).optional(),
  operation: z.string().max(100).optional(),
  /** From when on, and until before when: ISO 8601. */
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  /** Lines before this one. */
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export const auditEntrySchema = z
  .object({
    seq: z.number().int(),
    at: z.string(),
    actor: actorSchema,
    operation: z.string(),
    method: z.string(),
    path: z.string(),
    client: z.string(),
    details: jsonObjectSchema,
    previous: z.string(),
    digest: z.string(),
  })
  .register(schemaNames, { id: 'AuditEntry' })
export type AuditEntryShown = z.infer<typeof auditEntrySchema>
export const auditPageSchema = z
  .object({ entries: z.array(auditEntrySchema), next: z.number().int().nullable() })
  .register(schemaNames, { id: 'AuditPage' })

/** `GET /api/audit/verify`: whether each line fits the one before it. */
export const auditVerdictSchema = z
  .object({
    entries: z.number().int(),
    /** Digest of the last line: kept elsewhere, it shows later whether lines were cut off. */
    head: z.string(),
    broken: z.object({ seq: z.number().int(), why: z.string() }).nullable(),
  })
  .register(schemaNames, { id: 'AuditVerdict' })
export type AuditVerdict = z.infer<typeof auditVerdictSchema>

/** Characters that a text of several lines has no use for, or that turn the direction of what stands beside it. */
const unfitForNotes = /[\p{Cs}\u202a-\u202e\u2066-\u2069]|(?![\n\t])\p{Cc}/u

/** `POST /api/runs/{id}/notes` and `PATCH /api/runs/{id}/notes/{noteId}`: plain text, drawn as it is. */
export const noteTextSchema = z
  .strictObject({
    text: z
      .string()
      .transform((text) => text.replace(/\r\n?/g, '\n').trim())
      .pipe(
        z
          .string()
          .min(1, 'must not be empty')
          .max(LONGEST_NOTE, `must have at most ${LONGEST_NOTE.toLocaleString('en')} characters`)
          .refine(
            (text) => !unfitForNotes.test(text),
            'must be plain text, without control characters or marks that turn its direction',
          ),
      ),
  })
  .register(schemaNames, { id: 'NoteText' })

/** A note on a run, and whether whoever asks may change it. */
export const runNoteSchema = z
  .object({
    id: z.string(),
    text: z.string(),
    by: actorSchema,
    at: z.string(),
    /** Null while it stands as it was written. */
    edited: z.object({ by: actorSchema, at: z.string() }).nullable(),
    mayChange: z.boolean(),
  })
  .register(schemaNames, { id: 'RunNote' })
export type RunNoteShown = z.infer<typeof runNoteSchema>

/** `GET /api/runs/{id}/notes`: oldest first, and whether whoever asks may add one. */
export const runNotesSchema = z
  .object({ notes: z.array(runNoteSchema), mayWrite: z.boolean() })
  .register(schemaNames, { id: 'RunNotes' })
export type RunNotesShown = z.infer<typeof runNotesSchema>
