import { z } from 'zod'

/**
 * Who did something: a person of the team, somebody who called with the team's token alone, the person at a
 * machine without a team, or Skein itself. `id` never changes and is what sums are kept by; `name` is what
 * people read.
 */
export const actorSchema = z.object({
  kind: z.enum(['person', 'token', 'local', 'system']),
  id: z.string(),
  name: z.string(),
})
export type Actor = z.infer<typeof actorSchema>

/** A person of the team, known by name alone, so the name is the id too. */
export function person(name: string): Actor {
  return { kind: 'person', id: name, name }
}

/** A program that called with the team's token and gave no name. */
export const tokenActor: Actor = { kind: 'token', id: 'api', name: 'api' }

/** The user of a server that has no team. */
export const localActor: Actor = { kind: 'local', id: 'local', name: 'local' }

/** Skein itself, for what no person did. */
export const systemActor: Actor = { kind: 'system', id: 'skein', name: 'Skein' }
