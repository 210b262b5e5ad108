import { ScriptError } from './script-error'

/**
 * The body that runs of a script that may be launched: the same text, with `export` blanked out, so that
 * positions stay. Only the text before the first statement is read, once.
 */
export function bodyOf(source: string): string {
  const at = startOfCode(source)
  if (!source.startsWith('export', at))
    throw new ScriptError(
      'The script must begin with `export const meta = { name: "…", description: "…" }`.',
      1,
      1,
    )
  const body = `${source.slice(0, at)}${' '.repeat('export'.length)}${source.slice(at + 'export'.length)}`
  return body.replace(/^#!/, '//')
}

/** Where the first statement begins, behind blanks, comments and a line for the shell. */
function startOfCode(source: string): number {
  let at = source.startsWith('#!') ? endOfLine(source, 2) : 0
  for (;;) {
    if (source.startsWith('//', at)) at = endOfLine(source, at + 2)
    else if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at + 2)
      if (end === -1) return source.length
      at = end + 2
    } else if (at < source.length && /\s/.test(source.charAt(at))) at += 1
    else return at
  }
}

function endOfLine(source: string, from: number): number {
  for (let at = from; at < source.length; at++) if (/[\n\r\u2028\u2029]/.test(source.charAt(at))) return at
  return source.length
}
