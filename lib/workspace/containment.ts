import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { cutText } from '@/lib/core/cut-text'
import type { PrivateNames } from './private-names'

/** Where a path of an agent leads; `path` is relative to the root, with `/` between its parts, and '' for the root. */
export type Located =
  | { ok: true; path: string; absolute: string; kind: 'file' | 'folder'; size: number }
  | { ok: false; reason: string }

/** True when `path` is `root` or lies in it; both absolute. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/**
 * Follows a path inside a root, which is a real path itself. Links are followed and must end inside; what is private
 * is refused under its own name and under the name a link gives it. Says no more about what lies outside than that.
 */
export async function locate(
  root: string,
  asked: string,
  rules: { names: PrivateNames; denied: readonly string[] },
): Promise<Located> {
  if (asked.includes('\0')) return refused(asked, 'is not a path')
  const wanted = resolve(root, asked)
  if (!isInside(root, wanted)) return refused(asked, 'is outside the workspace')
  const reason = keptBack(root, wanted, rules)
  if (reason !== null) return refused(asked, `is not available, since ${reason}`)
  let absolute: string
  try {
    absolute = await realpath(wanted)
  } catch {
    // Whether a link dangles inside or outside is not for the agent to learn.
    return refused(asked, 'does not exist')
  }
  if (!isInside(root, absolute)) return refused(asked, 'leads out of the workspace')
  const hidden = keptBack(root, absolute, rules)
  if (hidden !== null) return refused(asked, `is not available, since ${hidden}`)
  try {
    const info = await stat(absolute)
    const kind = info.isFile() ? 'file' : info.isDirectory() ? 'folder' : null
    if (kind === null) return refused(asked, 'is neither a file nor a folder')
    return { ok: true, path: slashed(relative(root, absolute)), absolute, kind, size: info.size }
  } catch {
    return refused(asked, 'cannot be read')
  }
}

/** A relative path with `/` between its parts, whatever the platform. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/')
}

function keptBack(
  root: string,
  absolute: string,
  rules: { names: PrivateNames; denied: readonly string[] },
): string | null {
  if (rules.denied.some((folder) => isInside(folder, absolute))) return "it belongs to Skein's own data"
  return rules.names.reason(slashed(relative(root, absolute)))
}

function refused(asked: string, why: string): Located {
  return { ok: false, reason: `${JSON.stringify(cutText(asked, 200))} ${why}.` }
}
