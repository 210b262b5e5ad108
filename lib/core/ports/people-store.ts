import type { ProjectRole } from '../base/project'
import type { Role } from '../base/role'

/** Somebody with an account. Times are ISO 8601. */
export type Person = { id: string; name: string; email: string; role: Role; createdAt: string }

/** One browser in which somebody has signed in. `token` is half of its cookie and is shown to nobody. */
export type Session = {
  id: string
  token: string
  personId: string
  createdAt: string
  expiresAt: string
  address: string
  browser: string
}

/**
 * Leave to make an account once, by whoever has the link. Of its token only the SHA-256 digest is kept.
 * `invitedBy` is null for the first owner's, which Skein made itself.
 */
export type Invitation = {
  id: string
  digest: string
  role: Role
  /** Whether whoever uses it is in Default; where not, they are kept out of it from the first moment. */
  inDefault: boolean
  /** The other projects that they are in then. */
  projects: readonly ProjectRole[]
  /** Who may use it: null for anybody who has the link. */
  email: string | null
  invitedBy: { id: string; name: string } | null
  createdAt: string
  expiresAt: string
  usedAt: string | null
}

/** Leave to set the password of an account once, by whoever has the link. */
export type PasswordLink = Omit<Invitation, 'role' | 'email' | 'inDefault' | 'projects'> & {
  personId: string
}

/**
 * What using a link came to. `void` is told of one whose maker could not make it any more, and `archived` of one to a
 * project that takes nobody; neither is used up by that.
 */
export type Claim<Link> =
  | { kind: 'claimed'; link: Link }
  | { kind: 'none' }
  | { kind: 'void'; maker: string }
  | { kind: 'archived'; project: string; maker: string }

/** A key of a device that somebody signs in with. */
export type StoredPasskey = { id: string; name: string; createdAt: string | null; isSynced: boolean }

/** What somebody signs in with: a password, an account at the provider, passkeys. */
export type SignInMethods = { hasPassword: boolean; hasProvider: boolean; passkeys: StoredPasskey[] }

/** One thing that somebody signs in with: a passkey by its id, or their account at a provider. */
export type SignInMethod = { passkeyId: string } | { provider: string }

/** What forgetting a way to sign in came to; `last-way` leaves it as it is. */
export type MethodRemoval = 'done' | 'no-such-method' | 'last-way'

/** What a change of somebody's role, or the removal of an account, came to; `above` is whose role is above the asker's. */
export type MemberChange = 'done' | 'no-such-person' | 'last-owner' | 'above'

/** People with accounts, their sessions, and who was invited. Passwords are the business of `lib/accounts`. */
export type PeopleStore = {
  listPeople(): Promise<Person[]>
  findPerson(id: string): Promise<Person | null>
  /**
   * One transaction, so of two who act at once only one can take the second-last owner away, and nobody changes who is
   * put above them meanwhile. `by` is the role of who asks.
   */
  setRole(id: string, role: Role, by: Role): Promise<MemberChange>
  /** Removes an account with its sessions and keys' validity, in the same way. */
  removePerson(id: string, by: Role): Promise<MemberChange>
  listSessions(personId: string): Promise<Session[]>
  /** Ends sessions of one person: one by its id, or all but `except`. Gives the ids of those that ended. */
  endSessions(personId: string, which: { id: string } | { except: string | null }): Promise<string[]>
  /** False where there are as many that can be used. One transaction. */
  addInvitation(invitation: Invitation, most: number): Promise<boolean>
  listInvitations(): Promise<Invitation[]>
  /** Takes back one that was not used. False where there is none. */
  withdrawInvitation(id: string): Promise<boolean>
  /** Forgets the first owner's that earlier starts made. */
  forgetOwnInvitations(): Promise<void>
  /** Claims the invitation with a digest, once, if it is still good at `now`. One transaction. */
  claimInvitation(digest: string, now: string): Promise<Claim<Invitation>>
  /** Puts somebody whose account was made into what an invitation names, at once. */
  settleInvited(personId: string, invitation: Invitation, now: string): Promise<void>
  /** Gives a claim back, where no account came of it. */
  unclaimInvitation(id: string): Promise<void>
  /** Keeps a link to set a password; earlier ones of the same person are good no more. */
  addPasswordLink(link: PasswordLink): Promise<void>
  /** Claims the link with a digest, once, if it is still good at `now`. One transaction. */
  claimPasswordLink(digest: string, now: string): Promise<Claim<PasswordLink>>
  signInMethods(personId: string): Promise<SignInMethods>
  /** One transaction, so of two ways that are forgotten at once one stays where there is no third. */
  removeSignInMethod(personId: string, method: SignInMethod): Promise<MethodRemoval>
}
