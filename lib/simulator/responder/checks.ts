import {
  bareCode,
  findFunctions,
  linesOf,
  nextLine,
  type SeenFile,
  usesHash,
  withoutLiterals,
} from './source'

/** A place where a check is true. */
export interface Hit {
  line: number
  endLine: number
  evidence: string
  /** What is special about this one, if anything. */
  detail?: string
}

/** One simple thing that can truly be seen in source text. */
export interface Check {
  id: string
  title: string
  explanation: string
  suggestion: string
  category: 'security' | 'bug' | 'maintainability' | 'types'
  /** 0 (info) to 4 (critical). */
  severity: number
  /** Words by which a claim in any of several languages speaks of it. */
  claim: RegExp
  find(file: SeenFile): Hit[]
}

type LineTest = (text: string, path: string) => boolean
const SCRIPT = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|vue|svelte)$/i
const TYPED = /\.(ts|tsx|mts|cts)$/i
const BRACED = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|java|cs|kt|php|cc|cpp|vue|svelte)$/i
const PYTHON = /\.py$/i

const onLine = (files: RegExp, test: LineTest) => (file: SeenFile) =>
  files.test(file.path)
    ? linesOf(file)
        .filter(({ text }) => text.length < 2000 && test(text, file.path))
        .map(({ line, text }) => ({ line, endLine: line, evidence: text.trim() }))
    : []

const inCode = (files: RegExp, pattern: RegExp) =>
  onLine(files, (text, path) => pattern.test(bareCode(text, path)))

/** Everything the simulator knows how to see. */
export const CHECKS: readonly Check[] = [
  {
    id: 'hard-coded-secret',
    title: 'Secret written into the source',
    explanation:
      'A value that looks like a credential stands in the code, where everyone with the repository can read it.',
    suggestion: 'Read it from the environment or a secret store, and rotate the exposed value.',
    category: 'security',
    severity: 4,
    claim:
      /secret|credential|password|api.?key|token|hard.?coded|passwor[dt]|geheimnis|zugangsdat|schl[uü]ssel|secreto|contrase|clave|credencial|mot de passe|identifiant|cl[ée] (?:api|secr)|秘密|パスワード|認証情報|シークレット|ハードコード|密钥|密码/i,
    find: onLine(/./, (text) => {
      if (/AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bsk_live_\w{8,}|\bghp_\w{20,}/.test(text))
        return true
      const value =
        /(?:password|passwd|pwd|secret|api_?key|access_?key|auth_?token|token|private_?key)["']?\s*(?::=|[:=])\s*["'`]([^"'`\s]{8,})["'`]/i.exec(
          text,
        )?.[1]
      return (
        value !== undefined &&
        !/process\.env|\$\{|^<|example|placeholder|changeme|your[-_]|xxxx|\*\*\*/i.test(value) &&
        /\d|[-_]/.test(value)
      )
    }),
  },
  {
    id: 'sql-concatenation',
    title: 'SQL built from strings',
    explanation: 'A query is put together from text and values, so a value can change what the query means.',
    suggestion: 'Use placeholders and pass the values as parameters.',
    category: 'security',
    severity: 4,
    claim:
      /sql|query.*concat|(?<!shell.?|command.?|code.?)injection|inyecci[oó]n|(?<!befehls)injektion|注入/i,
    find: onLine(/./, (text) => {
      if (!/["'`]\s*(?:SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM)\s/i.test(text))
        return false
      return /["'`]\s*\+\s*\w|\w\s*\+\s*["'`]|\$\{|["']\s*%\s*[\w(]|\.format\(|\bf["']|Sprintf\(.*%[sv]/.test(
        text,
      )
    }),
  },
  {
    id: 'dynamic-code',
    title: 'Text run as code',
    explanation: 'A string is executed as code; whoever controls the string controls the program.',
    suggestion: 'Parse the input or use a table of known operations instead.',
    category: 'security',
    severity: 4,
    claim:
      /code.?injection|run as code|\beval\b|\bexec\b|dynamic code|dynamischer code|c[oó]digo din|code dynamique|動的コード|動的に実行/i,
    find: inCode(
      /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|py|php|rb)$/i,
      /(?<![.\w])(?:eval|exec)\s*\(|new Function\s*\(/,
    ),
  },
  {
    id: 'shell-true',
    title: 'Command passed through a shell',
    explanation: 'With shell=True the arguments are read by a shell, so a value may become a command.',
    suggestion: 'Pass a list of arguments and leave shell at False.',
    category: 'security',
    severity: 3,
    claim: /shell\s*=\s*true|subprocess|shell.?injection|command injection|befehlsinjektion|シェル/i,
    find: inCode(PYTHON, /shell\s*=\s*True/),
  },
  {
    id: 'unsafe-copy',
    title: 'Copy without a bound',
    explanation: 'The copy does not know how large its target is and can write past its end.',
    suggestion: 'Use a bounded copy and check the length first.',
    category: 'security',
    severity: 4,
    claim: /strcpy|strcat|buffer overflow|puffer|desbordamiento|d[ée]bordement|バッファ/i,
    find: inCode(/\.(c|h|cc|cpp|hpp)$/i, /\b(?:strcpy|strcat|sprintf|gets)\s*\(/),
  },
  {
    id: 'unchecked-html',
    title: 'HTML set from a value',
    explanation: 'The value becomes markup without being cleaned, so it can carry a script.',
    suggestion: 'Set textContent, or clean the markup first.',
    category: 'security',
    severity: 3,
    claim: /innerhtml|xss|cross.?site|dangerouslysetinnerhtml/i,
    find: inCode(SCRIPT, /\.(?:innerHTML|outerHTML)\s*\+?=(?!=)(?!\s*""\s*;?\s*$)|dangerouslySetInnerHTML/),
  },
  {
    id: 'weak-hash',
    title: 'Weak hash',
    explanation: 'MD5 and SHA-1 can be forged; they protect neither passwords nor signatures.',
    suggestion: 'Use SHA-256, and a password hash for passwords.',
    category: 'security',
    severity: 3,
    claim: /md5|sha-?1\b|weak hash|schwach\w* hash|hash d[ée]bil|hachage faible|弱いハッシュ/i,
    find: onLine(
      /./,
      (text, path) =>
        /createHash\(\s*["'](?:md5|sha1)["']|hashlib\.(?:md5|sha1)\b|\b(?:md5|sha1)\.(?:New|Sum)\b|getInstance\(\s*"(?:MD5|SHA-?1)"|(?<![.\w])(?:md5|sha1)\s*\(/.test(
          text,
        ) && bareCode(text, path).trim() !== '',
    ),
  },
  {
    id: 'empty-catch',
    title: 'Error swallowed',
    explanation:
      'The error is caught and dropped: the failure leaves no trace and the program goes on as if nothing happened.',
    suggestion: 'Handle it, or log it and pass it on.',
    category: 'bug',
    severity: 3,
    claim:
      /empty catch|swallow|catch|except\b|ignored? (?:error|exception)|leere[rs]? catch|verschluck|ausnahme|fehler.*ignor|excepci|ignora|vac[ií]o|exception|aval[ée]|erreur ignor|空のcatch|例外|握りつぶ|エラー.*無視|异常/i,
    find: (file) => [...emptyBlocks(file), ...passedExceptions(file), ...blankErrors(file)],
  },
  {
    id: 'swallowed-promise',
    title: 'Rejected promise swallowed',
    explanation: 'The rejection handler does nothing, so the failure is lost.',
    suggestion: 'Handle the rejection, or let it reach the caller.',
    category: 'bug',
    severity: 3,
    claim: /promise|\.catch\(|rejection|unhandled|プロミス/i,
    find: inCode(SCRIPT, /\.catch\(\s*(?:\(\s*\w*\s*\)|\w+)\s*=>\s*(?:\{\s*\}|null|undefined|void 0)\s*\)/),
  },
  {
    id: 'panic-unwrap',
    title: 'Unwrapped without a plan for failure',
    explanation: 'unwrap() ends the program when the value is missing or an error.',
    suggestion: 'Return the error, or give a default.',
    category: 'bug',
    severity: 2,
    claim: /unwrap/i,
    find: inCode(/\.rs$/i, /\.unwrap\(\)/),
  },
  {
    id: 'panic-call',
    title: 'Panic in ordinary code',
    explanation: 'panic ends the whole program where an error value could be handled by the caller.',
    suggestion: 'Return an error.',
    category: 'bug',
    severity: 2,
    claim: /panic|パニック/i,
    find: inCode(/\.(go|rs)$/i, /(?<![.\w])panic!?\(/),
  },
  {
    id: 'type-check-off',
    title: 'Type check switched off',
    explanation: 'The compiler is told to look away, so a mistake on the next line stays unseen.',
    suggestion: 'Fix the type, or use @ts-expect-error with a reason.',
    category: 'types',
    severity: 2,
    claim: /ts-ignore|ts-nocheck|type: ?ignore|typpr[uü]fung|型チェック/i,
    find: onLine(/\.(ts|tsx|mts|cts|py)$/i, (text) =>
      /(?:\/\/|\/\*)\s*@ts-(?:ignore|nocheck)|#\s*type:\s*ignore/.test(text),
    ),
  },
  {
    id: 'any-type',
    title: 'Type any',
    explanation: 'any switches off every check on this value and on all that is derived from it.',
    suggestion: 'Name the real type, or use unknown and narrow it.',
    category: 'types',
    severity: 1,
    claim: /\bany\b|untyped|type safety|typsicher|any型/i,
    find: inCode(TYPED, /(?::|\bas|<|,|\|)\s*any\b(?!\s*\()/),
  },
  {
    id: 'debug-print',
    title: 'Debug output left behind',
    explanation: 'Output meant for debugging reaches production, where it costs time and may reveal data.',
    suggestion: 'Remove it, or use the logger.',
    category: 'maintainability',
    severity: 1,
    claim: /console\.log|debug|print|debug-?ausgabe|depuraci|d[ée]bogage|デバッグ/i,
    find: inCode(SCRIPT, /\bconsole\.(?:log|debug)\s*\(|(?<![.\w])debugger\b/),
  },
  {
    id: 'open-note',
    title: 'Open note in the code',
    explanation: 'A note says that something here is unfinished or known to be wrong.',
    suggestion: 'Do it, or move it to the tracker with an owner.',
    category: 'maintainability',
    severity: 1,
    claim: /todo|fixme|hack|unfinished|unerledigt|unfertig|pendiente|inachev|未完了|未完成|残作業/i,
    find: onLine(/./, (text, path) => {
      const marker = usesHash(path)
        ? /#.*\b(?:TODO|FIXME|HACK|XXX)\b/
        : /(?:\/\/|\/\*|^\s*\*|<!--|^\s*--).*\b(?:TODO|FIXME|HACK|XXX)\b/
      // Looked for in both: an apostrophe in a comment may seem to open a string.
      return (
        marker.test(withoutLiterals(text, path)) ||
        (/^\s*(?:\/\/|\/\*|\*|#|--|<!--)/.test(text) && marker.test(text))
      )
    }),
  },
  {
    id: 'long-function',
    title: 'Function too long',
    explanation: 'The function is longer than sixty lines; it does more than one thing and is hard to test.',
    suggestion: 'Split it along its steps.',
    category: 'maintainability',
    severity: 1,
    claim:
      /long (?:function|method)|too long|over.?long|lange? (?:funktion|methode)|zu lang|funci[oó]n (?:\w+ )?larga|fonction (?:\w+ )?longue|長い関数|長すぎ/i,
    find: (file) =>
      findFunctions(file)
        .filter(({ line, endLine }) => endLine - line + 1 > 60)
        .map(({ name, line, endLine }) => ({
          line,
          endLine,
          evidence: file.lines.get(line)?.trim() ?? '',
          detail: `${name} has ${endLine - line + 1} lines.`,
        })),
  },
]

/** One expression that finds what is worth reading, in the syntax that every search tool shares. */
export const SMELL_PATTERN = [
  'TODO|FIXME|HACK|XXX|catch|except|eval\\(|exec\\(|: any|as any|<any>|ts-ignore|type: ignore|console\\.log|debugger',
  '[mM][dD]5|[sS][hH][aA]-?1|innerHTML|shell=True|strcpy|strcat|sprintf|unwrap\\(\\)|panic|_ = |_ := ',
  '[pP]assword|[sS]ecret|SECRET|[aA][pP][iI]_?[kK]ey|API_KEY|[tT]oken|AKIA|PRIVATE KEY|SELECT |INSERT |UPDATE |DELETE ',
].join('|')

function emptyBlocks(file: SeenFile): Hit[] {
  if (!BRACED.test(file.path)) return []
  return linesOf(file).flatMap(({ line, text }) => {
    const code = bareCode(text, file.path)
    if (/\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}/.test(code))
      return [{ line, endLine: line, evidence: text.trim() }]
    if (!/\bcatch\s*(?:\([^)]*\))?\s*\{\s*$/.test(code)) return []
    const next = nextLine(file, line)
    return next !== null && /^\s*\}/.test(next.text)
      ? [{ line, endLine: next.line, evidence: text.trim() }]
      : []
  })
}

function passedExceptions(file: SeenFile): Hit[] {
  if (!PYTHON.test(file.path)) return []
  return linesOf(file).flatMap(({ line, text }) => {
    const code = bareCode(text, file.path)
    if (/^\s*except\b[^:]*:\s*(?:pass|\.\.\.)\s*$/.test(code))
      return [{ line, endLine: line, evidence: text.trim() }]
    if (!/^\s*except\b[^:]*:\s*$/.test(code)) return []
    const next = nextLine(file, line)
    return next !== null && /^\s*(?:pass|\.\.\.)\s*(?:#.*)?$/.test(next.text)
      ? [{ line, endLine: next.line, evidence: text.trim() }]
      : []
  })
}

function blankErrors(file: SeenFile): Hit[] {
  return onLine(/\.go$/i, (text, path) =>
    /(?:^|\s)_\s*=\s*(?:err\b|\w[\w.]*\()|,\s*_\s*:?=\s*\w[\w.]*\(/.test(bareCode(text, path)),
  )(file)
}
