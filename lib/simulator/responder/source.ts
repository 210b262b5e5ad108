/** Lines of a file that were really seen, by their true numbers. */
export interface SeenFile {
  path: string
  lines: ReadonlyMap<number, string>
}

/**
 * A line without its strings, regular expressions and comments, so that words about code are not taken for
 * code.
 */
export function bareCode(line: string, path: string): string {
  const bare = withoutLiterals(line, path)
  if (/^\s*(\*|\/\*)/.test(bare)) return ''
  return bare.replace(usesHash(path) ? /(^|\s)#.*$/ : /\/\/.*$/, '')
}

const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g
const EXPRESSION = /(^|[(,=:&|!?{}[;]|\breturn)(\s*)\/(?![*/])(?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[a-z]*/g

/** A line without its strings and regular expressions; comments stay. */
export function withoutLiterals(line: string, path: string): string {
  if (/\.(?:[cm]?[jt]sx?|vue|svelte)$/i.test(path))
    return line.replace(EXPRESSION, '$1$2""').replace(STRING, '""')
  // An apostrophe in Rust is a lifetime, in prose a comment's: there it opens no string.
  return line.replace(/\.rs$/i.test(path) ? /"(?:[^"\\]|\\.)*"/g : STRING, '""')
}

/** True for languages whose comments begin with `#`. */
export function usesHash(path: string): boolean {
  return /\.(py|rb|sh|ya?ml|toml|pl|ex|exs)$/i.test(path)
}

/** The lines seen, in order. */
export function linesOf(file: SeenFile): { line: number; text: string }[] {
  return [...file.lines].sort(([a], [b]) => a - b).map(([line, text]) => ({ line, text }))
}

/** The next line seen that is not blank, within three lines. */
export function nextLine(file: SeenFile, after: number): { line: number; text: string } | null {
  for (let line = after + 1; line <= after + 3; line += 1) {
    const text = file.lines.get(line)
    if (text === undefined) return null
    if (text.trim() !== '') return { line, text }
  }
  return null
}

const BRACED_START =
  /^\s*(?:(?:export|default|async|public|private|protected|static|final|override|virtual|internal|pub(?:\(\w+\))?|unsafe|func|fn|function)\s+)*(?:(?:async\s+)?(?:function\*?|func|fn)\b[^;{]*|(?:const|let|var)\s+(\w+)\s*=\s*(?:async\s*)?(?:\([^)]*\)|\w+)\s*(?::\s*[^=]+)?=>\s*|(?:[\w<>[\],.?]+\s+)+\w+\s*\([^;{]*\)[^;{]*|\w+\s*\([^;{)]*\)\s*(?::\s*[\w<>[\]| ,]+)?\s*)\{\s*$/
const NOT_A_FUNCTION =
  /^\s*(?:\}\s*)?(?:if|for|while|switch|else|catch|try|do|return|with|match|loop|class|struct|interface|enum|impl|namespace|describe|it|test)\b/

/** Functions whose first and last line were both seen, with every line between. */
export function findFunctions(file: SeenFile): { name: string; line: number; endLine: number }[] {
  const found: { name: string; line: number; endLine: number }[] = []
  for (const { line, text } of linesOf(file)) {
    const endLine = /\.py$/i.test(file.path) ? endOfIndented(file, line, text) : endOfBraced(file, line, text)
    if (endLine !== null) found.push({ name: nameIn(text), line, endLine })
  }
  return found
}

function endOfIndented(file: SeenFile, start: number, text: string): number | null {
  const indent = /^(\s*)(?:async\s+)?def\s+\w+/.exec(text)?.[1]
  if (indent === undefined) return null
  let last = start
  for (let line = start + 1; ; line += 1) {
    const next = file.lines.get(line)
    if (next === undefined) return last
    if (next.trim() === '' || /^\s*[)\]}]/.test(next)) continue
    if ((/^\s*/.exec(next)?.[0].length ?? 0) <= indent.length) return last
    last = line
  }
}

function endOfBraced(file: SeenFile, start: number, text: string): number | null {
  if (NOT_A_FUNCTION.test(text) || !BRACED_START.test(text)) return null
  let depth = 0
  for (let line = start; ; line += 1) {
    const next = file.lines.get(line)
    if (next === undefined) return null
    for (const character of bareCode(next, file.path)) {
      if (character === '{') depth += 1
      if (character === '}') depth -= 1
    }
    if (depth <= 0) return line
  }
}

function nameIn(text: string): string {
  return (
    /(?:function\*?|func|fn|def|const|let|var)\s+(?:\([^)]*\)\s*)?(\w+)/.exec(text)?.[1] ??
    /(\w+)\s*\(/.exec(text)?.[1] ??
    'function'
  )
}
