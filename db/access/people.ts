import { and, count, desc, eq, gt, isNotNull, isNull, ne, sql } from 'drizzle-orm'
import { mayGive, type Reach, reachWith } from '@/lib/core/base/project'
import { type Role, reaches } from '@/lib/core/base/role'
import type {
  Claim,
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
  projects,
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

  /** Where somebody may act at this moment; null for whoever has no account any more. */
  const reachNow = (on: Queries, id: string): Reach | null => {
    const person = on.select({ role: people.role }).from(people).where(eq(people.id, id)).get()
    if (person === undefined) return null
    const absence = on.select().from(defaultAbsences).where(eq(defaultAbsences.personId, id)).get()
    const memberships = on.select().from(projectMembers).where(eq(projectMembers.personId, id)).all()
    return reachWith({ role: person.role, isKeptOut: absence !== undefined }, memberships)
  }

  /** Uses a link up where it is good, unless `why` says what it is no more good for. */
  const claim = <Link>(
    { digest, now, isReset }: { digest: string; now: string; isReset: boolean },
    linkOf: (row: typeof invitations.$inferSelect) => Link,
    why: (on: Queries, row: typeof invitations.$inferSelect) => Claim<Link> | null,
  ): Claim<Link> =>
    queries.transaction((on) => {
      const isGood = and(
        eq(invitations.digest, digest),
        isNull(invitations.usedAt),
        isReset ? isNotNull(invitations.personId) : isNull(invitations.personId),
        gt(invitations.expiresAt, now),
      )
      const row = on.select().from(invitations).where(isGood).get()
      if (row === undefined) return { kind: 'none' }
      const refused = why(on, row)
      if (refused !== null) return refused
      on.update(invitations).set({ usedAt: now }).where(eq(invitations.id, row.id)).run()
      return { kind: 'claimed', link: linkOf({ ...row, usedAt: now }) }
    })

  /** Whether whoever made a link could still give these roles. Skein itself, which makes the first owner's, can. */
  const couldStillGive = (
    on: Queries,
    { invitedById }: typeof invitations.$inferSelect,
    given: Parameters<typeof mayGive>[1],
  ): boolean => {
    const reach = invitedById === null ? null : reachNow(on, invitedById)
    return invitedById === null || (reach !== null && mayGive(reach, given))
  }

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

    async addInvitation({ invitedBy, projects: given, ...rest }, most) {
      const maker = { invitedById: invitedBy?.id ?? null, invitedByName: invitedBy?.name ?? null }
      return queries.transaction((on) => {
        const isOpen = and(
          isNull(invitations.personId),
          isNull(invitations.usedAt),
          gt(invitations.expiresAt, rest.createdAt),
        )
        const open = on.select({ held: count() }).from(invitations).where(isOpen).get()?.held ?? 0
        if (open >= most) return false
        on.insert(invitations)
          .values({ ...rest, ...maker, projects: [...given] })
          .run()
        return true
      })
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
      return claim({ digest, now, isReset: false }, invitationOf, (on, row) => {
        const maker = row.invitedByName ?? ''
        if (!couldStillGive(on, row, row)) return { kind: 'void', maker }
        for (const { projectId } of row.projects) {
          const found = on.select().from(projects).where(eq(projects.id, projectId)).get()
          if (found?.archivedAt !== null)
            return { kind: 'archived', project: found?.name ?? projectId, maker }
        }
        return null
      })
    },

    async settleInvited(personId, { inDefault, projects: given, role }, now) {
      queries.transaction((on) => {
        if (!inDefault && role !== 'owner')
          on.insert(defaultAbsences).values({ personId, since: now }).onConflictDoNothing().run()
        for (const one of given)
          on.insert(projectMembers)
            .values({ ...one, personId, addedAt: now })
            .onConflictDoNothing()
            .run()
      })
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
      return claim({ digest, now, isReset: true }, passwordLinkOf, (on, row) => {
        const whose = eq(people.id, row.personId ?? '')
        const person = on.select({ role: people.role }).from(people).where(whose).get()
        if (person === undefined) return { kind: 'none' }
        // Somebody may have risen above whoever made it: it would be a way into their account.
        if (couldStillGive(on, row, { role: person.role, projects: [] })) return null
        return { kind: 'void', maker: row.invitedByName ?? '' }
      })
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
  const { role: _, email: __, inDefault: ___, projects: ____, ...rest } = invitationOf(row)
  return { ...rest, personId: row.personId ?? '' }
}

function invitationOf(row: typeof invitations.$inferSelect): Invitation {
  const { invitedById, invitedByName, personId: _, ...rest } = row
  return {
    ...rest,
    invitedBy: invitedById === null ? null : { id: invitedById, name: invitedByName ?? '' },
  }
}
