import { readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { cutText } from '@/lib/core/base/cut-text'
import { likePath } from '@/lib/core/base/path-names'
import type { PrivateNames } from './private-names'

/**
 * Where a path of an agent leads; `path` is relative to the root, with `/` between its parts, and '' for the
 * root.
 */
export type Located =
  | { ok: true; path: string; absolute: string; kind: 'file' | 'folder'; size: number }
  | { ok: false; reason: string }

/** True when `path` is `root` or lies in it; both absolute. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/**
 * True when a path lies in one of the folders, as these are written or where they lead. Where they lead is only
 * looked up when it has to be: another folder may be on a mount that does not answer.
 */
export async function isWithin(path: string, folders: readonly string[]): Promise<boolean> {
  if (folders.some((folder) => isInside(resolve(folder), path))) return true
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => null)
    if (real !== null && isInside(real, path)) return true
  }
  return false
}

/**
 * Follows a path inside a root, which is a real path itself. Links are followed and must end inside; what is
 * private is refused under its own name and under the name a link gives it. Says no more about what lies
 * outside than that.
 */
export async function locate(root: string, asked: string, rules: Rules): Promise<Located> {
  if (asked.includes('\0')) return refused(asked, 'is not a path')
  const wanted = resolve(root, asked)
  if (!isInside(root, wanted)) return refused(asked, 'is outside the workspace')
  const reason = keptBack(root, wanted, rules)
  if (reason !== null) return refused(asked, `is not available, since ${reason}`)
  let absolute: string
  try {
    absolute = await realpath(wanted)
  } catch {
    const alike = await pathsLike(root, slashed(relative(root, wanted)), rules)
    const [only = wanted] = alike
    if (alike.length > 1)
      return refused(asked, `could be any of ${alike.map((path) => inWords(root, path)).join(', ')}`)
    // Whether a link dangles inside or outside is not for the agent to learn.
    const found = only === wanted ? null : await realpath(only).catch(() => null)
    if (found === null) return refused(asked, 'does not exist')
    absolute = found
  }
  if (!isInside(root, absolute)) return refused(asked, 'leads out of the workspace')
  const hidden = keptBack(root, absolute, rules)
  if (hidden !== null) return refused(asked, `is not available, since ${hidden}`)
  try {
    const info = await stat(absolute)
    if (!info.isFile() && !info.isDirectory()) return refused(asked, 'is neither a file nor a folder')
    const kind = info.isFile() ? 'file' : 'folder'
    return { ok: true, path: slashed(relative(root, absolute)), absolute, kind, size: info.size }
  } catch {
    return refused(asked, 'cannot be read')
  }
}

/** A relative path with `/` between its parts, whatever the platform. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/')
}

type Rules = { names: PrivateNames; denied: readonly string[] }

/** Most paths suggested when one of them may be meant. */
const MOST_ALIKE = 10

/**
 * What is there under a name that looks like this one: letters composed or not, spaces of another width, a
 * line break that a listing has escaped. Looks at each folder on the way, and at none that is private or
 * leads out.
 */
async function pathsLike(root: string, path: string, rules: Rules): Promise<string[]> {
  let found = [root]
  for (const part of path.split('/')) {
    const wanted = likePath(part)
    const next: string[] = []
    for (const folder of found) {
      const real = await realpath(folder).catch(() => null)
      if (real === null || !isInside(root, real) || keptBack(root, real, rules) !== null) continue
      const names = await readdir(real).catch((): string[] => [])
      const alike = names.includes(part) ? [part] : names.filter((name) => likePath(name) === wanted)
      next.push(...alike.map((name) => join(folder, name)))
    }
    found = next.filter((one) => keptBack(root, one, rules) === null).slice(0, MOST_ALIKE)
  }
  return found
}

/** A path with every character that could be taken for another one written out. */
function inWords(root: string, absolute: string): string {
  const path = slashed(relative(root, absolute))
  const escaped = path.replace(/[^\x21-\x7e]/gu, (character) =>
    character === ' ' ? ' ' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
  return `${JSON.stringify(path)}${escaped === path ? '' : ` (${escaped})`}`
}

/** Why a place inside a root is kept from agents; null when it is not. */
export function keptBack(root: string, absolute: string, rules: Rules): string | null {
  if (rules.denied.some((folder) => isInside(folder, absolute))) return "it belongs to Skein's own data"
  return rules.names.reason(slashed(relative(root, absolute)))
}

function refused(asked: string, why: string): Located {
  return { ok: false, reason: `${JSON.stringify(cutText(asked, 200))} ${why}.` }
}
