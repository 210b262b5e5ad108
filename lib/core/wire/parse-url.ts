/**
 * An address, or null for what is none. `URL.canParse` is asked nowhere: once it has been called often, Node 20 takes
 * letters such as `ä` for broken UTF-8 and says no to them.
 */
export function parseUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base)
  } catch {
    return null
  }
}
