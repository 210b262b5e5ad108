/** A word of the dialect: how it is called and what it does, in a sentence or two. */
export type DialectWord = { name: string; signature: string; help: string }

/** What scripts are given by name. Members are written with their owner: `patterns.verify`. */
export const dialectWords: readonly DialectWord[] = [
  {
    name: 'agent',
    signature: 'agent(prompt, options?)',
    help: 'Asks one agent and resolves with its answer: text, or an object where options has a schema. An agent that failed has answered null.',
  },
  {
    name: 'agent.settled',
    signature: 'agent.settled(prompt, options?)',
    help: 'Like agent(), but resolves with how it ended as well as its answer, and never hides a failure.',
  },
  {
    name: 'parallel',
    signature: 'parallel([() => agent(…), …], options?)',
    help: 'Runs functions side by side and resolves once all have ended, with their results in order. One that throws gives null.',
  },
  {
    name: 'pipeline',
    signature: 'pipeline(items, ...stages)',
    help: 'Takes each item through the stages on its own: an item goes on as soon as its stage is done, whatever the others do.',
  },
  {
    name: 'phase',
    signature: 'phase(title)',
    help: 'Names the part of the run that begins here. Agents are grouped, drawn, capped and costed by it.',
  },
  { name: 'log', signature: 'log(...values)', help: 'Writes a line into the log of the run.' },
  {
    name: 'checkpoint',
    signature: 'checkpoint({ title, detail, input?, timeoutMs?, default? })',
    help: 'Asks a person and resolves with the answer: true or false, or what the form of input was filled in with.',
  },
  {
    name: 'workflow',
    signature: 'workflow(name, args?)',
    help: 'Runs another workflow of the library inside this run and resolves with its result.',
  },
  { name: 'args', signature: 'args', help: 'What the run was launched with, as meta.args describes it.' },
  {
    name: 'budget',
    signature: 'budget.total, budget.spent(), budget.remaining()',
    help: 'The script’s own target in output tokens; budget.usd has the same of the run’s cap in dollars.',
  },
  {
    name: 'budget.total',
    signature: 'budget.total',
    help: 'The target in output tokens; null without one.',
  },
  { name: 'budget.spent', signature: 'budget.spent()', help: 'Output tokens spent so far.' },
  {
    name: 'budget.remaining',
    signature: 'budget.remaining()',
    help: 'Output tokens left under the target; infinite without one.',
  },
  {
    name: 'budget.usd',
    signature: 'budget.usd.total, budget.usd.spent(), budget.usd.remaining()',
    help: 'The run’s cap in dollars, what of it is spent, and what is left.',
  },
  {
    name: 'patterns',
    signature: 'patterns.mapReduce, verify, judge, untilDry, gate, merge',
    help: 'Named ways of working with several agents. No pattern takes silence for consent.',
  },
  {
    name: 'patterns.mapReduce',
    signature: 'patterns.mapReduce(items, map, reduce, { fold = false }?)',
    help: 'map(item, index) for all at once, then reduce(answers, { asked, lost }) on those that are not null. With fold, long answers are reduced in groups.',
  },
  {
    name: 'patterns.verify',
    signature: 'patterns.verify(claim, check, { votes = 1 }?)',
    help: 'check(claim, vote) says true or false, or { confirmed }. A verdict needs more than half of all votes asked for; else it is unverified.',
  },
  {
    name: 'patterns.judge',
    signature: 'patterns.judge(candidates, score, { judges = 1 }?)',
    help: 'score(candidate, index, judge) gives a number or { score }. Resolves with the winner by the mean.',
  },
  {
    name: 'patterns.untilDry',
    signature: 'patterns.untilDry(round, { dry = 2, maxRounds = 20, key }?)',
    help: 'round(number, found) gives an array; repeated until some rounds in a row bring nothing new.',
  },
  {
    name: 'patterns.gate',
    signature: 'patterns.gate(value, checks, critic?)',
    help: 'Each check(value) passes only with true; the first that does not ends it. The critic is asked when all passed.',
  },
  {
    name: 'patterns.merge',
    signature: 'patterns.merge(settled?, { check, resolve }?)',
    help: 'Merges changes that agents with isolation: ‘worktree’ kept to themselves, each only if the check passes.',
  },
  {
    name: 'changes',
    signature: 'changes()',
    help: 'What the agents of this run have changed so far, merged.',
  },
  {
    name: 'checkQuotes',
    signature: 'checkQuotes(quotes)',
    help: 'Looks quotes up in the files of the workspace, letter by letter, and says file and line or page.',
  },
  {
    name: 'answerRef',
    signature: 'answerRef(settled)',
    help: 'A placeholder for an answer too long to paste: the agent that gets the prompt reads the parts it needs.',
  },
]

/** Options of agent(), with what each takes. */
export const agentOptionWords: readonly DialectWord[] = [
  option('label', 'text', 'What the agent is called on the map and in lists.'),
  option('schema', 'JSON Schema', 'The answer is an object of this shape.'),
  option('phase', 'text', 'The phase it belongs to, whatever phase() said last.'),
  option('model', "'opus' | 'sonnet' | 'haiku' | 'fable' | an id", 'Left out: the model of the launch.'),
  option('effort', "'low' | 'medium' | 'high' | 'xhigh' | 'max'", 'How much the model thinks.'),
  option('tools', 'names of tools', 'What it may use; left out, all that the launch allows.'),
  option('agentType', 'name', 'An agent type of the workspace, with its prompt and tools.'),
  option('isolation', "'worktree'", 'Its changes wait for patterns.merge.'),
  option('maxTurns', '1 to 1000', 'Turns it has at most.'),
  option('maxTokens', 'tokens', 'Where the room of a turn begins.'),
  option('retries', '0 to 100', 'How often a failed attempt is tried again.'),
  option('stallMs', 'milliseconds', 'Silence after which it counts as stalled.'),
  option('timeoutMs', 'milliseconds', 'Time it has at most.'),
  option('limits', '{ usd, tokens }', 'What it may spend at most.'),
  option('spawn', 'true | false', 'Whether it may start agents of its own.'),
  option('speed', "'standard' | 'fast'", 'Fast mode, where the model has it, at twice the price.'),
  option('delivery', "'live' | 'batch'", 'Batches cost half and take up to a day.'),
  option('failIf', '(answer) => boolean', 'The answer counts as a failure where this is true.'),
]

/** Options of checkpoint(). */
export const checkpointOptionWords: readonly DialectWord[] = [
  option('title', 'text', 'The question.'),
  option('detail', 'text or JSON', 'What one needs to know to answer it.'),
  option('input', 'JSON Schema', 'The form that is filled in; left out, yes or no.'),
  option('timeoutMs', 'milliseconds', 'How long it waits for an answer.'),
  option('default', 'JSON', 'The answer once the time is over.'),
]

function option(name: string, takes: string, help: string): DialectWord {
  return { name, signature: `${name}: ${takes}`, help }
}

/** What is known of a word; null for one that is none of the dialect. */
export function dialectHelp(name: string): DialectWord | null {
  return dialectWords.find((word) => word.name === name) ?? null
}

/**
 * What can stand where `typed` was begun: members behind an owner and a dot, else names. `callee` is the call
 * whose options one is in, null elsewhere.
 */
export function dialectCompletions(typed: string, callee: string | null): readonly DialectWord[] {
  if (callee === 'agent' || callee === 'agent.settled') return agentOptionWords
  if (callee === 'checkpoint') return checkpointOptionWords
  const owner = /^(\w+)\.\w*$/.exec(typed)?.[1]
  if (owner === undefined) return dialectWords.filter(({ name }) => !name.includes('.'))
  return dialectWords.filter(({ name }) => name.startsWith(`${owner}.`))
}
