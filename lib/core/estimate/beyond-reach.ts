import { assertNever } from '../base/assert-never'
import { cutText, shortenText } from '../base/cut-text'
import { changesFiles, type Permissions } from '../spec/permissions'

/** What agents can only do where a launch permits it; without that they read files and lead other agents. */
export const reaches = ['run', 'write', 'browse', 'call'] as const
type Reach = (typeof reaches)[number]

/** What is asked in vain: of which kind, and the words that ask for it. */
export type AskedInVain = { reach: Reach; quotes: string[] }

/** Characters of all texts that are looked at, and of one sentence: what is longer is no order in words. */
const MOST_CHARACTERS = 1_000_000
const LONGEST_SENTENCE = 600
const MOST_QUOTES = 3
const LONGEST_QUOTE = 70

/** Commands that nobody writes as words of a sentence. */
const COMMAND = [
  'git (?:add|apply|blame|branch|checkout|cherry-pick|clone|commit|diff|fetch|grep|log|ls-files|merge|pull|push|rebase|reset|rev-parse|show|stash|status|switch|tag|worktree)\\b',
  'gh (?:api|auth|issue|pr|release|repo|run|search|workflow)\\b',
  '(?:npm|pnpm|yarn|bun) (?:audit|build|ci|install|lint|ls|outdated|run|start|test)\\b',
  '(?:npx|uvx|pipx) [\\w@-]',
  'cargo (?:build|check|clippy|fmt|run|test)\\b',
  'go (?:build|run|test|vet) [./]|go (?:test|vet)\\b',
  'make (?:build|check|lint|test)\\b',
  'docker[- ]compose (?:build|down|exec|pull|run|up)\\b',
  '(?:docker|kubectl|terraform|helm|aws|gcloud) [a-z]+',
  '(?:curl|wget) (?:-|https?:)',
  '(?:python3?|node|bash|sh|deno) [\\w./-]+\\.(?:py|js|mjs|ts|sh)\\b',
  '(?:pip3?|poetry|uv) (?:install|run|audit)\\b',
  '(?:pytest|vitest|jest|eslint|mypy|ruff|tsc)\\b(?! (?:is|was|are|config|plugin|rule|version))',
].join('|')

/** Words that give an order where a command follows; German and French ones too. */
const RUNS = 'run|re-?run|runs|running|execute|invoke|call|use|using|try|via|through|with'
const RUNS_ELSEWHERE =
  'f(?:ü|ue)hre?|f(?:ü|ue)hren|starte[nt]?|nutze|benutze|verwende|lance[rz]?|exécute[rz]?|utilise[rz]?|avec'

/** Where a command is an order: behind a word that gives one, or alone on its line. */
const ORDERED = `(?:\\b(?:${RUNS}|${RUNS_ELSEWHERE})\\b(?! of)[^.\\n]{0,40}?|^[$>\`]*\\s*)[\`"'(]{0,2}(?:${COMMAND})`

/** How a sentence begins that gives an order. */
const FIRST = '(?:^|\\b(?:then|and|please|to|must|should|now|first|finally|also)\\b|[,;:])\\s*'
/** The same in German and French, which begin an order with its verb. */
const FIRST_ELSEWHERE =
  '(?:^|\\b(?:dann|und|bitte|danach|zuerst|jetzt|anschlie(?:ß|ss)end|et|puis|ensuite|enfin|veuillez)\\s|[,;:]\\s)\\s*'
const FILE = '[\\w./-]*\\w\\.(?:md|json|jsonl|txt|csv|ts|tsx|js|mjs|py|go|rs|java|ya?ml|html|sql|sh|toml)\\b'
/** An order that a sentence begins with or goes on with; `to` and `should` tell of such work more often than not. */
const orderAtOnce = (pattern: string) =>
  new RegExp(`(?:^|\\b(?:then|and|please|now|first|finally|also)\\b|[,;:])\\s*${pattern}`, 'i')
const order = (pattern: string) => new RegExp(`${FIRST}${pattern}`, 'i')
/** What follows no letter, accents included, which `\b` does not know. */
const orderElsewhere = (pattern: string) => new RegExp(`${FIRST_ELSEWHERE}${pattern}(?![\\p{L}])`, 'iu')

const THE =
  '(?:(?:all|the|its|any|existing|unit|full|whole|entire|your|project|e2e|integration|every)\\s+){0,4}'
const DER =
  '(?:(?:die|der|das|den|dem|alle|alles|deine[nr]?|unsere|ganzen?|gesamten?|neuen?|vorhandenen)\\s+){0,3}'
const LE =
  "(?:(?:tous|toutes?|tout|le|la|les|un|une|ton|ta|tes|votre|vos|nouvelle|nouveau)\\s+|l[’'])?(?:(?:les|le|la|suite de|nouvelle|nouveau)\\s+){0,3}"
/** A verb of German or French with its endings of an order. */
const GO_DE =
  '(?:f(?:ü|ue)hren?(?:\\s+sie)?|starten?(?:\\s+sie)?|lass(?:e|en\\s+sie|t)?)(?:\\s+(?:dann|bitte|zuerst|danach))?'
const GO_FR = '(?:lance[rz]?|exécute[rz]?|execute[rz]?|fai(?:s|tes)\\s+tourner|démarre[rz]?)'
const MAKE_DE = '(?:erstellen?(?:\\s+sie)?|öffnen?(?:\\s+sie)?|legen?(?:\\s+sie)?|eröffnen?(?:\\s+sie)?)'
const MAKE_FR = '(?:crée[rz]?|ouvre[rz]?|ouvrez|soumets|soumettez)'

const signs: Readonly<Record<Reach, readonly RegExp[]>> = {
  run: [
    new RegExp(ORDERED, 'iu'),
    // With a flag behind it a command is one in any language.
    new RegExp(`\\b(?:${COMMAND})[^.\\n\`]{0,60}?\\s--?[a-z]`, 'i'),
    order(
      `(?:run|execute|re-?run)\\s+${THE}(?:tests?|test suites?|tests? suite|linters?|build|type.?check(?:er)?|benchmarks?|migrations?|commands?|shell|specs?)\\b`,
    ),
    order(
      `(?:make sure|ensure|verify|confirm|check)\\s+(?:that\\s+)?${THE}(?:tests?|test suite|build|linter|type.?checker)\\s+(?:(?:still|now|all|is|are|does|do)\\s+)*(?:pass(?:es)?|succeeds?|green|compiles?)\\b`,
    ),
    order(
      `(?:install|reinstall)\\s+(?:(?:all|the|its|any|missing|project|npm|node|python|required)\\s+){0,4}(?:dependencies|packages?|modules|requirements)\\b`,
    ),
    order(
      '(?:start|boot|spin up|bring up)\\s+(?:(?:the|a|your|local|dev|development|whole|docker)\\s+){1,4}(?:server|app|application|stack|containers?|services?|database)\\b',
    ),
    order(
      '(?:curl|wget)\\s+(?:the|this|that|each|every|our|its|localhost|api\\.)(?![\\w-]*(?:command|call))',
    ),
    order(
      '(?:git\\s+)?commit\\s+(?:(?:your|the|all|these|everything)\\s+(?:changes\\s+|work\\s+)?)?and\\s+push\\b',
    ),
    order(
      'push\\s+(?:(?:it|them|everything)\\s+)?(?:the|your|a|to)\\s+(?:new\\s+)?(?:branch|changes|commits?|origin|remote|github|main|master)\\b',
    ),
    order('check\\s+out\\s+(?:a|the)\\s+(?:new\\s+)?branch\\b'),
    /\b(?:use|using|via|with)\s+(?:the\s+)?[`"']?(?:gh|docker[- ]compose|kubectl|curl|wget)\b[`"']?(?:\s+(?:cli|command)\b|\s*(?:[.,;)]|$|to\b|and\b))/i,
    /\bGitHub CLI\b(?=[^.\n]{0,20}$|\s+to\b)/,
    /\bBash\b(?=`?\s+(?:tool|command)|\()|`Bash`|\b(?:use|using|via|with)\s+(?:the\s+)?`?Bash\b/,
    orderElsewhere(
      `${GO_DE}\\s+${DER}(?:[\\wäöü-]*tests?|test-?suite|linter|build|typpr(?:ü|ue)fung|migration(?:en)?|befehle?|server|container)`,
    ),
    orderElsewhere(`installieren?\\s+(?:sie\\s+)?${DER}(?:abhängigkeiten|pakete|module)`),
    orderElsewhere(
      `(?:committen?\\s+(?:sie\\s+)?(?:${DER}(?:änderungen)?\\s*)?und\\s+pushen?|pushen?\\s+(?:sie\\s+)?${DER}(?:branch|änderungen|commits?))`,
    ),
    orderElsewhere(
      `${GO_FR}\\s+${LE}(?:tests?|linter|build|migrations?|commandes?|serveur|conteneurs?|batterie de tests)`,
    ),
    orderElsewhere('(?:installe[rz]?)\\s+(?:toutes\\s+)?(?:les\\s+)?(?:dépendances|paquets|modules)'),
    orderElsewhere(
      '(?:commite[rz]?|fai(?:s|tes)\\s+un\\s+commit)\\s+(?:(?:les|tes|vos)\\s+(?:changements|modifications)\\s+)?et\\s+pousse[rz]?',
    ),
    /\b(?:mit|avec)\s+[`"']?(?:gh|curl|wget|docker[- ]compose|kubectl)\b/i,
  ],
  write: [
    /`(?:Edit|Write|MultiEdit|NotebookEdit)`|\b(?:Edit|Write|MultiEdit|NotebookEdit)\s+tools?\b|\bEdit\/Write\b/,
    order(
      `(?:write|save|append|dump|export|put|record|store)\\b[^.\\n]{0,60}?\\b(?:to|into|in|under|as|at)\\s+(?:the\\s+|a\\s+)?(?:files?\\b\\s*)?[\`"']?${FILE}`,
    ),
    order(
      `(?:edit|modify|update|change|create|delete|overwrite|rewrite|rename)\\s+(?:(?:the|a|all|any|each|every|new|source|affected|these|those|existing)\\s+){0,3}(?:files?\\b|[\`"']?${FILE})`,
    ),
    order(
      'apply\\s+(?:(?:the|your|all|each|every|these|this)\\s+){0,2}(?:fix(?:es)?|patch(?:es)?|changes?|edits?)\\b',
    ),
    order(
      '(?:commit|push)\\s+(?:(?:the|your|all|these|everything)\\s*){1,2}(?:changes?|work|fix(?:es)?|branch|code)?\\b',
    ),
    order('commit\\s+and\\s+push\\b'),
    orderAtOnce('commit\\s+(?:it|them|this)\\b'),
    orderAtOnce(
      `(?:fix|repair|patch)\\s+(?:it|them|(?:(?:the|this|that|these|each|every|all|any|its|failing|broken|confirmed|reported|found)\\s+){1,4}(?:[\\w-]+\\s+){0,2}(?:bugs?|issues?|errors?|problems?|defects?|findings?|typos?|tests?|leaks?|races?|vulnerabilit(?:y|ies)|warnings?|imports?))\\b`,
    ),
    orderAtOnce(
      `(?:refactor|rewrite|migrate|convert|port|rename|reformat|modernize|move|extract|inline|replace)\\s[^.\\n]{0,80}?\\bin[- ]place\\b`,
    ),
    orderAtOnce(
      `(?:refactor|migrate|modernize|reformat)\\s+(?:(?:the|this|each|every|all|its|your)\\s+){0,2}(?:[\\w-]+\\s+){0,2}(?:code|modules?|functions?|class(?:es)?|callers?|call sites?|components?|files?|tests?|[\`"']?${FILE})`,
    ),
    order(
      '(?:open|create|submit|raise|make)\\s+(?:(?:a|an|the|new|draft|separate|feature|fresh|your|git)\\s+){1,3}(?:pull request|PR|branch|commit)\\b',
    ),
    order(
      '(?:write|add)\\s+(?:(?:a|the|new|missing|more|some|unit|integration|regression|failing|e2e)\\s+){0,4}tests?\\s+(?:for|to|that|which|in|covering)\\b',
    ),
    orderElsewhere(
      `(?:bearbeiten?|änder[en]*|aktualisieren?|löschen?|überschreiben?)\\s+(?:sie\\s+)?${DER}(?:betroffenen\\s+)?(?:datei(?:en)?|[\`"']?${FILE})`,
    ),
    orderElsewhere(
      `(?:schreiben?|speichern?|speichere)\\s[^.\\n]{0,60}?\\b(?:in|nach|unter|als)\\s+(?:die\\s+datei\\s+)?[\`"']?${FILE}`,
    ),
    orderElsewhere(
      `${MAKE_DE}\\s+(?:sie\\s+)?(?:(?:einen?|den|neuen)\\s+){1,2}(?:pull.?request|pr|branch|commit)`,
    ),
    orderElsewhere(`committen?\\s+(?:sie\\s+)?(?:${DER}änderungen|und\\s+push|alles)e?`),
    orderElsewhere(
      `(?:modifie[rz]?|édite[rz]?|change[rz]?|supprime[rz]?|mets\\s+à\\s+jour)\\s+(?:(?:le|les|ce|ces|tous|chaque)\\s+){0,2}(?:fichiers?|[\`"']?${FILE})`,
    ),
    orderElsewhere(
      `(?:écri(?:s|re|vez)|enregistre[rz]?|sauvegarde[rz]?)\\s[^.\\n]{0,60}?\\b(?:dans|sous|vers)\\s+(?:le\\s+fichier\\s+)?[\`"']?${FILE}`,
    ),
    orderElsewhere(
      `${MAKE_FR}\\s+(?:(?:une?|la|le|nouvelle|nouveau)\\s+){1,2}(?:pull request|pr|branche|commit)`,
    ),
    orderElsewhere(
      '(?:commite[rz]?|fai(?:s|tes)\\s+un\\s+commit)(?:\\s+et\\s+pousse[rz]?|\\s+(?:les|tes|vos|tes)\\s+(?:changements|modifications)|\\s+tout)',
    ),
  ],
  browse: [
    /\b(?:WebSearch|WebFetch|web_search|web_fetch)\b/,
    /\b(?:search|browse|google|surf)\b[^.\n]{0,60}?\b(?:the )?(?:web|internet|online)\b/i,
    /\b(?:look|research|check|verify|find|gather|collect)\b[^.\n]{0,60}?\bon(?:line\b(?! (?:store|shop|service|mode|learning))| the (?:web|internet)\b)/i,
    order('google\\s+(?:for|the|it|each|every)\\b'),
    /\b(?:fetch|open|visit|download|crawl|scrape|navigate|go|read|compare|summari[sz]e|look|check|call|query|get|curl)\b[^.\n]{0,60}?https?:\/\//i,
    /\b(?:use|using|via|with)\s+(?:the\s+)?(?:browser|playwright|puppeteer)\b/i,
    orderAtOnce(
      '(?:take|capture|make|grab)\\s+(?:(?:a|an|the|some|full|full-page|page|new)\\s+){0,3}screen\\s?shots?\\b',
    ),
    orderElsewhere(
      '(?:suchen?|recherchieren?|googlen?|schauen?)\\s[^.\\n]{0,60}?(?:im\\s+(?:web|internet|netz)|online)',
    ),
    /(?:rufe?n?|lade?n?|hole?n?|öffnen?|lesen?|lies|besuchen?)\s[^.\n]{0,60}?https?:\/\//i,
    orderElsewhere(
      '(?:cherche[rz]?|recherche[rz]?|regarde[rz]?|trouve[rz]?)\\s[^.\\n]{0,60}?(?:sur\\s+(?:le\\s+web|internet|la\\s+toile)|en\\s+ligne)',
    ),
    /(?:récupère[rz]?|récupérez|télécharge[rz]?|ouvre[rz]?|ouvrez|visite[rz]?|va\s+sur|lis|lisez)\s[^.\n]{0,60}?https?:\/\//i,
  ],
  call: [
    /\bmcp__\w+/i,
    order('(?:use|call|query|ask)\\s+(?:(?:the|an?|our|your)\\s+)?(?:[`"\']?[\\w-]+[`"\']?\\s+){0,2}MCP\\b'),
    /\b(?:using|via|through|with)\s+the\s+(?:[`"']?[\w-]+[`"']?\s+){0,2}MCP\b/i,
    orderElsewhere(
      '(?:nutzen?|benutzen?|verwenden?)\\s+(?:sie\\s+)?(?:(?:den|die|das|unseren?)\\s+)?(?:[\\w-]+\\s+){0,2}[\\w-]*MCP(?:-[\\w]+)?',
    ),
    /\bmit\s+(?:dem|der|den)\s+(?:[\w-]+\s+){0,2}[\w-]*MCP\b/i,
    orderElsewhere(
      'utilise[rz]?\\s+(?:(?:les?|la|un|notre)\\s+)?(?:(?:serveurs?|outils?)\\s+)?(?:[\\w-]+\\s+)?MCP',
    ),
  ],
}

/** Before an order it takes it back; also where the order is told as what others must not do. */
const NEGATED =
  /\b(?:uses? of|usages? of|calls? (?:to|of)|occurrences? of|(?:find|report|list|count|flag|name) (?:every|each|all|any)|not|n['’]t|never|without|cannot|no need|instead of|rather than|avoid|nor|unable|no tools?|whether|if you could|would)\b/i
/** The same in German and French. */
const NEGATED_ELSEWHERE =
  /(?<![\p{L}])(?:nichts?|kein(?:e[nmrs]?)?|niemals|nie|ohne|statt|anstatt|vermeiden?|ob|ne|n['’](?=\p{L})|pas|jamais|sans|aucune?|au lieu|évite[rz]?|si)(?![\p{L}])/iu
/** German takes an order back at its end: "führe die Tests nicht aus". */
const TAKEN_BACK_AT_END = /^[^,;.:]*(?<![\p{L}])nicht(?![\p{L}])/iu
/** Words after which `to` tells of an order and gives none: "explain how to run the tests". */
const SPOKEN_OF =
  /\b(?:how|where|when|what|which|steps?|ways?|commands?|instructions?|guides?|able|meant|supposed|used|users?|people|developers?|someone|anyone|scripts?|time|easy|hard|possible|takes|took|required|needed|necessary)\s+to\s*$/i

/**
 * A script without what it says of itself: its description and its parameters are told to whoever launches it, not
 * to agents.
 */
export function withoutMeta(source: string): string {
  return source.replace(/^export const meta\s*=\s*(\{.*\}|\{[\s\S]*?^\})\s*;?[ \t]*$/m, '')
}

/**
 * What prompts and goals ask of agents beyond reading, by the words they ask with. It looks for
 * orders: a command or a tool that is only spoken of, or forbidden, is none.
 */
export function askedInVain(texts: Iterable<string>): AskedInVain[] {
  const found = new Map<Reach, Set<string>>()
  let left = MOST_CHARACTERS
  for (const text of new Set(texts)) {
    if (left <= 0) break
    const seen = cutText(text, left)
    left -= seen.length
    for (const sentence of sentencesOf(seen)) note(sentence, found)
  }
  return reaches.flatMap((reach) => {
    const quotes = [...(found.get(reach) ?? [])]
    return quotes.length === 0 ? [] : [{ reach, quotes }]
  })
}

function note(sentence: string, found: Map<Reach, Set<string>>): void {
  for (const reach of reaches) {
    const quotes = found.get(reach) ?? new Set<string>()
    if (quotes.size >= MOST_QUOTES) continue
    const match = signs[reach]
      .map((sign) => sign.exec(sentence))
      .find((one) => one !== null && !isTakenBack(sentence, one))
    if (match == null) continue
    quotes.add(shortenText(sentence.slice(match.index).replace(/^[\s,;:]+/, ''), LONGEST_QUOTE))
    found.set(reach, quotes)
  }
}

/** Whether something is forbidden in German or French words. */
export function forbidsElsewhere(text: string): boolean {
  return NEGATED_ELSEWHERE.test(text)
}

/** Whether an order is forbidden, or only spoken of. */
function isTakenBack(sentence: string, { 0: words, index }: RegExpExecArray): boolean {
  const before = sentence.slice(0, index)
  const lead = `${before}${/^\s*to\b/i.exec(words)?.[0] ?? ''}`
  return (
    [before, words].some((part) => NEGATED.test(part) || forbidsElsewhere(part)) ||
    SPOKEN_OF.test(lead) ||
    TAKEN_BACK_AT_END.test(sentence.slice(index + words.length))
  )
}

function sentencesOf(text: string): string[] {
  return text
    .split(/\n+|(?<=[.!?])\s+/)
    .map((sentence) => sentence.replace(/^[\s#>*\-\d.)]+(?=\S)/, '').trim())
    .filter((sentence) => sentence.length > 2)
    .map((sentence) => cutText(sentence, LONGEST_SENTENCE))
}

/** Whether agents with these permissions can do what is asked. */
export function isPermitted(reach: Reach, permissions: Permissions): boolean {
  switch (reach) {
    case 'run':
      return permissions.shell
    case 'write':
      return changesFiles(permissions)
    case 'browse':
      return permissions.web || permissions.mcp.length > 0
    case 'call':
      return permissions.mcp.length > 0
    default:
      return assertNever(reach)
  }
}

const cannot: Readonly<Record<Reach, string>> = {
  run: 'run commands, code or tests',
  write: 'change files or make commits',
  browse: 'reach the web',
  call: 'call MCP servers',
}

/** Notes for the person who is about to launch, one sentence per kind. */
export function inVainNotes(asked: readonly AskedInVain[]): string[] {
  return asked.map(
    ({ reach, quotes }) =>
      `Agents here cannot ${cannot[reach]}, but a prompt asks for it: ${quotes.map((quote) => `“${quote}”`).join(', ')}. They are told to flag it and not to report it as done.`,
  )
}
