import { SOURCE_FILE, tidyPath } from '../paths'
import { parseHits } from '../results'
import { type Situation, toolOf } from '../situation'
import { editCall, lastCall, ranCommand, runCall, wholeFile } from './acting'
import type { Work, Worker } from './worker'

/** A name that a failing check says it does not know, and the file that uses it. */
type Unknown = { name: string; path: string; line: number | null }

/**
 * Mends what a failing check names, where that is an import that is missing: looks where the name is exported, adds
 * the import, and runs the check again if it can. Anything else it says it could not mend.
 */
export const mendFiles: Worker = (situation) => {
  const { task } = situation
  const output = /<output>\n([\s\S]*?)\n<\/output>/.exec(task)?.[1]
  if (output === undefined || toolOf(situation, 'edit') === undefined) return null
  const missing = unknownIn(output)
  if (missing === null)
    return ended(
      'The output names no missing import; this needs somebody who understands the code. Nothing was changed.',
      false,
    )
  const search = searchFor(situation, missing.name)
  if (search.kind === 'calls') return search
  const source = search.hits.find(({ path }) => path !== missing.path)
  if (source === undefined)
    return ended(`\`${missing.name}\` is exported nowhere. Nothing was changed.`, false)
  const file = wholeFile(situation, missing.path)
  if (file === null || file.kind === 'gone')
    return ended(`${missing.path} cannot be read. Nothing was changed.`, false)
  if (file.kind === 'read')
    return { kind: 'calls', plan: { thought: 'I will look at the file that fails.', calls: [file.call] } }
  const edit = lastCall(situation, 'edit', missing.path)
  if (edit === undefined) return addImport(situation, missing, source.path, file.lines)
  if (edit.isError) return ended(`${missing.path} could not be edited.`, false)
  return checkedAgain(
    situation,
    task,
    `\`${missing.path}\` used \`${missing.name}\` without importing it; it is imported from \`${source.path}\` now.`,
  )
}

function unknownIn(output: string): Unknown | null {
  const name = /(?:ReferenceError|NameError): (?:name ')?([A-Za-z_$][\w$]*)'? is not defined/.exec(
    output,
  )?.[1]
  if (name === undefined) return null
  const places = [
    ...output.matchAll(
      /(?:file:\/\/|File "|\(|at )?((?:\.?\/)?[\w@./-]+\.(?:[cm]?[jt]sx?|py))"?(?::|, line )(\d+)/g,
    ),
  ]
  for (const [, path = '', line = ''] of places) {
    if (!SOURCE_FILE.test(path) || /node:|node_modules|internal\//.test(path)) continue
    return { name, path: tidyPath(path), line: Number(line) }
  }
  return null
}

function searchFor(
  situation: Situation,
  name: string,
): Extract<Work, { kind: 'calls' }> | { kind: 'hits'; hits: { path: string }[] } {
  const tool = toolOf(situation, 'search')
  const pattern = tool?.arguments.pattern
  if (tool === undefined || pattern === undefined) return { kind: 'hits', hits: [] }
  const made = situation.calls.find(({ kind }) => kind === 'search')
  if (made !== undefined) return { kind: 'hits', hits: parseHits(made.text) }
  const input = {
    [pattern]: `(export (async )?(function|const|let|class) ${name}\\b|^(def|class) ${name}\\b)`,
  }
  return {
    kind: 'calls',
    plan: { thought: `I will look where ${name} comes from.`, calls: [{ tool, input }] },
  }
}

function addImport(
  situation: Situation,
  { name, path }: Unknown,
  from: string,
  lines: readonly string[],
): Work {
  const [first = ''] = lines
  const line = path.endsWith('.py')
    ? `from ${from.replace(/\.py$/, '').replaceAll('/', '.')} import ${name}`
    : `import { ${name} } from '${relativePath(path, from)}'`
  const unique = lines.filter((one) => one === first).length === 1 ? first : lines.join('\n')
  const call = editCall(situation, path, [{ oldText: unique, newText: `${line}\n${unique}` }])
  return call === null
    ? ended('Nothing here edits files.', false)
    : { kind: 'calls', plan: { thought: `${name} is not imported; I will import it.`, calls: [call] } }
}

/** A path as an import of another file writes it. */
export function relativePath(from: string, to: string): string {
  // A failing check names files by their whole path; what is inside of the workspace begins where the other does.
  const top = `/${to.split('/')[0] ?? ''}/`
  const inside = from.startsWith('/') ? from.slice(Math.max(0, from.lastIndexOf(top)) + 1) : from
  const [here, there] = [inside.split('/').slice(0, -1), to.split('/')]
  while (here.length > 0 && there.length > 1 && here[0] === there[0]) {
    here.shift()
    there.shift()
  }
  return `${here.length === 0 ? './' : '../'.repeat(here.length)}${there.join('/')}`
}

function checkedAgain(situation: Situation, task: string, said: string): Work {
  const command = /<command>\n([\s\S]*?)\n<\/command>/.exec(task)?.[1]
  const call = command === undefined ? null : runCall(situation, command)
  if (command === undefined || call === null) return ended(`${said} The check was not run again.`, true)
  const ran = ranCommand(situation, command)
  if (ran === undefined)
    return { kind: 'calls', plan: { thought: 'I will run the check again.', calls: [call] } }
  return ended(`${said} The check ${ran.isError ? 'still fails' : 'passes'}.`, !ran.isError)
}

function ended(text: string, isMended: boolean): Work {
  return { kind: 'done', text, told: { summary: text, mended: isMended }, gaps: isMended ? [] : [text] }
}
