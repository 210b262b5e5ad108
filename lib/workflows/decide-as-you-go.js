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

phase('Orchestrate')
return await agent(
  `Reach this goal by leading subagents.

# Goal
${given.goal.trim()}

# How
1. Get an overview yourself first, with your own tools if you have any: only as much as you need to divide the work.
2. Start a wave: one agent for each part that can be done without the others. Tell each all it must know and what its answer must hold.
3. Wait, and read how each ended. Where an answer is flagged, cut off, empty or missing, decide: ask again more narrowly, have a fresh agent verify it, or go on without it and say so.
4. Start further waves as long as they bring the goal nearer; stop when they do not.
5. End with the result itself, for somebody who has seen none of this. Say what is certain, what is uncertain, and what could not be done.`,
  { label: 'orchestrator', spawn: true, maxTurns: 200 },
)
