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

// A run whose agents change no files has no revision of its own; whether commands may be run is found by running one.
const canWrite = (await changes()).revision !== null
const canRun = canWrite && (await patterns.merge([], { check: 'true' }).then(() => true, () => false))

const HANDS = canWrite
  ? `- Agents change files in this run, with write_file, edit_file, move_file and delete_file, each in files of its own; a person applies the changes afterwards. Without \`isolation\` they become part of the run's files when the agent ends; with isolation: 'worktree' they wait for patterns.merge.
- Let agents that change files at once change different files, and say which; merge each wave before the next starts. ${canRun ? 'Commands can be run, in a sandbox without a network: run_command for agents, and the check of a merge (the tests of the project, once before anything is changed and then with each merge).' : 'Nobody can run commands here: plan no check and no tests to be run, and say so in the summary.'}
- Nobody can browse the web.`
  : `- Agents only read: they cannot run commands or tests, change files, or browse the web. Plan nothing that needs it; where the goal asks for it, let agents write what a person should run or change, and say so in the summary.`

const DIALECT = `A workflow is plain JavaScript without imports, TypeScript or any I/O of its own. It begins with a pure literal:

export const meta = { name: 'short-name', description: 'One sentence', phases: [{ title: 'Inspect', model: 'sonnet' }, { title: 'Report' }] }

The name says in two to six words what is done to what (audit-error-handling): people find the run by it. What follows is the body of an async function; it may use await and return at the top level. What it returns is the result, any JSON.

## Asking agents
- agent(prompt, options) runs one subagent with a context of its own: put all it must know into the prompt. It resolves to its final text, or to an object that fits \`schema\`, or to null if it died: always expect null.
- agent.settled(prompt, options) never gives a bare null: { status: 'succeeded' | 'flagged' | 'failed' | 'skipped' | 'cancelled', value, failure, flags: [{ kind, reason }], usage, costUsd }. Use it where a flag must not get lost: hand flags on with the answer.
- options, all optional:
  label (a few words for people), phase (title of a group), schema (a JSON Schema whose root is an object; say in descriptions what each field holds),
  model ('haiku', 'sonnet', 'opus', 'fable' or a full id), effort ('low', 'medium', 'high', 'xhigh', 'max'),
  isolation: 'worktree' (what it changes waits for patterns.merge), tools (of list_files, search_files, read_file and what the bounds below name; [] for an agent that works from its prompt alone, which is one cheap turn),
  agentType ('general-purpose', 'Explore', or one that the workspace defines in .claude/agents), maxTurns, maxTokens (output of one turn),
  limits: { usd, tokens } (of this agent), timeoutMs, retries, failIf: (answer) => boolean (true: this answer counts as failed),
  delivery: 'batch' (half the price, within a day instead of minutes), speed: 'fast' (twice the price), spawn: true (it may lead agents of its own).

## Putting them together
- parallel([() => agent(…), …]) takes functions, runs them side by side and waits for all; a failed one gives null.
- pipeline(items, stage1, stage2, …) lets every item flow through the stages on its own, without waiting for the others; a stage gets (previous, item, index).
- patterns.mapReduce(items, (item, index) => agent(…), (answers, { asked, lost }) => …, { fold: true }) for all at once, then one fold; with fold, answers too long for one prompt are reduced in groups first.
- answerRef(settled) in a prompt stands for the long answer of an agent.settled call: the agent reads what it needs of it.
- patterns.verify(claim, (claim, vote) => agent(… with a schema that has a boolean \`confirmed\`), { votes: 1 }) gives { verdict: 'confirmed' | 'refuted' | 'unverified', … }.
- patterns.judge(candidates, (candidate, index, judge) => agent(… with a number \`score\`), { judges: 1 }) gives { winner, index, score, scores }.
- patterns.untilDry((number, found) => agent(…).then((answer) => answer === null ? null : answer.items), { dry: 2, maxRounds: 5, key: (item) => item.id }) repeats until nothing new comes.
- patterns.merge(settled, { check: 'npm test', resolve: 'what to keep' }) takes what agent.settled calls with isolation: 'worktree' gave and makes their changes one, in the order of the calls: conflicts go to an agent, and what breaks the check (a command) is mended or left out. It gives { revision, merged: [agentId], refused: [{ agentId, why }], check: { ok, exit, output } | null }. With [] it only runs the check.
- changes() gives { revision, files: [{ path, status, added, removed }] }: how the run's files differ from what they were; revision is null where nobody may change any.
- checkQuotes([{ source, quote }]) looks quotes up in files (source is a path), by code: [{ source, quote, found, place: { page, line, endLine } | null, why }]. Have agents copy quotes letter by letter, and call unverified what is not found.
- patterns.gate(value, [(value) => true or a reason], (value) => …) lets a value through when all pass.
- workflow('name', args) runs another workflow; checkpoint({ title, detail, input: schema }) asks a person and waits.
- phase('Title') names the group of the agents that follow. log('…') tells people something.
- budget.usd.remaining() and budget.usd.total (null without a cap) are dollars of this run, budget.remaining() output tokens: a loop that may go on for long looks at them and stops in time.

## Bounds
- Date.now(), new Date() and Math.random() throw. The script itself has no file access; its agents have.
${HANDS}
- Results longer than a few pages are folded in steps, not put into one prompt.`

const PLAN = {
  type: 'object',
  properties: {
    script: { type: 'string', maxLength: 200000, description: 'script: the whole source of the workflow, beginning with export const meta' },
    summary: { type: 'string', description: 'What it does, and what of the goal it cannot do, in a few sentences for the person who decides' },
    cost: {
      type: 'object',
      description: 'What running it will likely take',
      properties: {
        agents: { type: 'integer', minimum: 1, description: 'How many agents it starts' },
        usd: { type: 'number', minimum: 0, description: 'Dollars of all of them together' },
        why: { type: 'string', description: 'Why so many and no fewer, in one sentence' },
      },
      required: ['agents', 'usd', 'why'],
    },
  },
  required: ['script', 'summary', 'cost'],
}

// What an agent with files likely takes, as the estimate has it (70,000 tokens), at the list prices of November 2026.
const PRICES = 'An agent that reads files likely costs about $0.01 on haiku, $0.14 on sonnet, $0.27 on opus and $0.55 on fable; one without tools about a tenth of that. High effort costs two to three times as much as low.'

const money = (usd) => `$${Number(usd).toFixed(2)}`
const cap = budget.usd.total === null ? 'The run has no cap in dollars; spend as if it were your own money.' : `The run stops at ${money(budget.usd.total)}, of which ${money(budget.usd.remaining())} are left: plan for well under that, since what is cut off there is lost.`

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
1. Survey the files with your tools if you have any, only as far as you need to divide the work. Name folders and files only if you have seen them; sizes in listings tell how to cut parts that are alike.
2. Scale to the need: 1 agent for a question of fact, 2 to 4 for a comparison or a few areas, 10 or more only where the work really falls into as many parts that do not need each other. Agents that repeat each other cost the same and add nothing.
3. Give each agent four things: its goal, the form of its answer, where to look, and where its work ends.
4. Let somebody else check what should not be believed unchecked, with the evidence in hand; check many small claims about one place in one call. Fold the answers into one at the end.
5. Spend where judgement is: scouts and checkers take effort 'low' or 'medium' and may take a cheaper model; whoever judges between answers or writes the result takes 'high', or opus.
6. State the cost. ${PRICES} ${cap}

Your script is tried on a simulator before a person sees it.${
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
    effort: 'high',
    retries: 10,
  })
  if (plan === null) throw new Error('The planner did not come to a script. Launch again, or write the workflow yourself.')
  script = plan.script
  const { agents, usd, why } = plan.cost
  const detail = `${plan.summary}\n\nThe planner expects ${agents} agent${agents === 1 ? '' : 's'} and about ${money(usd)}: ${why}`
  const decided = await checkpoint({ title: 'Run this plan?', detail, input: decisionSchema(script) })
  if (decided.decision === 'stop') return { planned: script, ran: false }
  if (typeof decided.script === 'string' && decided.script.trim() !== '') script = decided.script
  if (decided.decision === 'run') return await workflow({ script }, { goal })
  change = (decided.change ?? '').trim() || 'Make it better.'
  log(`Asked to change: ${change}`)
}
throw new Error('Twenty changes were asked for without a decision to run. Launch again with a clearer goal.')
