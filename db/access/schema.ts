import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import { jsonObjectSchema } from '@/lib/core/base/json'
import { projectRoleSchema } from '@/lib/core/base/project'
import { roles } from '@/lib/core/base/role'
import { json } from '../json-column'

const time = (column: string) => integer(column, { mode: 'timestamp_ms' })

/** Accounts. This table and the next three are better-auth's, with its columns; `role` is ours. */
export const people = sqliteTable('auth_users', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: integer('email_verified', { mode: 'boolean' }).notNull().default(false),
  image: text('image'),
  createdAt: time('created_at').notNull(),
  updatedAt: time('updated_at').notNull(),
  role: text('role', { enum: roles }).notNull().default('viewer'),
})

/** Browsers in which people have signed in. */
export const sessions = sqliteTable(
  'auth_sessions',
  {
    id: text('id').primaryKey(),
    expiresAt: time('expires_at').notNull(),
    token: text('token').notNull().unique(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    userId: text('user_id').notNull(),
  },
  (table) => [index('auth_sessions_by_user').on(table.userId)],
)

/** Ways in which somebody signs in: a password, hashed by scrypt, or a provider. Tokens of providers are not kept. */
export const credentials = sqliteTable(
  'auth_accounts',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id').notNull(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: time('access_token_expires_at'),
    refreshTokenExpiresAt: time('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [
    index('auth_accounts_by_user').on(table.userId),
    uniqueIndex('auth_accounts_by_account').on(table.providerId, table.accountId),
  ],
)

/** Sign-ins by a provider that are under way. */
export const verifications = sqliteTable(
  'auth_verifications',
  {
    id: text('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: time('expires_at').notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [index('auth_verifications_by_identifier').on(table.identifier)],
)

/** Who may make an account. */
export const invitations = sqliteTable('invitations', {
  id: text('id').primaryKey(),
  digest: text('digest').notNull().unique(),
  role: text('role', { enum: roles }).notNull(),
  /** Whether whoever uses it is in Default, and which other projects they are in. */
  inDefault: integer('in_default', { mode: 'boolean' }).notNull().default(true),
  projects: json(z.array(projectRoleSchema))('projects').notNull().default([]),
  email: text('email'),
  invitedById: text('invited_by_id'),
  invitedByName: text('invited_by_name'),
  /** Whose password it lets be set; null for leave to make an account. */
  personId: text('person_id'),
  createdAt: text('created_at').notNull(),
  expiresAt: text('expires_at').notNull(),
  usedAt: text('used_at'),
})

/** Passkeys that people sign in with, as better-auth keeps them: public keys, and nothing that is secret. */
export const passkeys = sqliteTable(
  'auth_passkeys',
  {
    id: text('id').primaryKey(),
    name: text('name'),
    publicKey: text('public_key').notNull(),
    userId: text('user_id').notNull(),
    credentialID: text('credential_id').notNull().unique(),
    counter: integer('counter').notNull(),
    deviceType: text('device_type').notNull(),
    backedUp: integer('backed_up', { mode: 'boolean' }).notNull(),
    transports: text('transports'),
    createdAt: time('created_at'),
    aaguid: text('aaguid'),
  },
  (table) => [index('auth_passkeys_by_user').on(table.userId)],
)

/** Keys of programs, by the digest of each. */
export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    project: text('project').notNull().default('default'),
    name: text('name').notNull(),
    digest: text('digest').notNull().unique(),
    hint: text('hint').notNull(),
    role: text('role', { enum: roles }).notNull(),
    launchOnly: integer('launch_only', { mode: 'boolean' }).notNull(),
    ownerId: text('owner_id').notNull(),
    ownerName: text('owner_name').notNull(),
    createdAt: text('created_at').notNull(),
    expiresAt: text('expires_at'),
    lastUsedAt: text('last_used_at'),
    revokedAt: text('revoked_at'),
  },
  (table) => [index('api_keys_by_owner').on(table.ownerId)],
)

/** Projects beside Default, which has no row: it is always there. */
export const projects = sqliteTable(
  'projects',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    createdAt: text('created_at').notNull(),
    createdBy: json(actorSchema)('created_by').notNull(),
    archivedAt: text('archived_at'),
  },
  (table) => [uniqueIndex('projects_by_name').on(sql`lower(${table.name})`)],
)

/** Who is kept out of Default, in which everybody else is by the role of their account. */
export const defaultAbsences = sqliteTable('default_absences', {
  personId: text('person_id').primaryKey(),
  since: text('since').notNull(),
})

/** Who is in a project beside Default. */
export const projectMembers = sqliteTable(
  'project_members',
  {
    projectId: text('project_id').notNull(),
    personId: text('person_id').notNull(),
    role: text('role', { enum: roles }).notNull(),
    addedAt: text('added_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.personId] }),
    index('project_members_by_person').on(table.personId),
  ],
)

/** Runs that can be read by whoever has a link. */
export const shares = sqliteTable(
  'run_shares',
  {
    id: text('id').primaryKey(),
    runId: text('run_id').notNull(),
    digest: text('digest').notNull().unique(),
    by: json(actorSchema)('by').notNull(),
    createdAt: text('created_at').notNull(),
    expiresAt: text('expires_at').notNull(),
  },
  (table) => [index('run_shares_by_run').on(table.runId)],
)

/** What people wrote about runs. */
export const runNotes = sqliteTable(
  'run_notes',
  {
    id: text('id').primaryKey(),
    runId: text('run_id').notNull(),
    text: text('text').notNull(),
    by: json(actorSchema)('by').notNull(),
    at: text('at').notNull(),
    editedBy: json(actorSchema)('edited_by'),
    editedAt: text('edited_at'),
  },
  (table) => [index('run_notes_by_run').on(table.runId, table.at)],
)

/** Acts that changed something. The migration forbids the database to change or remove a row. */
export const auditLog = sqliteTable(
  'audit_log',
  {
    seq: integer('seq').primaryKey(),
    at: text('at').notNull(),
    actor: json(actorSchema)('actor').notNull(),
    actorId: text('actor_id').notNull(),
    operation: text('operation').notNull(),
    method: text('method').notNull(),
    path: text('path').notNull(),
    client: text('client').notNull(),
    details: json(jsonObjectSchema)('details').notNull(),
    previous: text('previous').notNull(),
    digest: text('digest').notNull(),
  },
  (table) => [
    index('audit_log_by_actor').on(table.actorId, table.seq),
    index('audit_log_by_operation').on(table.operation, table.seq),
  ],
)
