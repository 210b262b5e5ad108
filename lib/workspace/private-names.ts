/** Files and folders that agents never see, whatever the ignore files say. Names are compared in lower case. */
export type PrivateNames = {
  /** Why this path (relative, `/` between its parts) is kept back; null when it is not. */
  reason(path: string): string | null
}

/**
 * The rule of what is kept back: version control's own data, environment files and whatever is shaped like a key.
 * `allow` holds file names or relative paths that are let through by name, such as `.env.example`.
 */
export function createPrivateNames(allow: readonly string[]): PrivateNames {
  const allowed = new Set(allow.map((name) => name.toLowerCase()))
  return {
    reason(path) {
      const lower = path.toLowerCase()
      const parts = lower.split('/')
      if (parts.includes('.git')) return 'it belongs to version control'
      if (allowed.has(lower) || allowed.has(parts.at(-1) ?? '')) return null
      return parts.some((part) => secretShapes.some((shape) => shape.test(part))) ? 'it may hold secrets' : null
    },
  }
}

const secretShapes: readonly RegExp[] = [
  /^\.env/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /^\.(npmrc|netrc|pgpass|htpasswd|git-credentials)$/,
  /^\.(ssh|aws|gnupg)$/,
]
