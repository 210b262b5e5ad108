import { type Evidence, modulesOf } from './evidence'
import { goalOf, sectionOf } from './goal'
import { renameIn } from './hands/rename'
import { SOURCE_FILE } from './paths'
import { keySentences } from './sentences'

/** What kind of work a goal in words is. */
export type GoalKind = 'audit' | 'tests' | 'refactoring' | 'research'

const KINDS: readonly [GoalKind, RegExp][] = [
  [
    'tests',
    /\b(unit[- ]?tests?|tests?|coverage|test cases|testf[aä]lle|abdeckung|pruebas|couverture)\b|テスト|测试/iu,
  ],
  [
    'refactoring',
    /\b(refactor\w*|migrat\w*|renam\w*|rewrit\w*|moderni[sz]\w*|upgrad\w*|convert\w*|split up|umbau\w*|umbenenn\w*|refactoriza\w*|migrer)\b|リファクタ|重构/iu,
  ],
  [
    'audit',
    /\b(audit\w*|review\w*|bugs?|secur\w*|vulnerab\w*|danger\w*|weak\w*|wrong|problems?|smells?|fehler|sicherheit\w*|pr[uü]fe\w*|errores|seguridad|erreurs)\b|監査|脆弱|审计/iu,
  ],
]

const CHANGE_HEADING =
  /^(changes?|change request|what to change|änderung(en)?|cambios?|modifications?|変更)/iu
const MOST_PARTS = 24
const NAMED_PARTS = 3

/** True for a request to write a workflow: it shows the dialect, whatever else it says. */
export function asksForScript(task: string): boolean {
  return /export\s+const\s+meta/.test(task) && /\bagent\s*\(/.test(task)
}

/** The kind of a goal: the first whose words it speaks; research needs none. */
export function kindOfGoal(goal: string): GoalKind {
  return KINDS.find(([, words]) => words.test(goal))?.[0] ?? 'research'
}

/**
 * A workflow for the goal of a request, over what was seen of the files, with the changes that it asks for.
 */
export function writeScript(task: string, evidence: Evidence): string {
  const goal = goalOf(task)
  const change = sectionOf(task, CHANGE_HEADING) ?? ''
  const subject: Subject = {
    goal: change === '' ? goal : `${goal}\n\nAlso: ${change}`,
    parts: partsOf(goal, evidence, mostIn(change)),
    model: /\b(opus|sonnet|haiku|fable)\b/i.exec(change)?.[1]?.toLowerCase() ?? null,
    isChecked:
      !/\b(no|without|skip|drop|remove|ohne|sin|sans)\b[^.]*\b(verif\w*|check\w*|review\w*|prüf\w*)/i.test(
        change,
      ),
  }
  const hands = {
    write: /agents change files in this run/i.test(task),
    run: /commands can be run/i.test(task),
  }
  switch (kindOfGoal(goal)) {
    case 'audit':
      return auditScript(subject)
    case 'tests':
      return hands.run ? testWritingScript(subject, untestedIn(evidence)) : testsScript(subject)
    case 'refactoring':
      return hands.write && renameIn(goal) !== null ? renamingScript(subject) : refactoringScript(subject)
    case 'research':
      return researchScript(subject)
  }
}

interface Subject {
  goal: string
  parts: string[]
  model: string | null
  isChecked: boolean
}

function partsOf(goal: string, evidence: Evidence, most: number): string[] {
  const modules = modulesOf(evidence).filter(({ files }) => files.some((file) => SOURCE_FILE.test(file)))
  const paths = modules.map(({ path }) => path)
  if (paths.length > 0) return paths.slice(0, most)
  const named = keySentences(goal, 5)
  return (
    named.length > 1 ? named : ['what is known', 'what speaks against it', 'what it would change']
  ).slice(0, most)
}

function mostIn(change: string): number {
  const said = /\b([1-9]\d?)\b/.exec(change)?.[1]
  return said === undefined ? MOST_PARTS : Math.min(MOST_PARTS, Number(said))
}

/** What the parts are called, as the end of a name: `-of-billing-login-and-3-more`. */
function subjectWords(parts: readonly string[]): string {
  const slugs = parts
    .map((part) => (part.split('/').at(-1) ?? '').replace(/\.\w+$/, '').toLowerCase())
    .map((part) => part.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, ''))
    .filter((part) => part !== '' && part.length <= 24)
  if (slugs.length === 0) return ''
  const more = slugs.length - NAMED_PARTS
  const named = slugs.slice(0, NAMED_PARTS)
  const last = more > 0 ? `${more}-more` : named.pop()
  return `-of-${named.length === 0 ? last : `${named.join('-')}-and-${last}`}`
}

function head(
  name: string,
  description: string,
  phases: readonly string[],
  { goal, parts }: Subject,
): string {
  const meta = {
    name: `${name}${subjectWords(parts)}`,
    description,
    phases: phases.map((title) => ({ title })),
  }
  return `export const meta = ${JSON.stringify(meta, null, 2)}\n\nconst GOAL = ${JSON.stringify(goal)}\nconst PARTS = ${JSON.stringify(parts, null, 2)}\n`
}

/** More options of a call, as source: the model that was asked for, if one was. */
function also({ model }: Subject): string {
  return model === null ? '' : `, model: '${model}'`
}

function auditScript(subject: Subject): string {
  const verify = subject.isChecked
    ? `
phase('Verify')
const verdicts = await parallel(found.map((finding) => () => agent(
  'Try to refute this finding; look at the place it names.\\n' + JSON.stringify(finding),
  { label: 'verify ' + finding.path, schema: VERDICT${also(subject)} },
)))
const kept = found.filter((finding, at) => verdicts[at] === null || verdicts[at].verdict !== 'refuted')
`
    : '\nconst kept = found\n'
  return `${head('planned-audit', 'Inspect every part, check what is found, rank what stands.', subject.isChecked ? ['Inspect', 'Verify', 'Report'] : ['Inspect', 'Report'], subject)}
const FINDINGS = {
  type: 'object',
  properties: { findings: { type: 'array', items: {
    type: 'object',
    properties: { path: { type: 'string' }, line: { type: 'integer' }, severity: { enum: ['low', 'medium', 'high', 'critical'] }, title: { type: 'string' } },
    required: ['path', 'line', 'severity', 'title'],
  } } },
  required: ['findings'],
}
const VERDICT = {
  type: 'object',
  properties: { verdict: { enum: ['confirmed', 'refuted', 'unverified'] }, reason: { type: 'string' } },
  required: ['verdict'],
}

phase('Inspect')
const inspected = await parallel(PARTS.map((part) => () => agent(
  GOAL + '\\n\\nInspect only the files under \`' + part + '\` and report findings with file and line.',
  { label: 'inspect ' + part, schema: FINDINGS${also(subject)} },
)))
const found = inspected.filter(Boolean).flatMap((answer) => answer.findings)
log(found.length + ' findings from ' + PARTS.length + ' parts')
${verify}
phase('Report')
const report = await agent(
  GOAL + '\\n\\nRank these findings and write the report.\\n' + JSON.stringify(kept),
  { label: 'report' },
)
return { report, findings: kept, missing: inspected.filter((answer) => answer === null).length }
`
}

function testsScript(subject: Subject): string {
  const review = subject.isChecked
    ? `  (draft, part) => agent(
    'Review these test cases for ' + part + ': which behaviour is still untested, which case cannot fail?\\n' + draft,
    { label: 'review ' + part, phase: 'Review'${also(subject)} },
  ).then((review) => ({ part, draft, review })),
`
    : '  (draft, part) => ({ part, draft, review: null }),\n'
  return `${head('planned-tests', 'Find what is untested, write cases, and let another agent review each set.', subject.isChecked ? ['Understand', 'Write', 'Review', 'Fold'] : ['Understand', 'Write', 'Fold'], subject)}
// Every part flows through its stages on its own: a quick one does not wait for a slow one.
const sets = await pipeline(PARTS,
  (part) => agent(
    GOAL + '\\n\\nRead \`' + part + '\` and list its public behaviour, and which of it no test covers.',
    { label: 'understand ' + part, phase: 'Understand'${also(subject)} },
  ),
  (behaviour, part) => agent(
    'Write test cases for ' + part + ', as code in the style of the project, for this behaviour:\\n' + behaviour,
    { label: 'write ' + part, phase: 'Write'${also(subject)} },
  ),
${review})
const done = sets.filter(Boolean)
phase('Fold')
const plan = await agent(
  GOAL + '\\n\\nPut these sets into one order of work, most valuable first.\\n' + JSON.stringify(done.map(({ part, review }) => ({ part, review }))),
  { label: 'fold' },
)
return { plan, sets: done, missing: PARTS.length - done.length }
`
}

function refactoringScript(subject: Subject): string {
  const check = subject.isChecked
    ? `
phase('Check')
const objections = await parallel(['behaviour that would change', 'callers that would break'].map((angle) => () => agent(
  'Look for ' + angle + ' in this plan; name file and line.\\n' + order, { label: angle${also(subject)} },
)))
`
    : '\nconst objections = []\n'
  return `${head('planned-refactoring', 'Understand the contract, propose per part, reconcile, and order the steps.', ['Contract', 'Propose', 'Reconcile', ...(subject.isChecked ? ['Check'] : [])], subject)}
phase('Contract')
const contract = await agent(
  GOAL + '\\n\\nBefore anything changes: what is the contract that callers rely on, and where does it stand?',
  { label: 'contract' },
)

phase('Propose')
const proposals = await parallel(PARTS.map((part) => () => agent(
  GOAL + '\\n\\nThe contract:\\n' + contract + '\\n\\nPropose the change for \`' + part + '\` alone: which files, which lines, in which order.',
  { label: 'propose ' + part${also(subject)} },
)))

phase('Reconcile')
const order = await agent(
  'Reconcile these proposals into one order of steps without conflicts.\\n' + JSON.stringify(proposals.filter(Boolean)),
  { label: 'reconcile' },
)
${check}
return { contract, order, objections, missing: proposals.filter((one) => one === null).length }
`
}

/** Really renames: every part at once, each in files of its own, and then merged. */
function renamingScript(subject: Subject): string {
  return `${head('planned-rename', 'Every part renames its own places at once; what they changed is merged.', ['Change', 'Merge'], subject)}
phase('Change')
const edits = await parallel(PARTS.map((part) => () => agent.settled(
  GOAL + '\\n\\nYour part: only the files under \`' + part + '\`; others change the rest at the same time.',
  { label: 'change ' + part, isolation: 'worktree'${also(subject)} },
)))
phase('Merge')
const merged = await patterns.merge(edits.filter(Boolean))
const { files } = await changes()
return { changed: files.map(({ path }) => path), refused: merged.refused, missing: edits.filter((one) => one === null).length }
`
}

/** Functions that can be tested, as far as files were seen. */
function untestedIn(evidence: Evidence): string[] {
  return evidence.files
    .filter((path) => SOURCE_FILE.test(path) && !/[._-]test\.|(?:^|\/)tests?\//.test(path))
    .slice(0, MOST_PARTS)
}

/** Really writes tests: finds the functions of each file, has a test written for each, and merges what passes. */
function testWritingScript(subject: Subject, files: readonly string[]): string {
  return `${head('planned-tests', 'Find functions without a test, write and run one each, and merge what passes.', ['Find', 'Write', 'Merge'], { ...subject, parts: files.length > 0 ? [...files] : subject.parts })}
const TARGETS = {
  type: 'object',
  properties: {
    testCommand: { type: 'string' },
    targets: { type: 'array', items: { type: 'object', properties: { path: { type: 'string' }, name: { type: 'string' } }, required: ['path', 'name'] } },
  },
  required: ['testCommand', 'targets'],
}

phase('Find')
const found = await agent(
  GOAL + '\\n\\nFind the functions that no test names, and how the tests are run. Files:\\n' + PARTS.join('\\n'),
  { label: 'find', schema: TARGETS${also(subject)} },
)
const targets = (found === null ? [] : found.targets).slice(0, ${MOST_PARTS})

phase('Write')
const written = await parallel(targets.map(({ path, name }) => () => agent.settled(
  'Write a test for \`' + name + '\` in \`' + path + '\`, in a new file beside it, and run it.',
  { label: 'test ' + name, isolation: 'worktree'${also(subject)} },
)))

phase('Merge')
const merged = await patterns.merge(written.filter(Boolean), found === null ? {} : { check: found.testCommand })
const { files } = await changes()
return { tests: files.map(({ path }) => path), refused: merged.refused, check: merged.check }
`
}

function researchScript(subject: Subject): string {
  const critique = subject.isChecked
    ? `
phase('Challenge')
const challenges = await parallel(known.map(({ part, answer }) => () => agent(
  'Challenge this answer: what is unfounded, what is missing?\\n' + answer, { label: 'challenge ' + part.slice(0, 40)${also(subject)} },
)))
`
    : '\nconst challenges = []\n'
  return `${head('planned-research', 'Ask every side of the question, challenge the answers, and conclude.', subject.isChecked ? ['Ask', 'Challenge', 'Conclude'] : ['Ask', 'Conclude'], subject)}
phase('Ask')
const answers = await parallel(PARTS.map((part) => () => agent(
  GOAL + '\\n\\nYour side of it: ' + part, { label: part.slice(0, 60)${also(subject)} },
)))
const known = PARTS.map((part, at) => ({ part, answer: answers[at] })).filter(({ answer }) => answer !== null)
${critique}
phase('Conclude')
const conclusion = await agent(
  GOAL + '\\n\\nConclude from these answers and what was said against them.\\n' + JSON.stringify({ known, challenges }),
  { label: 'conclude' },
)
return { conclusion, known, missing: PARTS.length - known.length }
`
}
