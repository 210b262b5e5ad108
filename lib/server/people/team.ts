import type { Identity } from '@/lib/accounts/identity'
import type { App } from '../app/app'
import { Refusal } from '../services/problem'

/** Where people sign in. Throws `conflict` on a server without accounts. */
export function identityOf({ access }: Pick<App, 'access'>): Identity {
  if (access.identity !== null) return access.identity
  throw new Refusal(
    'conflict',
    'There are no accounts here. Start Skein with SKEIN_AUTH=team to give everybody one.',
  )
}
