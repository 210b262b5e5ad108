// Changes code across modules in three waves: first what the change is and where it bites, then a proposal for each
// module side by side and one interface made of them, then the change itself, module by module, merged and checked.
export const meta = {
  name: 'refactor',
  description: 'Change code across modules: understand the contract, propose per module, settle one interface, change, merge and check.',
  whenToUse: 'When one change touches many files at once: a rename, another signature, a call that moves to another module.',
  phases: [
    { title: 'Understand', detail: 'The contract, and every place that relies on it' },
    { title: 'Propose', detail: 'One agent a module: how it changes' },
    { title: 'Reconcile', detail: 'One interface of all proposals', model: 'opus' },
    { title: 'Change', detail: 'One agent a module, each with files of its own; then merge and check' },
  ],
  needs: ['workspace', 'write'],
  args: {
    type: 'object',
    properties: {
      goal: { type: 'string', title: 'Goal', description: 'The change, for example "Rename `loadUser` to `fetchUser`".', minLength: 1 },
      check: {
        type: 'string',
        title: 'Check',
        description: 'A command that has to succeed before and after, for example "npm test". Needs the shell. Empty: nothing is checked.',
      },
      maxModules: { type: 'integer', title: 'Max modules', description: 'Agents that change files side by side.', minimum: 1, maximum: 100, default: 12 },
      ask: {
        type: 'boolean',
        title: 'Ask me',
        description: 'Shows the interface, and waits for your word before anything is changed. What the proposals leave open is asked in any case.',
        default: false,
      },
    },
    required: ['goal'],
  },
}

const SITES = {
  type: 'object',
  properties: {
    contract: { type: 'string', description: 'What callers rely on today: names, parameters, results, errors, order, and where it stands (file:line)' },
    definition: { type: 'string', description: 'The file in which it is defined, relative to the root; empty if there is none' },
    sites: {
      type: 'array',
      maxItems: 2000,
      items: {
        type: 'object',
        properties: {
          path: { type: 'string', description: 'File, relative to the root' },
          line: { type: 'integer', minimum: 1 },
          text: { type: 'string', description: 'The line, copied' },
        },
        required: ['path', 'line', 'text'],
      },
    },
  },
  required: ['contract', 'definition', 'sites'],
}

const PROPOSAL = {
  type: 'object',
  properties: {
    interface: { type: 'string', description: 'The new contract as this module needs it, as precise as code' },
    steps: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, change: { type: 'string' } }, required: ['path', 'change'] },
    },
    open: { type: 'array', items: { type: 'string' }, description: 'What somebody has to decide that you cannot. Empty if nothing' },
  },
  required: ['interface', 'steps', 'open'],
}

const SETTLED = {
  type: 'object',
  properties: {
    interface: { type: 'string', description: 'The one contract that all modules change to, as precise as code' },
    decisions: { type: 'array', items: { type: 'string' }, description: 'Where the proposals differed, what holds now and why' },
    open: { type: 'array', items: { type: 'string' }, description: 'What only a person can decide. Empty if nothing' },
  },
  required: ['interface', 'decisions', 'open'],
}

const given = typeof args === 'string' ? { goal: args } : (args ?? {})
if (typeof given.goal !== 'string' || given.goal.trim() === '') throw new Error('Give the goal: args.goal, a sentence or more.')
const goal = given.goal.trim()
const check = typeof given.check === 'string' && given.check.trim() !== '' ? given.check.trim() : null
const maxModules = given.maxModules ?? 12

// A check that fails before anything was changed blames nobody afterwards, so it is run first.
phase('Understand')
const before = check === null ? null : (await patterns.merge([], { check })).check
if (before !== null && !before.ok) log(`The check fails before anything was changed: ${firstLine(before.output)}`)

const understood = await agent(
  `Understand this change before anything is changed. Nothing is edited now.

# Goal
${goal}

# How
1. Find what it is about with search_files, and read where it is defined: what do callers rely on today?
2. List every place that has to change: definitions, callers, tests, types, documentation, configuration, names in texts. Search for every way it may be written; a place you miss is broken afterwards. Take file and line from what the tools showed.`,
  { label: 'contract', phase: 'Understand', effort: 'high', schema: SITES },
)
if (understood === null) throw new Error('Nobody could say what has to change. Launch again, or say the goal more precisely.')
const modules = modulesOf(understood.sites, maxModules)
log(`${understood.sites.length} places in ${modules.flatMap(({ files }) => files).length} files, ${modules.length} modules`)
if (modules.length === 0)
  return { report: `# Refactoring\n\n${goal}\n\nNothing has to change: no place of it was found.\n\n${understood.contract}`, changed: [], check: before }

phase('Propose')
const proposals = await parallel(
  modules.map((module) => () =>
    agent.settled(
      `Propose how one module changes. Nothing is edited now.

# Goal
${goal}

# The contract today
${understood.contract}

# Your module: only these files
Others propose for the rest; read only these files:
${listed(module.files)}

# Places in it
${module.sites.map(({ path, line, text }) => `- \`${path}:${line}\` ${text}`).join('\n')}

Say the new contract as your module needs it, the steps file by file, and what somebody has to decide first.`,
      { label: `propose ${module.name}`, phase: 'Propose', effort: 'medium', schema: PROPOSAL },
    ),
  ),
)
const answered = proposals.flatMap((one, at) => (one?.value ? [{ module: modules[at].name, ...one.value }] : []))

phase('Reconcile')
const settled = await agent(
  `Settle one interface of these proposals, so that modules can be changed side by side by agents that do not talk to each other.

# Goal
${goal}

# The contract today
${understood.contract}

# Proposals
${JSON.stringify(answered, null, 1)}

Where they differ decide, and say why. Leave open only what nobody can decide from the code and the goal.`,
  { label: 'reconcile', phase: 'Reconcile', model: 'opus', effort: 'high', schema: SETTLED, tools: [] },
)
if (settled === null) throw new Error('The proposals could not be brought together. What was proposed stands in the run.')
const said = await decided(settled)
if (said === 'stop') return { report: `# Refactoring\n\n${goal}\n\nStopped before anything was changed.\n\n${settled.interface}`, changed: [], stopped: true }

phase('Change')
const edits = await parallel(
  modules.map((module) => () =>
    agent.settled(
      `Make this change in one module.

# Goal
${goal}

# The interface, settled for all modules
${settled.interface}
${settled.decisions.map((decision) => `- ${decision}`).join('\n')}${said === '' ? '' : `\n\n# Decided by a person\n${said}`}

# Your part
Change only these files; others change the rest at the same time, and all of it is merged:
${listed(module.files)}

Read each whole before you edit it. Change nothing else: no formatting, no other improvements. Do not keep the old beside the new unless the interface says so. What you run here may fail until all parts are merged. Answer with the files, what changed in each, and what you left open.`,
      { label: `change ${module.name}`, phase: 'Change', effort: 'medium', isolation: 'worktree' },
    ),
  ),
)
const merged = await patterns.merge(edits.filter(Boolean), {
  ...(check === null || (before !== null && !before.ok) ? {} : { check }),
  resolve: `Both sides work toward one goal: ${goal}. The interface all agreed on: ${settled.interface}`,
})
const { files, revision } = await changes()
const missing = modules.filter((_, at) => edits[at] === null || edits[at].value === null).map(({ name }) => name)
const flags = [...proposals, ...edits].flatMap((one) => (one?.flags ?? []).map(({ reason }) => reason))

return {
  report: reportOf(),
  goal,
  interface: settled.interface,
  decisions: settled.decisions,
  changed: files.map(({ path }) => path),
  refused: merged.refused,
  check: merged.check,
  missing,
  flags,
  revision,
}

// ---------------------------------------------------------------------------------------------------------------------

/** A person's word on the interface: '' where nobody was asked, 'stop' where it ends here. */
async function decided({ interface: told, decisions, open }) {
  if (open.length === 0 && given.ask !== true) return ''
  const detail = [told, ...decisions.map((decision) => `- ${decision}`), ...(open.length === 0 ? [] : ['', 'To be decided:', ...open.map((one) => `- ${one}`)])]
  const answer = await checkpoint({
    title: open.length === 0 ? 'Change to this interface?' : `Decide ${open.length === 1 ? 'one question' : `${open.length} questions`} before files are changed`,
    detail: detail.join('\n'),
    input: {
      type: 'object',
      properties: {
        decision: { type: 'string', enum: ['change', 'stop'], title: 'Decision' },
        words: { type: 'string', title: 'What holds', description: 'Your decisions, in words; agents are told them.' },
      },
      required: ['decision'],
    },
  })
  return answer.decision === 'stop' ? 'stop' : (answer.words ?? '').trim()
}

/** Files with their sites, as at most so many modules: those of one folder together, the largest groups first. */
function modulesOf(sites, most) {
  const byFile = new Map()
  for (const site of sites) {
    const path = tidyPath(site.path)
    byFile.set(path, [...(byFile.get(path) ?? []), { ...site, path }])
  }
  const byFolder = new Map()
  for (const [path, own] of byFile) {
    const folder = path.split('/').slice(0, -1).join('/') || '.'
    const known = byFolder.get(folder) ?? { name: folder, files: [], sites: [] }
    byFolder.set(folder, { name: folder, files: [...known.files, path], sites: [...known.sites, ...own] })
  }
  const groups = [...byFolder.values()].sort((a, b) => b.sites.length - a.sites.length)
  while (groups.length > most) {
    const [last, other] = [groups.pop(), groups.pop()]
    groups.push({ name: `${other.name} and ${last.name}`, files: [...other.files, ...last.files], sites: [...other.sites, ...last.sites] })
    groups.sort((a, b) => b.sites.length - a.sites.length)
  }
  return groups
}

function reportOf() {
  const outcome =
    merged.check === null
      ? check === null
        ? 'Nothing was checked: no command was given.'
        : `\`${check}\` failed before anything was changed, so it says nothing of the change.`
      : `\`${check}\` ${merged.check.ok ? 'succeeds' : 'fails'} on the merged files${merged.check.fixedBy ? ', after an agent had mended them' : ''}.`
  return [
    '# Refactoring',
    '',
    goal,
    '',
    `${files.length} files changed by ${merged.merged.length} of ${modules.length} agents. ${outcome} The workspace is as it was until the changes are applied.`,
    '',
    '## The interface',
    '',
    settled.interface,
    '',
    ...settled.decisions.map((decision) => `- ${decision}`),
    '',
    '## Files',
    '',
    ...(files.length > 0 ? files.map(({ path, added, removed }) => `- \`${path}\` (+${added} −${removed})`) : ['None.']),
    ...(merged.refused.length > 0 ? ['', '## Not merged', '', ...merged.refused.map(({ agentId, why }) => `- ${agentId}: ${why}`)] : []),
    ...(missing.length > 0 ? ['', '## Without an answer', '', ...missing.map((name) => `- ${name}`)] : []),
    ...(flags.length > 0 ? ['', '## Flagged', '', ...flags.map((flag) => `- ${flag}`)] : []),
    ...(merged.check !== null && !merged.check.ok ? ['', '## What the check says', '', '```', merged.check.output.slice(-3_000), '```'] : []),
  ].join('\n')
}

function listed(paths) {
  return paths.map((path) => `- \`${path}\``).join('\n')
}

function firstLine(text) {
  return text.trim().split('\n')[0] ?? ''
}

function tidyPath(path) {
  return path.trim().replace(/^`|`$/g, '').replace(/^(?:\.\/)+/, '')
}
