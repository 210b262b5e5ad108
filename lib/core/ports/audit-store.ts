import type { Actor } from '../base/actor'
import { canonicalJson, type JsonObject } from '../base/json'

/** An act that changed something, as it is about to be written down. `at` is ISO 8601. */
export type Act = {
  at: string
  actor: Actor
  /** The name of the endpoint: what was done. */
  operation: string
  method: string
  path: string
  /** Where it came from: an address, or an IPv6 network. */
  client: string
  /** What of the request may be told, by name. */
  details: JsonObject
}

/** A line of the audit log: its digest is over everything else in it, the digest of the line before included. */
export type AuditEntry = Act & { seq: number; previous: string; digest: string }

/** What lines are looked for: a text in any part of them, who, what, from when until when. */
export type AuditQuery = {
  text: string | null
  actorId: string | null
  operation: string | null
  from: string | null
  to: string | null
  /** Lines before this one; null from the newest on. */
  before: number | null
  limit: number
}

/** Every act that changed something, in order. Nothing in it is changed or removed. */
export type AuditStore = {
  /** Appends one act to the chain and gives its line. */
  append(act: Act): Promise<AuditEntry>
  /** Newest first. */
  search(query: AuditQuery): Promise<AuditEntry[]>
  /** Lines after `seq`, oldest first, at most `limit`. */
  after(seq: number, limit: number): Promise<AuditEntry[]>
}

/** Before the first line. */
export const AUDIT_BEGINNING = '0'.repeat(64)

/** The text whose SHA-256 digest, in hex, is the digest of a line. */
export function auditText(line: Omit<AuditEntry, 'digest'>): string {
  const { seq, at, actor, operation, method, path, client, details, previous } = line
  const { kind, id, name } = actor
  return canonicalJson({
    ...{ seq, at, actor: { kind, id, name }, operation, method, path, client, details, previous },
  })
}
