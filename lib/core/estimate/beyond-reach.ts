import { assertNever } from '../base/assert-never'
import { cutText, shortenText } from '../base/cut-text'
import { changesFiles, type Permissions } from '../spec/permissions'

/** What agents can only do where a launch permits it; without that they read files and lead other agents. */
export const reaches = ['run', 'write', 'browse'] as const
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
  'git (?:add|apply|blame|branch|checkout|cherry-pick|clone|commit|diff|fetch|grep|log|ls-files|merge|pull|push|rebase|reset|rev-parse|show|stash|status|tag|worktree)\\b',
  'gh (?:api|auth|issue|pr|release|repo|run|search|workflow)\\b',
  '(?:npm|pnpm|yarn|bun) (?:audit|build|ci|install|lint|ls|outdated|run|start|test)\\b',
  '(?:npx|uvx|pipx) [\\w@-]',
  'cargo (?:build|check|clippy|fmt|run|test)\\b',
  'go (?:build|run|test|vet) [./]|go (?:test|vet)\\b',
  'make (?:build|check|lint|test)\\b',
  '(?:docker|kubectl|terraform|helm|aws|gcloud) [a-z]+',
  '(?:curl|wget) (?:-|https?:)',
  '(?:python3?|node|bash|sh|deno) [\\w./-]+\\.(?:py|js|mjs|ts|sh)\\b',
  '(?:pip3?|poetry|uv) (?:install|run|audit)\\b',
  '(?:pytest|vitest|jest|eslint|mypy|ruff|tsc)\\b(?! (?:is|was|are|config|plugin|rule|version))',
].join('|')

/** Where a command is an order: behind a word that gives one, or alone on its line. */
const ORDERED = `(?:\\b(?:run|re-?run|runs|running|execute|invoke|call|use|using|try|via|through|with)\\b(?! of)[^.\\n]{0,40}?|^[$>\`]*\\s*)[\`"'(]{0,2}(?:${COMMAND})`

/** How a sentence begins that gives an order. */
const FIRST = '(?:^|\\b(?:then|and|please|to|must|should|now|first|finally|also)\\b|[,;:])\\s*'
const FILE = '[\\w./-]*\\w\\.(?:md|json|jsonl|txt|csv|ts|tsx|js|mjs|py|go|rs|java|ya?ml|html|sql|sh|toml)\\b'

const signs: Readonly<Record<Reach, readonly RegExp[]>> = {
  run: [
    new RegExp(ORDERED, 'i'),
    // With a flag behind it a command is one in any language.
    new RegExp(`\\b(?:${COMMAND})[^.\\n\`]{0,60}?\\s--?[a-z]`, 'i'),
    new RegExp(
      `${FIRST}(?:run|execute|re-?run)\\s+(?:(?:all|the|its|any|existing|unit|full|your|project|e2e|integration|every)\\s+){0,4}(?:tests?|test suite|linters?|build|type.?check(?:er)?|benchmarks?|migrations?|commands?|shell)\\b`,
      'i',
    ),
    /\bBash\b(?=`?\s+(?:tool|command)|\()|`Bash`|\b(?:use|using|via|with)\s+(?:the\s+)?`?Bash\b/,
  ],
  write: [
    /`(?:Edit|Write|MultiEdit|NotebookEdit)`|\b(?:Edit|Write|MultiEdit|NotebookEdit)\s+tools?\b|\bEdit\/Write\b/,
    new RegExp(
      `${FIRST}(?:write|save|append|dump|export)\\b[^.\\n]{0,60}?\\b(?:to|into)\\s+(?:the\\s+|a\\s+)?(?:files?\\b\\s*)?[\`"']?${FILE}`,
      'i',
    ),
    new RegExp(
      `${FIRST}(?:edit|modify|update|create|delete|overwrite|rewrite|rename)\\s+(?:(?:the|a|all|any|each|every|new|source|affected|these|those)\\s+){0,3}(?:files?\\b|[\`"']?${FILE})`,
      'i',
    ),
    new RegExp(
      `${FIRST}apply\\s+(?:(?:the|your|all|each|every|these|this)\\s+){0,2}(?:fix(?:es)?|patch(?:es)?|changes?|edits?)\\b`,
      'i',
    ),
    new RegExp(
      `${FIRST}(?:commit|push)\\s+(?:(?:the|your|all|these|everything)\\s*){1,2}(?:changes?|work|fix(?:es)?|branch|code)?\\b`,
      'i',
    ),
    new RegExp(
      `${FIRST}(?:open|create|submit|raise)\\s+(?:a|the)\\s+(?:draft\\s+)?(?:pull request|PR|branch|commit)\\b`,
      'i',
    ),
  ],
  browse: [
    /\b(?:WebSearch|WebFetch|web_search|web_fetch)\b/,
    /\b(?:search|browse|google|surf)\b[^.\n]{0,25}?\b(?:the )?(?:web|internet|online)\b/i,
    /\b(?:look|research|check|verify)\b[^.\n]{0,20}?\bon(?:line\b| the (?:web|internet)\b)/i,
    /\b(?:fetch|open|visit|download|crawl|scrape|navigate|go|read|compare|summari[sz]e|look|check|call|query)\b[^.\n]{0,40}?https?:\/\//i,
    /\b(?:use|using|via|with)\s+(?:the\s+)?(?:browser|playwright|puppeteer)\b|\bmcp__\w+/i,
  ],
}

/** Before an order it takes it back; also where the order is told as what others must not do. */
const NEGATED =
  /\b(?:uses? of|usages? of|calls? (?:to|of)|occurrences? of|(?:find|report|list|count|flag|name) (?:every|each|all|any)|not|n['’]t|never|without|cannot|no need|instead of|rather than|avoid|nor|unable|no tools?|whether|if you could|would)\b/i

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
    const match = signs[reach].map((sign) => sign.exec(sentence)).find((one) => one !== null)
    if (match == null) continue
    const before = sentence.slice(0, match.index)
    if (NEGATED.test(before) || NEGATED.test(match[0])) continue
    quotes.add(shortenText(sentence.slice(match.index).replace(/^[\s,;:]+/, ''), LONGEST_QUOTE))
    found.set(reach, quotes)
  }
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
    default:
      return assertNever(reach)
  }
}

const cannot: Readonly<Record<Reach, string>> = {
  run: 'run commands, code or tests',
  write: 'change files or make commits',
  browse: 'reach the web or call services',
}

/** Notes for the person who is about to launch, one sentence per kind. */
export function inVainNotes(asked: readonly AskedInVain[]): string[] {
  return asked.map(
    ({ reach, quotes }) =>
      `Agents here cannot ${cannot[reach]}, but a prompt asks for it: ${quotes.map((quote) => `“${quote}”`).join(', ')}. They are told to flag it and not to report it as done.`,
  )
}
