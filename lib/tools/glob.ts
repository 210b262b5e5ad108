export type Glob = { ok: true; matches(path: string): boolean } | { ok: false; reason: string }

const LONGEST_GLOB = 500
const MOST_ALTERNATIVES = 100
/** Parts between slashes of all alternatives together; each is tried on each part of each path. */
const MOST_PARTS = 400

/**
 * A glob as a test on relative paths (`/` between parts): `*`, `?`, `**`, `[a-z]`, `[!a-z]` and `{a,b}`.
 * Without a slash it is tried on the last part, as in ignore files. Written without regular expressions,
 * because globs come from models and `*a*a*a*b` as a pattern can run for hours; this takes time proportional
 * to glob times path. One that stands for too many others is refused.
 */
export function readGlob(glob: string): Glob {
  if (glob.length > LONGEST_GLOB)
    return { ok: false, reason: `The glob has ${glob.length} characters; at most ${LONGEST_GLOB} are read.` }
  const expanded = expandBraces(glob.replace(/^\.?\/+/, ''))
  const alternatives = expanded?.map((one) => withoutRepeats(one.split('/'))) ?? []
  const parts = alternatives.reduce((sum, one) => sum + one.length, 0)
  if (expanded === null || parts > MOST_PARTS)
    return {
      ok: false,
      reason: `The glob stands for too many others: at most ${MOST_ALTERNATIVES} alternatives with ${MOST_PARTS} parts in all are tried. Use fewer braces and slashes.`,
    }
  const matches = (path: string) => {
    const parts = path.split('/')
    return alternatives.some((wanted) =>
      wanted.length === 1 && wanted[0] !== '**'
        ? matchesPart(wanted[0] ?? '', parts.at(-1) ?? '')
        : matchesPath(wanted, parts),
    )
  }
  return { ok: true, matches }
}

/** Consecutive `**` match what one matches. */
function withoutRepeats(parts: readonly string[]): string[] {
  return parts.filter((part, at) => part !== '**' || parts[at - 1] !== '**')
}

/** A glob without braces for each way to choose; null when there are too many. */
function expandBraces(glob: string): string[] | null {
  const done: string[] = []
  const open = [glob]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inner = innermostBraces(next)
    if (inner === null) {
      done.push(next)
      continue
    }
    if (done.length + open.length + inner.choices.length > MOST_ALTERNATIVES) return null
    open.push(...inner.choices.map((choice) => inner.before + choice + inner.after).reverse())
  }
  return done
}

/** The first pair of braces that holds no other and offers a choice. */
function innermostBraces(glob: string): { before: string; choices: string[]; after: string } | null {
  for (const inner of glob.matchAll(/\{([^{}]*)\}/g)) {
    const choices = inner[1]?.split(',') ?? []
    if (choices.length < 2) continue
    return { before: glob.slice(0, inner.index), choices, after: glob.slice(inner.index + inner[0].length) }
  }
  return null
}

/** Which of the first `n` parts a growing prefix of the glob can take: one row per part of the glob. */
function matchesPath(wanted: readonly string[], parts: readonly string[]): boolean {
  let reach: boolean[] = [true, ...parts.map(() => false)]
  for (const piece of wanted) {
    const from = reach
    reach = from.map(() => false)
    for (let taken = 0; taken <= parts.length; taken++) {
      if (piece === '**') reach[taken] = from[taken] === true || (taken > 0 && reach[taken - 1] === true)
      else if (taken > 0)
        reach[taken] = from[taken - 1] === true && matchesPart(piece, parts[taken - 1] ?? '')
    }
    if (!reach.includes(true)) return false
  }
  return reach[parts.length] === true
}

/** One part of a path against one part of a glob, going back to the last star only. */
function matchesPart(glob: string, text: string): boolean {
  let at = 0
  let place = 0
  let star = -1
  let resume = 0
  while (place < text.length) {
    const piece = pieceAt(glob, at)
    if (piece?.star) {
      star = at + piece.length
      resume = place
      at = star
    } else if (piece?.takes(text.charAt(place))) {
      at += piece.length
      place += 1
    } else if (star !== -1) {
      at = star
      resume += 1
      place = resume
    } else {
      return false
    }
  }
  while (glob[at] === '*') at += 1
  return at >= glob.length
}

type Piece = { length: number; star: boolean; takes(character: string): boolean }

function pieceAt(glob: string, at: number): Piece | undefined {
  const first = glob[at]
  if (first === undefined) return undefined
  if (first === '*') return { length: 1, star: true, takes: () => true }
  if (first === '?') return { length: 1, star: false, takes: () => true }
  if (first === '\\' && at + 1 < glob.length)
    return { length: 2, star: false, takes: (one) => one === glob[at + 1] }
  const end = first === '[' ? glob.indexOf(']', at + 2) : -1
  if (end !== -1)
    return { length: end - at + 1, star: false, takes: (one) => isInSet(glob.slice(at + 1, end), one) }
  return { length: 1, star: false, takes: (one) => one === first }
}

function isInSet(set: string, character: string): boolean {
  const isNegated = set.startsWith('!') || set.startsWith('^')
  const members = isNegated ? set.slice(1) : set
  let isMember = false
  for (let at = 0; at < members.length; at++) {
    const low = members.charAt(at)
    const isRange = members[at + 1] === '-' && at + 2 < members.length
    const high = isRange ? members.charAt(at + 2) : low
    if (low <= character && character <= high) isMember = true
    if (isRange) at += 2
  }
  return isMember !== isNegated
}
