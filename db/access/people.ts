import { and, desc, eq, gt, isNotNull, isNull, ne, sql } from 'drizzle-orm'
import { type Role, reaches } from '@/lib/core/base/role'
import type {
  Invitation,
  MemberChange,
  PasswordLink,
  PeopleStore,
  Person,
  Session,
} from '@/lib/core/ports/people-store'
import type { Queries } from '../open'
import {
  apiKeys,
  credentials,
  defaultAbsences,
  invitations,
  passkeys,
  people,
  projectMembers,
  sessions,
} from './schema'

/** People, their sessions and invitations, beside what better-auth does in the same tables. */
export function createPeopleStore(queries: Queries): PeopleStore {
  const find = queries
    .select()
    .from(people)
    .where(eq(people.id, sql.placeholder('id')))
    .prepare()

  /** Changes somebody unless they are above `by` or that takes the last owner away, all in one transaction. */
  const change = (
    { id, by, staysOwner }: { id: string; by: Role; staysOwner: boolean },
    act: (on: Queries) => void,
  ): MemberChange =>
    queries.transaction((on) => {
      const person = on.select().from(people).where(eq(people.id, id)).get()
      if (person === undefined) return 'no-such-person'
      if (!reaches(by, person.role)) return 'above'
      const others = on
        .select({ id: people.id })
        .from(people)
        .where(and(eq(people.role, 'owner'), ne(people.id, id)))
        .get()
      if (person.role === 'owner' && !staysOwner && others === undefined) return 'last-owner'
      act(on)
      return 'done'
    })

  return {
    async listPeople() {
      return queries.select().from(people).orderBy(people.createdAt, people.id).all().map(personOf)
    },

    async findPerson(id) {
      const row = find.get({ id })
      return row === undefined ? null : personOf(row)
    },

    async setRole(id, role, by) {
      return change({ id, by, staysOwner: role === 'owner' }, (on) => {
        on.update(people).set({ role }).where(eq(people.id, id)).run()
        // An owner is in every project, and stays in Default when they are one no more.
        if (role === 'owner') on.delete(defaultAbsences).where(eq(defaultAbsences.personId, id)).run()
      })
    },

    async removePerson(id, by) {
      return change({ id, by, staysOwner: false }, (on) => {
        on.delete(sessions).where(eq(sessions.userId, id)).run()
        on.delete(credentials).where(eq(credentials.userId, id)).run()
        on.delete(passkeys).where(eq(passkeys.userId, id)).run()
        on.delete(invitations).where(eq(invitations.personId, id)).run()
        on.update(apiKeys)
          .set({ revokedAt: new Date().toISOString() })
          .where(and(eq(apiKeys.ownerId, id), isNull(apiKeys.revokedAt)))
          .run()
        on.delete(projectMembers).where(eq(projectMembers.personId, id)).run()
        on.delete(defaultAbsences).where(eq(defaultAbsences.personId, id)).run()
        on.delete(people).where(eq(people.id, id)).run()
      })
    },

    async listSessions(personId) {
      const isOpen = and(eq(sessions.userId, personId), gt(sessions.expiresAt, new Date()))
      return queries
        .select()
        .from(sessions)
        .where(isOpen)
        .orderBy(desc(sessions.createdAt))
        .all()
        .map(sessionOf)
    },

    async endSessions(personId, which) {
      const one = 'id' in which ? eq(sessions.id, which.id) : undefined
      const others = 'except' in which && which.except !== null ? ne(sessions.id, which.except) : undefined
      const ended = queries
        .delete(sessions)
        .where(and(eq(sessions.userId, personId), one, others))
        .returning({ id: sessions.id })
        .all()
      return ended.map(({ id }) => id)
    },

    async addInvitation({ invitedBy, ...rest }) {
      queries
        .insert(invitations)
        .values({ ...rest, invitedById: invitedBy?.id ?? null, invitedByName: invitedBy?.name ?? null })
        .run()
    },

    async listInvitations() {
      return queries
        .select()
        .from(invitations)
        .where(isNull(invitations.personId))
        .orderBy(desc(invitations.createdAt))
        .all()
        .map(invitationOf)
    },

    async withdrawInvitation(id) {
      const isOpen = and(eq(invitations.id, id), isNull(invitations.usedAt))
      return queries.delete(invitations).where(isOpen).returning({ id: invitations.id }).all().length > 0
    },

    async forgetOwnInvitations() {
      queries
        .delete(invitations)
        .where(and(isNull(invitations.invitedById), isNull(invitations.usedAt), isNull(invitations.personId)))
        .run()
    },

    async claimInvitation(digest, now) {
      const isGood = and(
        eq(invitations.digest, digest),
        isNull(invitations.usedAt),
        isNull(invitations.personId),
        gt(invitations.expiresAt, now),
      )
      const row = queries.update(invitations).set({ usedAt: now }).where(isGood).returning().get()
      return row === undefined ? null : invitationOf(row)
    },

    async unclaimInvitation(id) {
      queries.update(invitations).set({ usedAt: null }).where(eq(invitations.id, id)).run()
    },

    async addPasswordLink({ invitedBy, ...rest }) {
      const maker = { invitedById: invitedBy?.id ?? null, invitedByName: invitedBy?.name ?? null }
      queries.transaction((on) => {
        on.delete(invitations)
          .where(and(eq(invitations.personId, rest.personId), isNull(invitations.usedAt)))
          .run()
        on.insert(invitations)
          .values({ ...rest, ...maker, role: 'viewer', email: null })
          .run()
      })
    },

    async claimPasswordLink(digest, now) {
      const isGood = and(
        eq(invitations.digest, digest),
        isNull(invitations.usedAt),
        isNotNull(invitations.personId),
        gt(invitations.expiresAt, now),
      )
      const row = queries.update(invitations).set({ usedAt: now }).where(isGood).returning().get()
      return row === undefined ? null : passwordLinkOf(row)
    },

    async signInMethods(personId) {
      const accounts = queries
        .select({ provider: credentials.providerId })
        .from(credentials)
        .where(eq(credentials.userId, personId))
        .all()
      const keys = queries.select().from(passkeys).where(eq(passkeys.userId, personId)).all()
      return {
        hasPassword: accounts.some(({ provider }) => provider === 'credential'),
        hasProvider: accounts.some(({ provider }) => provider !== 'credential'),
        passkeys: keys.map(({ id, name, createdAt, backedUp }) => ({
          ...{ id, name: name ?? 'Passkey', isSynced: backedUp },
          createdAt: createdAt?.toISOString() ?? null,
        })),
      }
    },

    async removeSignInMethod(personId, method) {
      return queries.transaction((on) => {
        const isTheirs = eq(credentials.userId, personId)
        const keys = on.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.userId, personId)).all()
        const accounts = on.select({ of: credentials.providerId }).from(credentials).where(isTheirs).all()
        const methods = [
          ...keys.map(({ id }) => `passkey ${id}`),
          ...accounts.map(({ of }) => `account ${of}`),
        ]
        const meant = 'passkeyId' in method ? `passkey ${method.passkeyId}` : `account ${method.provider}`
        if (!methods.includes(meant)) return 'no-such-method'
        if (methods.every((one) => one === meant)) return 'last-way'
        if ('passkeyId' in method) on.delete(passkeys).where(eq(passkeys.id, method.passkeyId)).run()
        else
          on.delete(credentials)
            .where(and(isTheirs, eq(credentials.providerId, method.provider)))
            .run()
        return 'done'
      })
    },
  }
}

function personOf({ id, name, email, role, createdAt }: typeof people.$inferSelect): Person {
  return { id, name, email, role, createdAt: createdAt.toISOString() }
}

function sessionOf(row: typeof sessions.$inferSelect): Session {
  return {
    id: row.id,
    token: row.token,
    personId: row.userId,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    address: row.ipAddress ?? '',
    browser: row.userAgent ?? '',
  }
}

function passwordLinkOf(row: typeof invitations.$inferSelect): PasswordLink {
  const { role: _, email: __, ...rest } = invitationOf(row)
  return { ...rest, personId: row.personId ?? '' }
}

function invitationOf(row: typeof invitations.$inferSelect): Invitation {
  const { invitedById, invitedByName, personId: _, ...rest } = row
  return {
    ...rest,
    invitedBy: invitedById === null ? null : { id: invitedById, name: invitedByName ?? '' },
  }
}
