import type { Role } from '../base/role'

/**
 * An API key. Of the key itself only the SHA-256 digest is kept, and its last four characters to tell it from
 * others. Times are ISO 8601.
 */
export type ApiKey = {
  id: string
  project: string
  name: string
  digest: string
  hint: string
  role: Role
  /** It may launch runs and follow those it launched, and nothing else. */
  launchOnly: boolean
  owner: { id: string; name: string }
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
  revokedAt: string | null
}

/** API keys. A key that was revoked stays, so what it did keeps its name. */
export type KeyStore = {
  /** False where its owner has as many that are good, in all projects together. One transaction. */
  addKey(key: ApiKey, most: number): Promise<boolean>
  /** Newest first; all, or those of one owner. */
  listKeys(ownerId: string | null): Promise<ApiKey[]>
  findKeyByDigest(digest: string): Promise<ApiKey | null>
  findKey(id: string): Promise<ApiKey | null>
  noteKeyUse(id: string, at: string): Promise<void>
  revokeKey(id: string, at: string): Promise<void>
}
