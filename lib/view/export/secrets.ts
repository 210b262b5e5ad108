/** Replaces a secret that was taken out. */
export const removed = '[redacted]'

/** Shapes of keys and tokens that have no business in a file that is passed around. */
const shapes: readonly RegExp[] = [
  /\b(?:sk|pk|rk)-[\w-]{8,}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr)_\w{20,}/g,
  /\bgithub_pat_\w{20,}/g,
  /\bxox[abprs]-[\w-]{10,}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bAIza[\w-]{30,}/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/g,
  /\bBearer\s+[\w.~+/=-]{8,}/gi,
]
const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=:,\s]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g

/** A text without what looks like a key, and without these known secrets. */
export function withoutSecrets(text: string, known: readonly string[] = []): string {
  const plain = known
    .filter((secret) => secret.length >= 4)
    .reduce((rest, one) => rest.split(one).join(removed), text)
  return shapes.reduce((rest, shape) => rest.replace(shape, removed), plain.replace(pem, removed))
}
