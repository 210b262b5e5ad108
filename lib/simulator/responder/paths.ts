/** A place in the files that a text points at. */
export interface Mention {
  path: string
  line: number | null
  /**
   * Written as a path beyond doubt (quoted, with an extension, `./`, trailing slash), not merely `and/or`.
   */
  isSure: boolean
}

const SOURCE =
  'ts|tsx|mts|cts|js|jsx|mjs|cjs|py|go|rs|java|kt|cs|c|h|cc|cpp|hpp|rb|php|swift|scala|sh|sql|vue|svelte|lua|pl|ex|exs|dart|m|zig'
const OTHER =
  'json|ya?ml|toml|md|mdx|txt|html?|css|scss|xml|csv|lock|ini|cfg|env|proto|graphql|prisma|dockerfile'

/** File names that hold code. */
export const SOURCE_FILE = new RegExp(`\\.(${SOURCE})$`, 'i')
const ANY_FILE = new RegExp(`\\.(${SOURCE}|${OTHER})$`, 'i')
const CANDIDATE = /(?:\.{1,2}\/)?[\p{L}\p{N}_@.\-[\]+]+(?:\/[\p{L}\p{N}_@.\-[\]+]+)*\/?/gu
const QUOTED = /[`"'«“„‘「『(]$/

/** Every path-looking string of a text, in order, once each. */
export function findMentions(text: string): Mention[] {
  const found = new Map<string, Mention>()
  const cleaned = text.replace(/\b[a-z]+:\/\/\S+/gi, ' ')
  for (const match of cleaned.matchAll(CANDIDATE)) {
    const written = match[0].replace(/[.\-+]+$/, (tail) => (match[0] === '.' ? tail : ''))
    const before = cleaned.slice(Math.max(0, match.index - 1), match.index)
    const after = cleaned.slice(match.index + match[0].length, match.index + match[0].length + 12)
    const isQuoted = QUOTED.test(before) && /^["'`»”“’」』)]|^[:#]L?\d/.test(after)
    const isFile = ANY_FILE.test(written)
    const hasSlash = written.includes('/')
    if (!hasSlash && !isFile && !(isQuoted && before === '`' && /^[a-z][\w.-]*$/.test(written))) continue
    if (/^[\d./-]+$/.test(written) || written.length > 200) continue
    if (isExample(written, cleaned.slice(Math.max(0, match.index - 24), match.index))) continue
    const path = tidyPath(written)
    if (path === '') continue
    const isSure = isFile || (hasSlash && isQuoted) || /^\.\.?\/|\/$/.test(written)
    const line = /^(?::|#L|\s*\(?(?:line|zeile|ligne|línea|行)\s*)(\d+)/iu.exec(after)?.[1]
    const known = found.get(path)
    if (known === undefined) found.set(path, { path, line: line === undefined ? null : Number(line), isSure })
    else
      found.set(path, {
        path,
        line: known.line ?? (line === undefined ? null : Number(line)),
        isSure: known.isSure || isSure,
      })
  }
  return [...found.values()]
}

/** `path/to/file.ts` and what follows `e.g.` show a form and point at nothing. */
function isExample(written: string, before: string): boolean {
  if (/^(?:\.?\/)?(?:path\/to|foo|bar|example)\b/i.test(written)) return true
  return /(?:e\.g\.|for example|such as|z\. ?B\.|zum Beispiel|p\. ?ej\.|por ejemplo|p\. ?ex\.|par exemple|例えば|例[:：])[,:]?\s*[`"'(]*$/iu.test(
    before,
  )
}

/** A path as listings write it: no `./` before it, no slash behind it; the root is `.`. */
export function tidyPath(path: string): string {
  const tidy = path
    .trim()
    .replace(/^(\.\/)+/, '')
    .replace(/\/+$/, '')
  const root = path.includes('.') || path.includes('/') ? '.' : ''
  return tidy === '' ? root : tidy
}

/** The folder a path stands in; `.` for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash === -1 ? '.' : path.slice(0, slash)
}

/** True when a path is a folder's, or lies anywhere below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`)
}

/** True for a path that ends in a known file extension. */
export function looksLikeFile(path: string): boolean {
  return ANY_FILE.test(path)
}
