import { type Connection, queriesOver } from '../open'
import { credentials, passkeys, people, sessions, verifications } from './schema'

/**
 * Where better-auth keeps people, sessions and credentials. It makes no transaction: its calls wait in
 * between, and the connection is everybody's. Loaded only where a team signs in.
 */
export async function authAdapter(connection: Connection) {
  const { drizzleAdapter } = await import('better-auth/adapters/drizzle')
  return drizzleAdapter(queriesOver(connection), {
    provider: 'sqlite',
    transaction: false,
    schema: {
      user: people,
      session: sessions,
      account: credentials,
      verification: verifications,
      passkey: passkeys,
    },
  })
}
