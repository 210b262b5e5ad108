// Finds what no test covers, has a test written for each by an agent that can run it, and keeps only tests that pass
// with the whole suite and fail when the code they test is broken.
export const meta = {
  name: 'write-tests',
  description: 'Write tests for what none covers: one agent each writes and runs them; kept is what passes, and fails when the code is broken.',
  whenToUse: 'When code has functions or endpoints that no test would notice breaking.',
  phases: [
    { title: 'Find', detail: 'What is not tested, and how tests are run', model: 'haiku' },
    { title: 'Write', detail: 'One agent a function or endpoint' },
    { title: 'Keep', detail: 'Merged one by one: the suite passes, and broken code is noticed' },
  ],
  needs: ['workspace', 'write', 'shell'],
  args: {
    type: 'object',
    properties: {
      focus: { type: 'string', title: 'Focus', description: 'Folders, files or functions to test first. Empty: what matters most.' },
      maxTests: { type: 'integer', title: 'Max tests', description: 'Functions and endpoints that get a test.', minimum: 1, maximum: 200, default: 12 },
      testCommand: { type: 'string', title: 'Test command', description: 'Runs the whole suite. Empty: as the project says.' },
      coverageCommand: { type: 'string', title: 'Coverage command', description: 'Runs it and prints a table of coverage. Empty: as the project says.' },
    },
  },
}

const FOUND = {
  type: 'object',
  properties: {
    framework: { type: 'string', description: 'What the tests are written with, for example node:test, vitest, pytest' },
    testCommand: { type: 'string', description: 'Runs the whole suite once, without watching' },
    testFileCommand: { type: 'string', description: 'Runs one test file, which it names {file}. Leave it out for node:test, vitest and pytest' },
    coverageCommand: { type: 'string', description: 'Runs the suite and prints coverage as a table. Leave it out if the project cannot' },
    targets: {
      type: 'array',
      maxItems: 500,
      items: {
        type: 'object',
        properties: {
          path: { type: 'string', description: 'File of the source, relative to the root' },
          name: { type: 'string', description: 'Name of the function; of an endpoint that of its handler' },
          kind: { enum: ['function', 'endpoint'] },
          testFile: { type: 'string', description: 'Where its test should stand by the conventions of the project; a file that does not exist yet. Leave it out if it has none' },
          reason: { type: 'string', description: 'What would break unnoticed' },
        },
        required: ['path', 'name', 'kind', 'reason'],
      },
    },
    unread: { type: 'array', items: { type: 'string' } },
  },
  required: ['framework', 'testCommand', 'targets', 'unread'],
}

const WRITTEN = {
  type: 'object',
  properties: {
    testFile: { type: 'string', description: 'The file you wrote' },
    passes: { type: 'boolean', description: 'Whether you saw it pass' },
    reason: { type: 'string', description: 'What it checks, or why there is none' },
  },
  required: ['testFile', 'passes', 'reason'],
}

/**
 * A program that runs a test, and then breaks the code of one function in up to twelve places, one at a time, and
 * counts how often the test notices. It ends with 0 when it does at least once, or when there is no such test.
 */
const BREAK_NODE = `const fs = require("node:fs")
const { spawnSync } = require("node:child_process")
const { path, name, test, run } = JSON.parse(process.argv[1])
delete process.env.NODE_TEST_CONTEXT
const passes = () => spawnSync("bash", ["-c", run], { encoding: "utf8", timeout: 60000 })
const end = (code, line) => { console.log(line); process.exit(code) }
if (!fs.existsSync(test)) end(0, "mutants: 0, noticed: 0 (there is no " + test + ")")
const first = passes()
if (first.status !== 0) { console.log(first.stdout + first.stderr); end(1, "not kept: " + test + " does not pass.") }
const source = fs.readFileSync(path, "utf8")
const word = name.replace(/[^\\w]/g, "\\\\$&")
const at = source.search(new RegExp("^[^\\\\n/*]*\\\\b" + word + "\\\\s*(?:=|\\\\(|:)", "m"))
const from = at === -1 ? 0 : at
const rest = source.slice(from)
const firstLine = rest.split("\\n", 1)[0]
const closing = /[{(]\\s*$/.test(firstLine) ? rest.search(/\\n[ \\t]{0,2}[})\\]]/) : firstLine.length
const to = closing === -1 || at === -1 ? source.length : from + closing
const text = source.slice(from, to)
const hidden = text.replace(/\\/\\/.*|\\/\\*[\\s\\S]*?\\*\\/|"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'/g, (found) => " ".repeat(found.length))
const changes = [[/===/g, "!=="], [/!==/g, "==="], [/<=/g, ">"], [/>=/g, "<"], [/ < /g, " >= "], [/ > /g, " <= "], [/&&/g, "||"], [/\\|\\|/g, "&&"], [/ \\+ /g, " - "], [/ - /g, " + "], [/ \\* /g, " / "], [/ \\/ /g, " * "], [/ % /g, " * "], [/\\btrue\\b/g, "false"], [/\\bfalse\\b/g, "true"], [/\\breturn (?=\\S)/g, "return true ? null : "], [/=> (?!\\{)/g, "=> true ? null : "], [/(?<![\\w.])\\d+(?![\\w.])/g, (digits) => String(Number(digits) + 1)]]
const mutants = []
for (const [pattern, by] of changes) for (const found of hidden.matchAll(pattern)) mutants.push({ at: found.index, old: found[0], now: typeof by === "function" ? by(found[0]) : by })
const step = Math.max(1, mutants.length / 12)
const tried = mutants.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
let noticed = 0
try {
  for (const one of tried) {
    fs.writeFileSync(path, source.slice(0, from) + text.slice(0, one.at) + one.now + text.slice(one.at + one.old.length) + source.slice(to))
    if (passes().status !== 0) noticed += 1
    else console.log("not noticed, line " + (source.slice(0, from + one.at).split("\\n").length) + ": " + one.old.trim() + " became " + one.now.trim())
  }
} finally {
  fs.writeFileSync(path, source)
}
console.log("mutants: " + tried.length + ", noticed: " + noticed)
if (noticed === 0) end(1, "not kept: " + test + (tried.length === 0 ? " could not be tried: no way was found to break " : " passes whatever becomes of ") + name + ".")`

/** The same for Python. */
const BREAK_PYTHON = `import json, os, re, subprocess, sys
order = json.loads(sys.argv[1])
path, name, test, run = order["path"], order["name"], order["test"], order["run"]
def passes():
    try:
        return subprocess.run(["bash", "-c", run], capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    except subprocess.TimeoutExpired:
        return None
def end(code, line):
    print(line)
    sys.exit(code)
if not os.path.exists(test):
    end(0, "mutants: 0, noticed: 0 (there is no " + test + ")")
first = passes()
if first is None or first.returncode != 0:
    print("" if first is None else first.stdout + first.stderr)
    end(1, "not kept: " + test + " does not pass.")
source = open(path, encoding="utf8").read()
lines = source.split("\\n")
start = next((i for i, line in enumerate(lines) if re.match(r"\\s*(async\\s+)?def\\s+" + re.escape(name) + r"\\b", line)), 0)
depth = len(lines[start]) - len(lines[start].lstrip())
stop = next((i for i in range(start + 1, len(lines)) if lines[i].strip() and len(lines[i]) - len(lines[i].lstrip()) <= depth), len(lines))
begin = len("\\n".join(lines[:start])) + (1 if start else 0)
text = "\\n".join(lines[start:stop])
hidden = re.sub(r"#.*|\\"\\"\\"[\\s\\S]*?\\"\\"\\"|\\"(?:[^\\"\\\\\\n]|\\\\.)*\\"|\\x27(?:[^\\x27\\\\\\n]|\\\\.)*\\x27", lambda found: " " * len(found.group()), text)
changes = [("==", "!="), ("!=", "=="), ("<=", ">"), (">=", "<"), (" < ", " >= "), (" > ", " <= "), (" and ", " or "), (" or ", " and "), (r" \\+ ", " - "), (" - ", " + "), (r" \\* ", " / "), (" / ", " * "), (" // ", " * "), (" % ", " * "), (r"\\bTrue\\b", "False"), (r"\\bFalse\\b", "True"), (r"\\breturn (?=\\S)", "return None if True else "), (r"(?<![\\w.])\\d+(?![\\w.])", None)]
mutants = []
for pattern, by in changes:
    for found in re.finditer(pattern, hidden):
        mutants.append((found.start(), found.group(), str(int(found.group()) + 1) if by is None else by))
step = max(1, len(mutants) / 12)
tried = [one for i, one in enumerate(mutants) if int(i / step) != int((i - 1) / step) or i == 0]
noticed = 0
try:
    for at, old, now in tried:
        broken = source[:begin] + text[:at] + now + text[at + len(old):] + source[begin + len(text):]
        open(path, "w", encoding="utf8").write(broken)
        result = passes()
        if result is None or result.returncode != 0:
            noticed += 1
        else:
            print("not noticed, line %d: %s became %s" % (source[:begin + at].count("\\n") + 1, old.strip(), now.strip()))
finally:
    open(path, "w", encoding="utf8").write(source)
print("mutants: %d, noticed: %d" % (len(tried), noticed))
if noticed == 0:
    end(1, "not kept: " + test + (" could not be tried: no way was found to break " if not tried else " passes whatever becomes of ") + name + ".")`

const given = typeof args === 'string' ? JSON.parse(args || '{}') : (args ?? {})
const focus = given.focus ? `\nLook first at: ${given.focus}.` : ''

phase('Find')
const found = await agent(
  `Find what no test of this project covers.

1. List the files, and read the manifest, the configuration of tests and some tests: what are they written with, how are they run, where do they stand and what are they called?
2. Read the source. List functions and endpoints that no test calls, directly or through others, the ones first whose breaking would hurt most: what decides, computes, parses, converts, checks rights.${focus}
3. Leave out what only passes calls on, generated code, types and configuration. Name in \`unread\` what you did not look at.`,
  { label: 'find', phase: 'Find', model: 'haiku', effort: 'medium', schema: FOUND },
)
if (found === null) throw new Error('Nobody could say what is not tested. Launch again.')
const suite = given.testCommand || found.testCommand
const coverageCommand = given.coverageCommand || found.coverageCommand || null
const all = distinct(found.targets.map((target) => ({ ...target, path: tidyPath(target.path) })))
const targets = all.slice(0, given.maxTests ?? 12).map((target) => ({ ...target, testFile: tidyPath(target.testFile ?? usualTestFile(target)) }))
log(`${all.length} without a test, ${targets.length} get one`)

const before = (await patterns.merge([], { check: suite })).check
// A runner that finds no tests at all fails; a project without any has nothing that is red.
const isRed = !before.ok && !/no (?:test files|tests) (?:found|ran|collected)/i.test(before.output)
if (isRed) log(`The suite fails before anything is written: \`${suite}\` ended with ${before.exit}. New tests are judged alone.`)
const coverageBefore = await coverage()

phase('Write')
const written = await parallel(
  targets.map((target) => () =>
    agent.settled(writePrompt(target), { label: `test ${target.name}`, phase: 'Write', effort: 'medium', isolation: 'worktree', schema: WRITTEN }),
  ),
)

phase('Keep')
const tests = []
for (const [at, target] of targets.entries()) {
  const one = written[at]
  const said = one?.value ?? null
  const entry = { path: target.path, name: target.name, testFile: tidyPath(said?.testFile ?? target.testFile) }
  if (one === null || one.patch === null) {
    tests.push({ ...entry, kept: false, why: said?.reason ?? 'Its agent wrote nothing.', mutants: 0, noticed: 0 })
    continue
  }
  const command = mutationCommand(entry)
  const merged = await patterns.merge([one], {
    check: isRed || before.ok === false ? command : `${suite} && ${command}`,
    resolve: 'Both sides add tests. Keep all of them; what they share (imports, fixtures) stands once.',
  })
  const [, mutants = '0', noticed = '0'] = /mutants: (\d+), noticed: (\d+)/.exec(merged.check?.output ?? '') ?? []
  const isKept = merged.refused.length === 0 && merged.check.ok
  const why = isKept ? `It notices ${noticed} of ${mutants} ways to break the code.` : (merged.refused[0]?.why ?? 'Its check fails.')
  tests.push({ ...entry, kept: isKept, why: isKept ? why : reasonIn(merged.refused[0]?.output ?? '', why), mutants: Number(mutants), noticed: Number(noticed) })
}
const after = (await patterns.merge([], { check: suite })).check
const coverageAfter = await coverage()
const kept = tests.filter((test) => test.kept)
const { files } = await changes()
const expected = new Set(kept.map(({ testFile }) => testFile))
const others = files.map(({ path }) => path).filter((path) => !expected.has(path))
const flags = written.flatMap((one) => (one?.flags ?? []).map(({ reason }) => reason))
log(`${kept.length} of ${targets.length} tests kept; coverage ${shown(coverageBefore)} before, ${shown(coverageAfter)} after`)

return {
  report: reportOf(),
  tests,
  coverage: { before: coverageBefore, after: coverageAfter },
  suite: { command: suite, before: before.ok, after: after.ok },
  otherFiles: others,
  notTested: all.slice(targets.length).map(({ path, name }) => `${path}: ${name}`),
  unread: found.unread,
  flags,
}

// ---------------------------------------------------------------------------------------------------------------------

function writePrompt({ path, name, kind, testFile, reason }) {
  return `Write a test for \`${name}\` in \`${path}\`${kind === 'endpoint' ? ', the handler of an endpoint' : ''}, into the new file \`${testFile}\`. It is written with ${found.framework}, in the style of the tests that are there.

Why: ${reason}

- Read the code first. Test what it promises: usual cases, edges, errors. Expect values that you worked out from the code or saw it give, and doubt both: a wrong value that the code gives is a finding, so say it in \`reason\` and leave that case out.
- Each case has to be able to fail: afterwards operators, numbers and results of the code are changed one by one, and a test that notices nothing is dropped.
- No network, no clock, no chance; no mock of the code itself. Fixtures go beside the test. Change no other file, and never the code.
- Run it with \`${fileCommand(testFile)}\` until it passes.`
}

/** Where a test stands if the project has no convention. */
function usualTestFile({ path, name }) {
  const [, folder = '', base = '', ending = 'js'] = /^(.*\/)?([^/]+)\.(\w+)$/.exec(path) ?? []
  return ending === 'py' ? `${folder}test_${base}_${name}.py` : `${folder}${base}.${name}.test.${ending}`
}

function fileCommand(file) {
  if (found.testFileCommand?.includes('{file}')) return found.testFileCommand.replaceAll('{file}', shell(file))
  if (/pytest/.test(found.framework)) return `python3 -m pytest -q ${shell(file)}`
  if (/vitest/.test(found.framework)) return `npx vitest run ${shell(file)}`
  if (/jest/.test(found.framework)) return `npx jest ${shell(file)}`
  return `node --test ${shell(file)}`
}

/** Runs one test on its code as it is, and then on that code broken in one place at a time. */
function mutationCommand({ path, name, testFile }) {
  const order = JSON.stringify({ path, name, test: testFile, run: fileCommand(testFile) })
  return path.endsWith('.py') ? `python3 -c ${shell(BREAK_PYTHON)} ${shell(order)}` : `node -e ${shell(BREAK_NODE)} ${shell(order)}`
}

async function coverage() {
  if (coverageCommand === null) return null
  const { check } = await patterns.merge([], { check: coverageCommand })
  const [, node, python] = /all files\s*\|\s*([\d.]+)|^TOTAL\s.*?(\d+(?:\.\d+)?)%/im.exec(check.output) ?? []
  return node === undefined && python === undefined ? null : Number(node ?? python)
}

function reportOf() {
  const rows = tests.map((test) => `| \`${test.name}\` (\`${test.path}\`) | ${test.kept ? `\`${test.testFile}\`` : '–'} | ${test.kept ? `${test.noticed} of ${test.mutants}` : '–'} | ${cell(test.why)} |`)
  return [
    '# Tests',
    '',
    `${kept.length} of ${targets.length} tests are kept. Each was merged alone, passed with the suite and failed when its code was broken. Lines covered: ${shown(coverageBefore)} before, ${shown(coverageAfter)} after.`,
    `The suite (\`${suite}\`) ${before.ok ? 'passed' : isRed ? 'failed' : 'had no tests'} before and ${after.ok ? 'passes' : 'fails'} now.`,
    '',
    '| Tested | Test | Broken code noticed | |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...(others.length > 0 ? ['', '## Other files that were changed', '', ...others.map((path) => `- \`${path}\``)] : []),
    ...(all.length > targets.length ? ['', '## Without a test still', '', ...all.slice(targets.length).map(({ path, name }) => `- \`${name}\` in \`${path}\``)] : []),
    ...(found.unread.length > 0 ? ['', '## Not looked at', '', ...found.unread.map((path) => `- ${path}`)] : []),
    ...(flags.length > 0 ? ['', '## Flagged', '', ...flags.map((flag) => `- ${flag}`)] : []),
  ].join('\n')
}

/** What a check says of itself, where it does. */
function reasonIn(output, otherwise) {
  return /^(?:not kept: .*)$/m.exec(output)?.[0].replace('not kept: ', '') ?? otherwise
}

function distinct(list) {
  const byName = new Map()
  for (const one of list) if (!byName.has(`${one.path} ${one.name}`)) byName.set(`${one.path} ${one.name}`, one)
  return [...byName.values()]
}

function shown(percent) {
  return percent === null ? 'not measured' : `${percent} %`
}

function cell(text) {
  return String(text).replace(/\|/g, '\\|').replace(/\s+/g, ' ').trim()
}

function shell(text) {
  return `'${String(text).replaceAll("'", `'\\''`)}'`
}

function tidyPath(path) {
  return path.trim().replace(/^`|`$/g, '').replace(/^(?:\.\/)+/, '')
}
