import { AsyncLocalStorage } from 'node:async_hooks'
import type { betterAuth } from 'better-auth'
import type { Role } from '@/lib/core/base/role'
import { type Passkeys, passkeyOptions, takesPasskeys } from './passkeys'
import { type GroupRole, roleOfGroups } from './provider-roles'

/** A provider of OpenID Connect, as the environment names it. */
export type OidcSettings = {
  issuer: string
  clientId: string
  clientSecret: string
  /** What the button says. */
  name: string
  groupsClaim: string
  roles: readonly GroupRole[]
}

/** Where people sign in: passwords and sessions, and a provider where one is set. */
export type Identity = {
  /** The name of the cookie that carries a session. */
  cookieName: string
  /** A new session, as the cookie that carries it; null where e-mail and password do not fit together. */
  signIn(email: string, password: string, headers: Headers): Promise<SignedIn | null>
  /** The session that a request's cookie is of, if it is a good one. */
  sessionOf(headers: Headers): Promise<{ id: string; personId: string; expiresAtMs: number } | null>
  /** The cookies that make a browser forget its session. */
  signOut(headers: Headers): Promise<Headers>
  /**
   * Makes an account; null where the e-mail address has one. `settle` is done before anybody can sign in to it, so
   * where a process dies in between somebody has no way in, and never one to more than was meant.
   */
  addPerson(
    person: { name: string; email: string; password: string; role: Role },
    settle: (personId: string) => Promise<void>,
  ): Promise<string | null>
  /** Whether this is somebody's password. */
  knowsPassword(personId: string, password: string): Promise<boolean>
  setPassword(personId: string, password: string): Promise<void>
  /** The address at the provider where a sign-in begins, and the cookie that its answer is checked against. */
  beginOidc(back: string): Promise<{ url: string; headers: Headers } | null>
  /**
   * The same for somebody who is signed in and wants to sign in by the provider, too; null where they have to sign in
   * anew first, or it cannot be reached.
   */
  beginLinking(headers: Headers, back: string): Promise<{ url: string; headers: Headers } | null>
  /** Null where this server's address is none that browsers make passkeys for. */
  passkeys: Passkeys | null
  /** What the provider's answer came to: where to go on, with which cookies. */
  finishOidc(request: Request): Promise<{ location: string; headers: Headers; signedIn: OidcSignIn | null }>
}

export type SignedIn = { personId: string; headers: Headers }
export type OidcSignIn = { sessionId: string; personId: string; role: Role }

export type IdentityParts = {
  adapter: Parameters<typeof betterAuth>[0]['database']
  secret: string
  /** The address under which browsers reach this server. */
  url: string
  oidc: OidcSettings | null
  /** A name as it can stand beside others: what a provider calls somebody may be anything, of any length. */
  nameOf(given: string): string
  report(line: string): void
}

/** The id of the provider, which is part of the callback's address. */
export const OIDC_PROVIDER = 'oidc'

/** How long a session lasts from the sign-in on; it is not drawn out by use. */
const SESSION_SECONDS = 14 * 86_400

/** The page that says why a sign-in by the provider failed. */
const ERROR_PAGE = '/sign-in'

/**
 * better-auth over our tables. Loaded only where a team signs in: it takes a second and 24 MB. Its own
 * addresses are served to nobody, apart from the provider's callback.
 */
export async function openIdentity({
  adapter,
  secret,
  url,
  oidc,
  nameOf,
  report,
}: IdentityParts): Promise<Identity> {
  const [{ betterAuth }, { genericOAuth }, { passkey }, { APIError }] = await Promise.all([
    import('better-auth'),
    import('better-auth/plugins/generic-oauth'),
    import('@better-auth/passkey'),
    import('better-auth/api'),
  ])
  /** What a provider's answer is found to say while it is worked on. */
  const answers = new AsyncLocalStorage<{
    role: Role | null
    session: { id: string; userId: string } | null
  }>()
  const auth = betterAuth({
    database: adapter,
    secret,
    baseURL: url,
    basePath: '/api/auth',
    telemetry: { enabled: false },
    // Ours holds for people and addresses alike, and counts before a password is looked at.
    rateLimit: { enabled: false },
    // Arguments may hold what was sent; the line alone does not.
    logger: { level: 'error', log: (_level, message) => report(message) },
    emailAndPassword: { enabled: true, disableSignUp: true, autoSignIn: false },
    user: {
      additionalFields: { role: { type: 'string', required: true, input: false, defaultValue: 'viewer' } },
    },
    session: { expiresIn: SESSION_SECONDS, disableSessionRefresh: true, cookieCache: { enabled: false } },
    // A provider that names somebody's address does not get their account by it.
    // Somebody who is signed in may link their account there, whatever address it has.
    account: {
      accountLinking: { enabled: true, disableImplicitLinking: true, allowDifferentEmails: true },
    },
    advanced: {
      cookiePrefix: 'skein',
      useSecureCookies: url.startsWith('https://'),
      ipAddress: { ipAddressHeaders: ['x-skein-client'] },
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
    },
    onAPIError: { errorURL: `${url}${ERROR_PAGE}` },
    databaseHooks: {
      user: {
        create: {
          async before(user) {
            const role = answers.getStore()?.role
            const named = { ...user, name: nameOf(user.name) }
            return { data: role === undefined ? named : { ...named, role: role ?? 'viewer' } }
          },
        },
      },
      account: { create: { before: withoutTokens }, update: { before: withoutTokens } },
      session: {
        create: {
          async after({ id, userId }) {
            const answer = answers.getStore()
            if (answer !== undefined) answer.session = { id, userId }
          },
        },
      },
    },
    plugins: [
      passkey(
        passkeyOptions(url, () => {
          throw new APIError('UNAUTHORIZED', { message: 'nobody was verified' })
        }),
      ),
      ...(oidc === null
        ? []
        : [
            genericOAuth({
              config: [
                {
                  providerId: OIDC_PROVIDER,
                  name: oidc.name,
                  discoveryUrl: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
                  clientId: oidc.clientId,
                  clientSecret: oidc.clientSecret,
                  scopes: ['openid', 'profile', 'email'],
                  requireIdTokenVerification: true,
                  pkce: true,
                  mapProfileToUser(profile) {
                    const role = roleOfGroups(profile[oidc.groupsClaim], oidc.roles)
                    if (!isIssuer(profile.iss, oidc.issuer) || role === null)
                      throw new APIError('FORBIDDEN', { code: 'NO_ROLE', message: 'no role' })
                    const answer = answers.getStore()
                    if (answer !== undefined) answer.role = role
                    return {}
                  },
                },
              ],
            }),
          ]),
    ],
  })
  const context = await auth.$context

  /** What a refusal comes to; what is no refusal is thrown on. */
  function refusedAs<T>(error: unknown, refused: T): T {
    // What does not verify is said by the library to be a fault of the server.
    const isRefusal = error instanceof APIError && (error.statusCode < 500 || isUnverified(error.body?.code))
    if (isRefusal) return refused
    throw error
  }

  return {
    cookieName: context.authCookies.sessionToken.name,

    async signIn(email, password, headers) {
      try {
        const { response, headers: cookies } = await auth.api.signInEmail({
          body: { email, password },
          headers,
          returnHeaders: true,
        })
        return { personId: response.user.id, headers: cookiesOf(cookies) }
      } catch (error) {
        if (error instanceof APIError && error.statusCode < 500) return null
        throw error
      }
    },

    async sessionOf(headers) {
      const found = await auth.api.getSession({ headers })
      if (found === null) return null
      const { id, userId, expiresAt } = found.session
      return { id, personId: userId, expiresAtMs: expiresAt.getTime() }
    },

    async signOut(headers) {
      const { headers: cookies } = await auth.api.signOut({ headers, returnHeaders: true })
      return cookiesOf(cookies)
    },

    async addPerson({ name, email, password, role }, settle) {
      const isTaken = async () => (await context.internalAdapter.findUserByEmail(email)) !== null
      // Hashed first: somebody may take the address meanwhile, and the time it takes tells nothing of one that is.
      const hash = await context.password.hash(password)
      if (await isTaken()) return null
      const user = await context.internalAdapter
        .createUser({ name, email, emailVerified: false, role }, { method: 'email-password' })
        .catch(async (error) => {
          // Of two at once the database takes one.
          if (await isTaken()) return null
          throw error
        })
      if (user === null) return null
      await settle(user.id)
      await context.internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: hash,
      })
      return user.id
    },

    async knowsPassword(personId, password) {
      const hash = (await context.internalAdapter.findCredentialAccount(personId))?.password
      if (hash) return context.password.verify({ hash, password })
      await context.password.hash(password)
      return false
    },

    async setPassword(personId, password) {
      const hash = await context.password.hash(password)
      if ((await context.internalAdapter.findCredentialAccount(personId)) === null)
        await context.internalAdapter.linkAccount({
          userId: personId,
          providerId: 'credential',
          accountId: personId,
          password: hash,
        })
      else await context.internalAdapter.updatePassword(personId, hash)
    },

    passkeys: takesPasskeys(url)
      ? {
          async beginAdding(headers) {
            try {
              const asked = await auth.api.generatePasskeyRegistrationOptions({
                headers,
                returnHeaders: true,
              })
              return { question: { ...asked.response }, headers: cookiesOf(asked.headers) }
            } catch (error) {
              // A session that began more than a day ago makes no keys.
              return refusedAs(error, null)
            }
          },
          async add(headers, name, answer) {
            try {
              await auth.api.verifyPasskeyRegistration({ headers, body: { response: answer, name } })
              return true
            } catch (error) {
              return refusedAs(error, false)
            }
          },
          async beginSignIn(headers) {
            const asked = await auth.api.generatePasskeyAuthenticationOptions({
              headers,
              returnHeaders: true,
            })
            return { question: { ...asked.response }, headers: cookiesOf(asked.headers) }
          },
          async signIn(headers, answer) {
            try {
              const given = await auth.api.verifyPasskeyAuthentication({
                headers,
                body: { response: { ...answer, clientExtensionResults: {} } },
                returnHeaders: true,
              })
              return { personId: given.response.session.userId, headers: cookiesOf(given.headers) }
            } catch (error) {
              return refusedAs(error, null)
            }
          },
        }
      : null,

    async beginLinking(headers, back) {
      if (oidc === null) return null
      try {
        const asked = await auth.api.linkSocialAccount({
          headers,
          body: {
            provider: OIDC_PROVIDER,
            callbackURL: `${url}${back}`,
            errorCallbackURL: `${url}${back}`,
            disableRedirect: true,
          },
          returnHeaders: true,
        })
        return asked.response.url === ''
          ? null
          : { url: asked.response.url, headers: cookiesOf(asked.headers) }
      } catch (error) {
        return refusedAs(error, null)
      }
    },

    async beginOidc(back) {
      if (oidc === null) return null
      try {
        const { response, headers } = await auth.api.signInSocial({
          body: {
            provider: OIDC_PROVIDER,
            callbackURL: `${url}${back}`,
            errorCallbackURL: `${url}${ERROR_PAGE}`,
            disableRedirect: true,
          },
          returnHeaders: true,
        })
        return response.url === undefined ? null : { url: response.url, headers: cookiesOf(headers) }
      } catch (error) {
        // The provider could not be reached when this server looked for it.
        if (error instanceof APIError) return null
        throw error
      }
    },

    async finishOidc(request) {
      const answer: { role: Role | null; session: { id: string; userId: string } | null } = {
        role: null,
        session: null,
      }
      const response = await answers.run(answer, () => auth.handler(request))
      const { role, session } = answer
      const signedIn =
        session === null || role === null ? null : { sessionId: session.id, personId: session.userId, role }
      const location = response.headers.get('location') ?? `${url}${ERROR_PAGE}?error=unknown`
      return { location, headers: cookiesOf(response.headers), signedIn }
    },
  }
}

/** Tokens of a provider would let others act there for somebody; nothing here needs them after a sign-in. */
async function withoutTokens<T extends object>(account: T) {
  return { data: { ...account, accessToken: null, refreshToken: null, idToken: null } }
}

function isUnverified(code: unknown): boolean {
  return code === 'FAILED_TO_VERIFY_REGISTRATION' || code === 'AUTHENTICATION_FAILED'
}

function isIssuer(claimed: unknown, expected: string): boolean {
  return typeof claimed === 'string' && claimed.replace(/\/$/, '') === expected.replace(/\/$/, '')
}

/** The cookies alone of what better-auth answers. */
function cookiesOf(from: Headers): Headers {
  const headers = new Headers()
  for (const cookie of from.getSetCookie()) headers.append('set-cookie', cookie)
  return headers
}
