import { isJsonObject, type Json, type JsonObject } from '../base/json'

/** Brings one stored event of an earlier release to what this one reads. */
export type Upcaster = (event: JsonObject) => JsonObject

/**
 * What has changed in stored events since 0.2.0, by their type as it is stored: the one place where an old
 * journal is brought up to date. Every release of this table reads every journal since then, so nothing is
 * ever taken out of it.
 */
export const upcasters: Readonly<Record<string, Upcaster>> = {}

/** A stored event as this release reads it; what is no event is left to its reader. */
export function upcast(stored: Json, table: Readonly<Record<string, Upcaster>> = upcasters): Json {
  if (!isJsonObject(stored) || typeof stored.type !== 'string') return stored
  const change = Object.hasOwn(table, stored.type) ? table[stored.type] : undefined
  return change === undefined ? stored : change(stored)
}
