import { join } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { readSmallFile } from './small-file'

/** The ignore rules in force in one folder: its own and those of the folders above it. */
export type IgnoreRules = {
  /** `path` is relative to the root; folders are asked about without a trailing slash. */
  ignores(path: string, isFolder: boolean): boolean
  /** The rules in a folder below; `path` is relative to the root, `names` what the folder holds. */
  enter(path: string, names: ReadonlySet<string>): Promise<IgnoreRules>
}

/** Reads `.gitignore` and `.ignore` on the way down; in one folder the latter has the last word. */
export function ignoreRules(root: string): Promise<IgnoreRules> {
  return below(root, [], '', new Set(fileNames))
}

const fileNames = ['.gitignore', '.ignore'] as const

type Layer = { base: string; rules: Ignore; patterns: number }

async function below(
  root: string,
  above: readonly Layer[],
  base: string,
  names: ReadonlySet<string>,
): Promise<IgnoreRules> {
  const left = MOST_PATTERNS_IN_FORCE - above.reduce((sum, { patterns }) => sum + patterns, 0)
  const own = await readLayer(root, base, names, left)
  const layers = own === null ? above : [...above, own]
  return {
    ignores(path, isFolder) {
      for (const { base: from, rules } of layers.toReversed()) {
        const local = from === '' ? path : path.slice(from.length + 1)
        const said = rules.test(isFolder ? `${local}/` : local)
        if (said.ignored) return true
        if (said.unignored) return false
      }
      return false
    },
    enter: (path, inside) => below(root, layers, path, inside),
  }
}

async function readLayer(
  root: string,
  base: string,
  names: ReadonlySet<string>,
  mostPatterns: number,
): Promise<Layer | null> {
  const texts = await Promise.all(
    fileNames
      .filter((name) => names.has(name))
      .map((name) => readSmallFile(join(root, base, name), LARGEST_BYTES)),
  )
  const patterns = texts
    .join('\n')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#') && isHarmless(line))
    .slice(0, Math.max(0, mostPatterns))
  return patterns.length === 0 ? null : { base, rules: ignore().add(patterns), patterns: patterns.length }
}

const LARGEST_BYTES = 256_000

/**
 * Patterns that one name is tried on, those of all folders above it together; the longest public file has
 * 900.
 */
const MOST_PATTERNS_IN_FORCE = 3_000

/** Patterns become regular expressions, and many stars in one name let a hostile one run for hours. */
function isHarmless(line: string): boolean {
  return (
    line.length <= 1000 &&
    line.split('/').every((part) => part.split(/\*+/).length <= 4) &&
    line.split('*').length <= 10
  )
}
