import { z } from 'zod'

/**
 * Who did something: a person of the team, a program with an API key, a trigger, somebody who called with the shared
 * token alone, the person at a machine without a team, or Skein itself. `id` never changes and is what sums
 * are kept by; `name` is what people read.
 */
export const actorSchema = z.object({
  kind: z.enum(['person', 'key', 'trigger', 'token', 'local', 'system']),
  id: z.string(),
  name: z.string(),
  /** Whose it is, for a key or a trigger: the id of that person. */
  ownerId: z.string().optional(),
})
export type Actor = z.infer<typeof actorSchema>

/** Somebody who has signed in: known by the id of their account, whatever they are called. */
export function member({ id, name }: { id: string; name: string }): Actor {
  return { kind: 'person', id, name }
}

/** A program with an API key, told with whose key it is. */
export function keyActor(key: { id: string; name: string }, owner: { id: string; name: string }): Actor {
  return { kind: 'key', id: key.id, name: `${key.name} (key of ${owner.name})`, ownerId: owner.id }
}

/** A person who gave the shared token, known by name alone, so the name is the id too. */
export function person(name: string): Actor {
  return { kind: 'person', id: name, name }
}

/** A program that called with the team's token and gave no name. */
export const tokenActor: Actor = { kind: 'token', id: 'api', name: 'api' }

/** The user of a server that has no team. */
export const localActor: Actor = { kind: 'local', id: 'local', name: 'local' }

/** Skein itself, for what no person did. */
export const systemActor: Actor = { kind: 'system', id: 'skein', name: 'Skein' }
