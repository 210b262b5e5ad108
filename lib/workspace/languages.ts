/** Languages by the ends of file names; data and prose count only where there is nothing else. */
const byEnding: Readonly<Record<string, string>> = {
  ts: 'TypeScript',
  tsx: 'TypeScript',
  mts: 'TypeScript',
  cts: 'TypeScript',
  js: 'JavaScript',
  jsx: 'JavaScript',
  mjs: 'JavaScript',
  cjs: 'JavaScript',
  py: 'Python',
  go: 'Go',
  rs: 'Rust',
  java: 'Java',
  kt: 'Kotlin',
  kts: 'Kotlin',
  cs: 'C#',
  c: 'C',
  h: 'C',
  cc: 'C++',
  cpp: 'C++',
  cxx: 'C++',
  hpp: 'C++',
  rb: 'Ruby',
  php: 'PHP',
  swift: 'Swift',
  m: 'Objective-C',
  scala: 'Scala',
  clj: 'Clojure',
  ex: 'Elixir',
  exs: 'Elixir',
  erl: 'Erlang',
  hs: 'Haskell',
  ml: 'OCaml',
  fs: 'F#',
  dart: 'Dart',
  lua: 'Lua',
  pl: 'Perl',
  r: 'R',
  jl: 'Julia',
  zig: 'Zig',
  sh: 'Shell',
  bash: 'Shell',
  ps1: 'PowerShell',
  sql: 'SQL',
  vue: 'Vue',
  svelte: 'Svelte',
  css: 'CSS',
  scss: 'CSS',
  html: 'HTML',
  tf: 'Terraform',
  sol: 'Solidity',
  cob: 'COBOL',
  f90: 'Fortran',
}
const prose: Readonly<Record<string, string>> = {
  md: 'Markdown',
  mdx: 'Markdown',
  rst: 'reStructuredText',
  txt: 'plain text',
  csv: 'CSV',
  json: 'JSON',
  yaml: 'YAML',
  yml: 'YAML',
  xml: 'XML',
  tex: 'LaTeX',
}

const MOST_LANGUAGES = 4
/** A language of less than this share of the bytes is not worth a word. */
const LEAST_SHARE = 0.03

/** What the files of a workspace are written in, most bytes first: code, or prose and data where no code is. */
export function languagesOf(files: readonly { path: string; size: number }[]): string[] {
  const code = named(files, byEnding)
  return code.length > 0 ? code : named(files, prose)
}

function named(
  files: readonly { path: string; size: number }[],
  names: Readonly<Record<string, string>>,
): string[] {
  const bytes = new Map<string, number>()
  let all = 0
  for (const { path, size } of files) {
    const ending = /\.([a-z0-9]{1,5})$/i.exec(path)?.[1]?.toLowerCase() ?? ''
    const name = Object.hasOwn(names, ending) ? names[ending] : undefined
    if (name === undefined) continue
    bytes.set(name, (bytes.get(name) ?? 0) + size)
    all += size
  }
  return [...bytes]
    .filter(([, own]) => own >= all * LEAST_SHARE)
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .slice(0, MOST_LANGUAGES)
    .map(([name]) => name)
}
