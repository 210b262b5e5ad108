import type { Json } from '@/lib/core/base/json'

/** A function that a file offers to others, as its text shows it. */
export type Offered = { name: string; line: number; parameters: { name: string; type: Kind }[]; body: string }

/** What a parameter takes, as far as its name, its type or its use tell. */
type Kind = 'number' | 'text' | 'list' | 'yes-no'

const OFFERS = [
  /^export\s+(?:default\s+)?(?:async\s+)?function\s*\*?\s*([A-Za-z_$][\w$]*)\s*\(/,
  /^export\s+const\s+([A-Za-z_$][\w$]*)\s*=\s*(?:async\s*)?\(/,
  /^(?:module\.)?exports\.([A-Za-z_$][\w$]*)\s*=\s*(?:async\s*)?(?:function\s*)?\(/,
  /^def\s+([a-z]\w*)\s*\(/,
  /^function\s+([A-Za-z_$][\w$]*)\s*\(/,
]

/** The functions of a file that others can call, in order; those a `module.exports = {…}` names among them. */
export function offeredIn(path: string, lines: readonly string[]): Offered[] {
  const exported = /module\.exports\s*=\s*\{([^}]*)\}/.exec(lines.join('\n'))?.[1] ?? ''
  return lines.flatMap((line, at) => {
    const which = OFFERS.findIndex((offer) => offer.test(line))
    const name = OFFERS[which]?.exec(line)?.[1]
    if (name === undefined) return []
    const isLocal = which === OFFERS.length - 1
    if (isLocal && !new RegExp(`\\b${name}\\b`).test(exported)) return []
    const body = bodyFrom(path, lines, at)
    return [{ name, line: at + 1, body, parameters: parametersOf(line, body) }]
  })
}

/** The lines of a function: to the next line at its own depth that closes or begins something. */
function bodyFrom(path: string, lines: readonly string[], at: number): string {
  const ends = path.endsWith('.py') ? /^\S/ : /^[})\]]/
  const first = lines[at] ?? ''
  if (!path.endsWith('.py') && !/[{(]\s*$/.test(first)) return first
  const end = lines.findIndex((line, index) => index > at && ends.test(line))
  return lines.slice(at, end === -1 ? lines.length : end + (path.endsWith('.py') ? 0 : 1)).join('\n')
}

function parametersOf(line: string, body: string): Offered['parameters'] {
  const inside = /\(([^()]*)\)/.exec(line)?.[1] ?? ''
  return inside
    .split(',')
    .map((part) => part.trim())
    .filter((part) => /^[A-Za-z_$]/.test(part))
    .map((part) => {
      const name = /^[\w$]+/.exec(part)?.[0] ?? part
      return { name, type: typeOf(part, name, body) }
    })
}

const STATED: readonly [Kind, RegExp][] = [
  ['list', /:\s*(?:readonly\s+)?(?:\w+\[\]|Array<|list\b|List\[)|=\s*\[/],
  ['text', /:\s*(?:string|str)\b|=\s*['"]/],
  ['yes-no', /:\s*(?:boolean|bool)\b|=\s*(?:true|false|True|False)\b/],
  ['number', /:\s*(?:number|int|float)\b|=\s*-?\d/],
]

function typeOf(part: string, name: string, body: string): Kind {
  const stated = STATED.find(([, words]) => words.test(part))?.[0]
  if (stated !== undefined) return stated
  const used = (what: string) => new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}${what}`).test(body)
  if (
    used('\\.(?:map|reduce|filter|some|every|at|forEach|push|sort)\\(') ||
    new RegExp(`\\b(?:of|in) ${name}\\b`).test(body)
  )
    return 'list'
  if (
    used(
      '\\.(?:trim|split|replace|replaceAll|toUpperCase|toLowerCase|padStart|padEnd|charAt|startsWith|endsWith|upper|lower|strip|slice)\\b',
    )
  )
    return 'text'
  return /^(?:text|name|word|title|label|path|line|str|string|key|message|first|last)$/i.test(name)
    ? 'text'
    : 'number'
}

/** Whether a function gives the same for the same arguments and does nothing else, by what it mentions. */
export function looksPure({ body }: Pick<Offered, 'body'>): boolean {
  return !/\b(?:await|async|fetch|process|require|import\(|Date|Math\.random|console|fs|open|print|input|random|datetime|os|requests|this|self)\b/.test(
    body,
  )
}

const VALUES: Readonly<Record<Kind, readonly Json[]>> = {
  number: [7, 3, 0, -4, 12, 100],
  text: ['Hello World', 'a', '', '  spaced out  ', 'x-y_z', '12'],
  list: [[3, 1, 2], [], [5], [2, 2, -7], [10, 20], [0]],
  'yes-no': [true, false],
}

/** Arguments to try a function with: usual ones and edges, no two of one call the same where that can be. */
export function argumentsFor(parameters: Offered['parameters']): Json[][] {
  if (parameters.length === 0) return [[]]
  const cases = Array.from({ length: 6 }, (_, at) =>
    parameters.map(({ type }, index) => VALUES[type][(at + index) % VALUES[type].length] ?? 0),
  )
  const seen = new Set<string>()
  return cases.filter((one) => {
    const written = JSON.stringify(one)
    return !seen.has(written) && seen.add(written)
  })
}
