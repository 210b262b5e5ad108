/** Longest path that is written, in bytes: what file systems take. */
const LONGEST_PATH = 4_000
const LONGEST_NAME = 255

/** A path that may be written, relative to the root, or a sentence on why nothing may be written there. */
export type PathChecked = { ok: true; path: string } | { ok: false; reason: string }

/**
 * What a model's path means where it is to be written: inside the workspace at `root`, no part of version control,
 * and none that `refusal` keeps from agents. Links do not matter: files of agents are a tree, without a disk.
 */
export function writablePath(
  asked: string,
  root: string,
  refusal: (path: string) => string | null,
): PathChecked {
  const no = (why: string) => ({
    ok: false as const,
    reason: `${JSON.stringify(asked.slice(0, 200))} ${why}.`,
  })
  const inside = asked === root || asked.startsWith(`${root}/`) ? asked.slice(root.length) : asked
  if (inside.startsWith('/') && inside === asked) return no('is outside the workspace')
  const parts = inside.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.length === 0) return no('is no file: name one')
  if (parts.includes('..')) return no('must not hold ..')
  if (hasControl(inside)) return no('holds a control character')
  if (inside.endsWith('/')) return no('is a folder; files make their folders themselves')
  const path = parts.join('/')
  if (Buffer.byteLength(path) > LONGEST_PATH || parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME))
    return no('is too long')
  if (parts.some(isGitName)) return no('belongs to version control')
  const why = refusal(path)
  return why === null ? { ok: true, path } : no(`is not available, since ${why}`)
}

function hasControl(text: string): boolean {
  return [...text].some((one) => one < ' ' || one === '\x7f')
}

/** Names that some file system takes for `.git`: other cases, trailing dots and spaces, short and hidden forms. */
function isGitName(part: string): boolean {
  const plain = part
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .replace(/:.*$/, '')
    .replace(/[. ]+$/, '')
    .toLowerCase()
  return plain === '.git' || /^git~\d+$/.test(plain)
}
