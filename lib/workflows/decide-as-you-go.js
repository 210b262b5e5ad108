// No plan is made before: one agent is given the goal and leads others, wave by wave, deciding from what came back.
export const meta = {
  name: 'decide-as-you-go',
  description: 'Give a goal in words: one agent decides, wave by wave, which subagents it needs, and folds their answers.',
  whenToUse: 'When nobody knows yet how many agents a problem needs, or what the second wave should ask.',
  phases: [{ title: 'Orchestrate', detail: 'One agent leads', model: 'opus' }],
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

const total = budget.usd.total
const cap = total === null ? 'The run has no cap in dollars; spend as if it were your own money.' : `The run stops at $${total.toFixed(2)}: end well before that with what you have.`

// A run whose agents change no files has no revision of its own.
const canWrite = (await changes()).revision !== null
const hands = canWrite
  ? 'Agents can change files here, and you can, each in files of its own; what an agent changed is merged when it ends, and a person applies it afterwards. Give agents that work at once different files, and say which; wait for a wave before another builds on it. Commands can be run only by who has run_command; have what was changed checked by it. Nobody can browse. What was not done, say so.'
  : 'Nobody here can run commands, change files or browse. Where the goal asks for that, have it written down as what a person should do, and say that it was not done.'

phase('Orchestrate')
return await agent(
  `Reach this goal by leading subagents.

# Goal
${given.goal.trim()}

# How
1. Get an overview yourself first, with your own tools if you have any: only as much as you need to divide the work. A question of fact you may answer yourself, without anybody.
2. Scale to the need: 1 agent for a question of fact, 2 to 4 for a comparison or a few areas, 10 or more only where the work really falls into as many parts that do not need each other.
3. Start a wave. Tell each agent four things: its goal, the form of its answer, where to look, and where its work ends; it sees nothing else. Scouts and checkers take effort low or medium, whoever judges or writes takes more.
4. Wait, and read how each ended. Where an answer is flagged, cut off, empty or missing, decide: ask again more narrowly, have a fresh agent verify it, or go on without it and say so.
5. Start further waves as long as they bring the goal nearer, and stop when they do not; each wait tells what is spent. ${cap}
6. ${hands}
7. End with the result itself, for somebody who has seen none of this. Say what is certain, what is uncertain, and what could not be done.`,
  { label: 'orchestrator', spawn: true, effort: 'high', maxTurns: 200 },
)
