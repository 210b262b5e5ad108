import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Locks what is stored away, so a copy of the database alone tells nothing of it. */
export type Seal = {
  seal(text: string): string
  /** The text; null when it was sealed with another key, or is none of ours. */
  open(sealed: string): string | null
}

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const FORM = /^v1\.([\w-]+)$/

/** The seal of a data folder, by the key in it; the first one makes the key. No backup has the key. */
export function openSeal(dataDir: string): Seal {
  return sealWith(keyIn(join(dataDir, 'skein.key')))
}

/** A seal by a key of 32 bytes: AES-256-GCM, with a fresh nonce each time. */
export function sealWith(key: Buffer): Seal {
  return {
    seal(text) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const locked = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([iv, cipher.getAuthTag(), locked]).toString('base64url')}`
    },
    open(sealed) {
      const bytes = Buffer.from(FORM.exec(sealed)?.[1] ?? '', 'base64url')
      if (bytes.length < IV_BYTES + TAG_BYTES) return null
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      try {
        return (
          decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        )
      } catch {
        return null
      }
    },
  }
}

function keyIn(path: string): Buffer {
  try {
    writeFileSync(path, `${randomBytes(KEY_BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url')
  if (key.length === KEY_BYTES) return key
  throw new Error(
    `The key in ${path} is damaged. Restore it from a backup, or remove it and set the webhook again.`,
  )
}
