import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { type Connection, queriesOver } from '../open'
import { credentials, people, sessions, verifications } from './schema'

/**
 * Where better-auth keeps people, sessions and credentials. It makes no transaction: its calls wait in
 * between, and the connection is everybody's.
 */
export function authAdapter(connection: Connection) {
  return drizzleAdapter(queriesOver(connection), {
    provider: 'sqlite',
    transaction: false,
    schema: { user: people, session: sessions, account: credentials, verification: verifications },
  })
}
