// A goal in words becomes a script: a planner surveys the files and writes it, a person reads, changes or approves it,
// and then it runs here, in the same run, under the same limits.
export const meta = {
  name: 'plan-first',
  description: 'Give a goal in words: a planner writes the workflow, you read it, change it or approve it, and it runs.',
  whenToUse: 'When you want to see how a problem would be divided before anything is spent on it.',
  phases: [{ title: 'Plan', detail: 'Survey, write the script, and try it on the simulator', model: 'opus' }],
  args: {
    type: 'object',
    properties: {
      goal: { type: 'string', title: 'Goal', description: 'The result you want, in your own words.', minLength: 1 },
    },
    required: ['goal'],
  },
}

const given = typeof args === 'string' ? { goal: args } : (args ?? {})
if (typeof given.goal !== 'string' || given.goal.trim() === '') throw new Error('Give the goal: args.goal, a sentence or more.')
const goal = given.goal.trim()

const DIALECT = `A workflow is plain JavaScript without imports, TypeScript or any I/O of its own. It begins with a pure literal:

export const meta = { name: 'short-name', description: 'One sentence', phases: [{ title: 'Inspect' }, { title: 'Report' }] }

What follows is the body of an async function; it may use await and return at the top level. What it returns is the result.
- agent(prompt, { label, phase, schema, model, effort, tools }) runs one subagent with a context of its own: put all it must know into the prompt. It resolves to its final text, or to an object that fits \`schema\` (a JSON Schema whose root is an object), or to null if it died: always expect null.
- parallel([() => agent(…), …]) runs functions side by side and waits for all; a failed one gives null.
- pipeline(items, stage1, stage2, …) lets every item flow through the stages on its own; a stage gets (previous, item, index).
- phase('Title') names the group of the agents that follow. log('…') tells people something.
- Date.now(), new Date() and Math.random() throw. There is no file access: agents have list_files, search_files and read_file, the script has not.
- Sum up at the end with one agent that gets all answers, and return an object.`

const PLAN = {
  type: 'object',
  properties: {
    script: { type: 'string', maxLength: 200000, description: 'script: the whole source of the workflow, beginning with export const meta' },
    summary: { type: 'string', description: 'What it does, in a few sentences for the person who decides' },
  },
  required: ['script', 'summary'],
}

const decisionSchema = (script) => ({
  type: 'object',
  properties: {
    decision: { type: 'string', enum: ['run', 'change', 'stop'], title: 'Decision' },
    script: { type: 'string', format: 'workflow-script', title: 'Script', default: script, maxLength: 200000 },
    change: { type: 'string', title: 'What to change, in words' },
  },
  required: ['decision'],
})

const planner = (earlier, change) => `Write the workflow that reaches this goal.

# Goal
${goal}

# The dialect
${DIALECT}

# How
Survey the files with your tools if you have any, only as far as you need to divide the work. Then write a script that fans out as widely as the work can be divided, checks what should not be believed unchecked, and folds the answers into one. Name folders and files only if you have seen them. Your script is tried on a simulator before a person sees it.${
  earlier === null ? '' : `\n\n# Your script so far\n${earlier}\n\n# Change\n${change}`
}`

phase('Plan')
let script = null
let change = ''
for (let round = 1; round <= 20; round++) {
  const plan = await agent(planner(script, change), {
    label: round === 1 ? 'planner' : `planner, change ${round - 1}`,
    phase: 'Plan',
    schema: PLAN,
    check: 'workflow',
    retries: 10,
  })
  if (plan === null) throw new Error('The planner did not come to a script. Launch again, or write the workflow yourself.')
  script = plan.script
  const decided = await checkpoint({ title: 'Run this plan?', detail: plan.summary, input: decisionSchema(script) })
  if (decided.decision === 'stop') return { planned: script, ran: false }
  if (typeof decided.script === 'string' && decided.script.trim() !== '') script = decided.script
  if (decided.decision === 'run') return await workflow({ script }, { goal })
  change = (decided.change ?? '').trim() || 'Make it better.'
  log(`Asked to change: ${change}`)
}
throw new Error('Twenty changes were asked for without a decision to run. Launch again with a clearer goal.')
