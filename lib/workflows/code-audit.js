// Scouts a repository, audits its modules side by side, has every finding checked by somebody who tries to refute it,
// and folds what stands into one ranked report. Works on any language: nothing here knows one.
export const meta = {
  name: 'code-audit',
  description: 'Audit a codebase: one agent a module, every finding checked by a second agent, one ranked report.',
  whenToUse: 'When you want to know what is wrong in a repository, with file and line, before somebody else finds it.',
  phases: [
    { title: 'Scout', detail: 'Find the modules worth reading' },
    { title: 'Audit', detail: 'One agent a module, against a checklist' },
    { title: 'Verify', detail: 'A second agent tries to refute each finding' },
    { title: 'Report', detail: 'Rank what stands and sum it up', model: 'opus' },
  ],
  needs: ['workspace'],
  args: {
    type: 'object',
    properties: {
      focus: { type: 'string', title: 'Focus', description: 'What to look for first, for example "security". Empty: everything.' },
      maxModules: { type: 'integer', title: 'Max modules', minimum: 1, maximum: 200, default: 40 },
      maxFindings: { type: 'integer', title: 'Max findings to verify', minimum: 1, maximum: 500, default: 120 },
    },
  },
}

const given = typeof args === 'string' ? JSON.parse(args || '{}') : (args ?? {})
const focus = given.focus ? `Look first for: ${given.focus}.` : ''
const maxModules = given.maxModules ?? 40
const maxFindings = given.maxFindings ?? 120

const CHECKLIST = [
  'Errors that are swallowed: an empty catch, a promise whose rejection nobody sees, an ignored return code',
  'Injection: eval or exec of built strings, SQL or shell commands put together from input, unescaped HTML',
  'Secrets in the source: keys, tokens, passwords',
  'Weak or misused cryptography',
  'Types that lie: any, unchecked casts, suppressed checker errors',
  'Functions so long or tangled that a change in them is a risk',
  'Work left undone: TODO, FIXME, HACK, debugging output',
]

const MODULES = {
  type: 'object',
  properties: {
    modules: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', description: 'Short name' },
          path: { type: 'string', description: 'Folder or file, relative to the root' },
          reason: { type: 'string', description: 'Why it is worth an audit' },
        },
        required: ['name', 'path'],
      },
    },
  },
  required: ['modules'],
}

const FINDINGS = {
  type: 'object',
  properties: {
    findings: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          file: { type: 'string', description: 'Path relative to the root, as the tools show it' },
          line: { type: 'integer', minimum: 1, description: 'The line, as read_file numbers it' },
          severity: { enum: ['critical', 'high', 'medium', 'low'] },
          title: { type: 'string', description: 'One line' },
          explanation: { type: 'string', description: 'What goes wrong, and when' },
          evidence: { type: 'string', description: 'The text of that line, copied' },
        },
        required: ['file', 'line', 'severity', 'title', 'explanation', 'evidence'],
      },
    },
  },
  required: ['findings'],
}

const VERDICT = {
  type: 'object',
  properties: {
    verdict: { enum: ['confirmed', 'refuted', 'unverified'] },
    reason: { type: 'string' },
  },
  required: ['verdict', 'reason'],
}

phase('Scout')
const scouted = await agent(
  `Survey this repository and name the modules worth auditing: folders (or single large files) that hold source code of its own, not dependencies, generated files or assets. At most ${maxModules}, the riskiest first. ${focus}`,
  { label: 'scout', schema: MODULES },
)
const seen = new Set()
const modules = (scouted?.modules ?? [])
  .filter((module) => {
    const path = module.path.replace(/\/+$/, '')
    if (seen.has(path)) return false
    seen.add(path)
    return true
  })
  .slice(0, maxModules)
log(scouted === null ? 'The scout did not answer; the whole folder is audited as one module.' : `${modules.length} modules to audit`)
if (modules.length === 0) modules.push({ name: 'everything', path: '.' })

phase('Audit')
const asked = await parallel(
  modules.map((module) => () =>
    agent.settled(
      `Audit the module "${module.name}" at \`${module.path}\`. ${focus}\n\nChecklist:\n${CHECKLIST.map((item) => `- ${item}`).join('\n')}\n\nReport only what you saw with the tools, with the exact file and line. Nothing found is a good answer: then give an empty list.`,
      { label: `audit ${module.name}`, phase: 'Audit', schema: FINDINGS },
    ),
  ),
)
const audits = asked.map((one) => one?.value ?? null)
const unread = modules.filter((_, index) => audits[index] === null).map((module) => module.path)
// What an auditor flagged itself goes on with its findings, so that nobody below takes them for certain.
const flags = asked.flatMap((one, index) => (one?.flags ?? []).map((flag) => `${modules[index].path}: ${flag.kind}, ${flag.reason}`))

const RANK = { critical: 0, high: 1, medium: 2, low: 3 }
const byPlace = new Map()
for (const finding of audits.flatMap((audit) => audit?.findings ?? [])) {
  const place = `${finding.file}:${finding.line}`
  const known = byPlace.get(place)
  if (!known || RANK[finding.severity] < RANK[known.severity]) byPlace.set(place, finding)
}
const candidates = [...byPlace.values()].sort(
  (a, b) => RANK[a.severity] - RANK[b.severity] || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line),
)
const checked = candidates.slice(0, maxFindings)
log(`${candidates.length} findings, ${checked.length} to verify`)

phase('Verify')
const checks = await parallel(
  checked.map((finding) => () =>
    agent.settled(
      `Try to refute this finding about the repository. Read the file around the line before you judge.\n\n${JSON.stringify(finding, null, 2)}\n\nconfirmed: the line is there and the problem is real. refuted: it is not there, or it is no problem. unverified: you could not tell.`,
      { label: `verify ${finding.file}:${finding.line}`, phase: 'Verify', schema: VERDICT },
    ),
  ),
)
// A checker that died, or flags its own answer, has confirmed nothing and refuted nothing.
const judged = checked.map((finding, index) => {
  const check = checks[index]
  const verdict = check?.value ?? null
  if (verdict === null) return { ...finding, verdict: 'unverified', reason: 'The checker did not answer.' }
  const flagged = (check.flags ?? []).find((flag) => flag.kind !== 'incomplete')
  if (flagged !== undefined) return { ...finding, verdict: 'unverified', reason: `${verdict.reason} The checker was not sure: ${flagged.reason}` }
  return { ...finding, ...verdict }
})
for (const finding of candidates.slice(maxFindings)) judged.push({ ...finding, verdict: 'unverified', reason: 'Beyond the number of findings to verify.' })
const findings = judged.filter((finding) => finding.verdict !== 'refuted')
const refuted = judged.filter((finding) => finding.verdict === 'refuted')

phase('Report')
const count = (verdict) => judged.filter((finding) => finding.verdict === verdict).length
const numbers = `${modules.length} modules, ${judged.length} findings: ${count('confirmed')} confirmed, ${count('refuted')} refuted, ${count('unverified')} unverified`
log(numbers)
const summary =
  findings.length === 0
    ? 'Nothing that stood up to a second look was found.'
    : await agent(
        `Write the opening of an audit report in Markdown: at most two short paragraphs on what matters most and what to do first, then a list of the patterns you see, each with the places (file:line) that show it. Use only these findings, and say where one is unverified.${flags.length > 0 ? ` The auditors were unsure here, so say what may be missing:\n${flags.slice(0, 20).map((flag) => `- ${flag}`).join('\n')}` : ''}\n\n${JSON.stringify(
          findings.slice(0, 60).map(({ file, line, severity, title, verdict }) => ({ file, line, severity, title, verdict })),
        )}`,
        { label: 'summary', phase: 'Report', model: 'opus', tools: [] },
      )

const cell = (text) => String(text).replace(/\|/g, '\\|').replace(/\s+/g, ' ').trim()
const table = findings.map((finding) => `| ${finding.severity} | \`${finding.file}:${finding.line}\` | ${cell(finding.title)} | ${finding.verdict} |`)
const report = [
  '# Code audit',
  '',
  `${numbers}.${unread.length > 0 ? ` Not read, because their agents failed: ${unread.join(', ')}.` : ''}`,
  ...(flags.length > 0 ? ['', `Flagged: ${flags.join('; ')}`] : []),
  '',
  summary ?? '_The summary could not be written; the findings below are complete._',
  '',
  '## Findings',
  '',
  ...(findings.length > 0 ? ['| Severity | Place | Finding | Verdict |', '| --- | --- | --- | --- |', ...table] : ['None.']),
].join('\n')

return { report, findings, refuted, modules: modules.map((module) => module.path), unread, flags }
