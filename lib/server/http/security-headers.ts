/** What every answer says, whatever it is: pages replace the policy by their own. */
export const answerHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  // For browsers that do not know `frame-ancestors`.
  'x-frame-options': 'DENY',
}

/**
 * What a page may run and show: scripts and styles by the digests of their text, or by a word nobody can
 * guess.
 */
export type PageSources = {
  /** `sha256-…` of the scripts and styles in built pages. */
  scriptHashes: readonly string[]
  styleHashes: readonly string[]
  /** For the scripts of a page that is made for this request. */
  nonce: string
  /** For styles that our own scripts add: the editor's, and the one that locks scrolling behind a dialog. */
  styleNonce: string
}

/**
 * The policy of a page. Attributes may carry styles, since that is how React places things; they can load
 * nothing.
 */
export function pagePolicy({ scriptHashes, styleHashes, nonce, styleNonce }: PageSources): string {
  const scripts = [...scriptHashes.map((hash) => `'${hash}'`), `'nonce-${nonce}'`]
  const styles = [...styleHashes.map((hash) => `'${hash}'`), `'nonce-${styleNonce}'`]
  return policy({ script: scripts.join(' '), style: styles.join(' '), connect: '' })
}

/** The policy while Skein itself is worked on: reloading needs scripts that are made on the way. */
export function developmentPolicy(): string {
  return policy({ script: "'unsafe-inline' 'unsafe-eval'", style: "'unsafe-inline'", connect: ' ws:' })
}

function policy({ script, style, connect }: { script: string; style: string; connect: string }): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${script}`,
    `style-src 'self' ${style}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${connect}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
