import { type Actor, localActor } from '@/lib/core/base/actor'
import type { Reach } from '@/lib/core/base/project'
import type { Role } from '@/lib/core/base/role'

/**
 * Who is asking, and with which role. `via` says what they were known by: this machine, the shared token, a
 * session of a browser, or an API key.
 */
export type Asker = {
  actor: Actor
  /** In the project that is asked in; until one is found, what the account or key has in the installation: as much as in Default. */
  role: Role
  reach: Reach
  via:
    | { kind: 'local' }
    | { kind: 'token' }
    | { kind: 'session'; id: string; personId: string; untilMs: number }
    | {
        kind: 'key'
        id: string
        ownerId: string
        project: string
        launchOnly: boolean
        /** Infinite for a key that does not run out. */
        untilMs: number
      }
}

/** Whoever reaches a server that asks nobody who they are. */
export const localAsker: Asker = {
  actor: localActor,
  role: 'owner',
  reach: { kind: 'every' },
  via: { kind: 'local' },
}
