/** How the simulator paces one turn: a directive it reads out of the prompt. */
export type Pace = {
  tokens: number
  tokensPerSecond?: number
  ttftMs?: number
  speed?: number
  fault?: object
}

export function sim(pace: Pace): string {
  return `[[sim: ${JSON.stringify(pace)}]]`
}

/** Slow enough to be watched, at the pace of a real model whatever the server's own. */
export const watchable: Pace = { tokens: 400, tokensPerSecond: 40, ttftMs: 50, speed: 1 }

/** Done in no time. */
export const brief: Pace = { tokens: 40 }

/** A workflow of `count` agents side by side, and one that writes up their answers. */
export function fanOut(name: string, count: number, pace: Pace): string {
  return `export const meta = {
  name: ${JSON.stringify(name)},
  description: 'Reads parts side by side and writes them up',
  phases: [{ title: 'Read', detail: 'One agent a part' }, { title: 'Write' }],
}

phase('Read')
const parts = await parallel(
  Array.from({ length: ${count} }, (_, index) => () =>
    agent('Read part ' + index + ' and say what is in it. ${sim(pace)}', { label: 'part ' + index }),
  ),
)
log(parts.length + ' parts read')
phase('Write')
return await agent('Write it up in one paragraph. ${sim(brief)}', { label: 'writer' })
`
}

/** One agent after the other, each of which costs a few cents: a small cap is soon reached. */
export function spender(count: number): string {
  return `export const meta = { name: 'spender', description: 'Spends', phases: [{ title: 'Spend' }] }
phase('Spend')
const answers = []
for (let index = 0; index < ${count}; index += 1)
  answers.push(await agent('Say a lot about ' + index + '. ${sim({ tokens: 3000, speed: 0 })}', { label: 'spend ' + index }))
return answers.length
`
}

/** A script that breaks half way, in line 4. */
export const broken = `export const meta = { name: 'broken', description: 'Breaks half way', phases: [{ title: 'Try' }] }
phase('Try')
const answer = await agent('Say hello. ${sim(brief)}', { label: 'hello' })
throw new Error('There is nothing to work on: ' + answer.length + ' characters')
`

/** A large run in which everything happens at once: done, streaming, waiting, failed, and more to come. */
export function busy(count: number): string {
  return `export const meta = {
  name: 'nightly-review',
  description: 'Maps the modules, reviews each, and ranks what was found',
  phases: [
    { title: 'Map', detail: 'Find the modules' },
    { title: 'Review', detail: 'One agent a module' },
    { title: 'Rank', detail: 'Judges compare the findings' },
  ],
}
phase('Map')
const maps = await parallel(
  ['server', 'client', 'tools', 'docs'].map((area) => () =>
    agent('Name the modules of ' + area + '. ${sim(brief)}', { label: 'map ' + area }),
  ),
)
log('${count} modules to review')
phase('Review')
const paces = [
  ${JSON.stringify(sim({ tokens: 60, speed: 0 }))},
  ${JSON.stringify(sim({ tokens: 80, speed: 0 }))},
  ${JSON.stringify(sim({ tokens: 90, speed: 0 }))},
  ${JSON.stringify(sim({ tokens: 4000, tokensPerSecond: 40, speed: 1 }))},
  ${JSON.stringify(sim({ tokens: 4000, tokensPerSecond: 15, speed: 1 }))},
]
const refused = ${JSON.stringify(sim({ tokens: 40, speed: 0, fault: { kind: 'refusal' } }))}
const broken = ${JSON.stringify(sim({ tokens: 40, speed: 0, fault: { kind: 'status', status: 400 } }))}
await parallel(
  Array.from({ length: ${count} }, (_, index) => () =>
    agent(
      'Review module ' + index + ' given ' + maps[index % maps.length] + '. ' +
        (index % 29 === 7 ? broken : index % 23 === 5 ? refused : paces[index % paces.length]),
      { label: 'review module ' + index },
    ),
  ),
)
phase('Rank')
return await agent('Rank. ${sim(brief)}', { label: 'judge' })
`
}

/** Asks for a yes, and says in its result what was answered. */
export function asksYesNo(title: string): string {
  return `export const meta = { name: 'asks', description: 'Asks before it goes on', phases: [{ title: 'Look' }] }
phase('Look')
const found = await agent('Look around. ${sim(brief)}', { label: 'scout' })
const yes = await checkpoint({ title: ${JSON.stringify(title)}, detail: 'The scout saw **3 modules** of \`src\`. They go into one report.', timeoutMs: 3600000, default: false })
return { found, yes }
`
}

/** Asks for several things at once. */
export const asksForm = `export const meta = { name: 'asks-more', description: 'Asks how to go on', phases: [{ title: 'Look' }] }
phase('Look')
const settled = await checkpoint({
  title: 'How should the release be checked?',
  detail: 'Two risks stand out:\\n\\n- the **session store** was rewritten\\n- the retry rules changed, see \`jobs/retry.ts\`',
  input: {
    type: 'object',
    properties: {
      depth: { type: 'string', enum: ['quick', 'usual', 'deep'], title: 'How deep', default: 'usual' },
      votes: { type: 'integer', title: 'Checkers a finding', minimum: 1, maximum: 5, default: 2 },
      owner: { type: 'string', title: 'Who is told', description: 'A name people know.', minLength: 2 },
      paths: { type: 'array', items: { type: 'string', pattern: '^[a-z/]+$' }, title: 'Only these folders' },
      strict: { type: 'boolean', title: 'Stop at the first confirmed finding' },
    },
    required: ['depth', 'votes', 'owner'],
  },
})
return settled
`

const turns = (...all: readonly object[]) => `[[sim: ${JSON.stringify(all)}]]`

/**
 * Chapters, some of whose readers flag what they say; each goes on by itself, a loop refines, one reports.
 */
export const flagging = `export const meta = {
  name: 'close-reading',
  description: 'Reads chapters, weighs them, refines the whole',
  phases: [{ title: 'Read' }, { title: 'Weigh' }, { title: 'Refine' }, { title: 'Report' }],
}
phase('Read')
const claim = (at) => 'chapter ' + at + ' claims that the tide follows the moon by an hour and a half'
const said = await parallel(Array.from({ length: 24 }, (_, at) => () => {
  const turns = [{ text: claim(at), tokensPerSecond: 60 + at * 4, speed: 1 }]
  if (at % 6 === 1) turns.unshift({ toolCalls: [{ name: 'flag', input: { kind: 'uncertain', reason: 'half is guessed' } }] })
  return agent('Read chapter ' + at + ' [[sim: ' + JSON.stringify(turns) + ']]', { label: 'read chapter ' + at })
}))
phase('Weigh')
const weighed = await pipeline(said, (one, _, at) => agent('Weigh: ' + one + ' ${sim(brief)}', { label: 'weigh ' + at }))
phase('Refine')
let text = weighed.join(' ')
for (let round = 1; round <= 3; round++)
  text = (await parallel([0, 1, 2, 3].map((at) => () => agent('Refine ' + at + ': ' + text + ' ${sim(brief)}', { label: 'refine ' + at })))).join(' ')
phase('Report')
return await agent('Report: ' + text + ' ${sim(brief)}', { label: 'report' })
`

const simple = (label: string) => ({ label, prompt: turns({ text: `what ${label} found` }) })
const waits = { toolCalls: [{ name: 'wait_for_agents', input: {} }] }
const starts = (...agents: readonly object[]) => ({
  toolCalls: [{ name: 'spawn_agents', input: { agents } }],
})
const captain = turns(starts(simple('east wing'), simple('west wing'), simple('cellar')), waits, {
  text: 'all searched',
})

/** An agent that starts agents, one of which starts others. */
export const nested = `export const meta = { name: 'search-party', description: 'Agents that start agents', phases: [{ title: 'Lead' }] }
phase('Lead')
return await agent(${JSON.stringify(
  turns(
    starts(
      simple('garden'),
      { label: 'captain', prompt: captain, may_spawn: true, phase: 'House' },
      simple('river'),
    ),
    waits,
    { text: 'nothing was found' },
  ),
)}, { label: 'lead', spawn: true })
`

/** Agents may change files, and nothing more. */
export const mayWrite = { write: true, shell: false, hosts: [], web: false, mcp: [] }

/** A prompt whose agent makes these calls of tools, one a turn, and says that it has. */
export function acting(...calls: readonly { name: string; input: object }[]): string {
  return turns(...calls.map((call) => ({ toolCalls: [call] })), { text: 'Done.' })
}

const edit = (path: string, oldText: string, newText: string) => ({
  name: 'edit_file',
  input: { path, edits: [{ oldText, newText }] },
})

/** Agents that change the planted sources, each in its own place, and one who adds a page. */
export const writing = `export const meta = { name: 'safer', description: 'Mends small mistakes', phases: [{ title: 'Mend' }] }
phase('Mend')
return await parallel([
  () => agent(${JSON.stringify(`Mend the report. ${acting(edit('jobs/report.py', 'shell=True', 'shell=False'))}`)}, { label: 'safer report' }),
  () => agent(${JSON.stringify(`Mend the session. ${acting(edit('web/session.ts', '  } catch (error) {}', '  } catch (error) {\n    console.warn(error)\n  }'))}`)}, { label: 'safer session' }),
  () => agent(${JSON.stringify(`Write it down. ${acting({ name: 'write_file', input: { path: 'docs/notes.md', content: '# Notes\n\nReports run without a shell.\n' } })}`)}, { label: 'notes' }),
])
`
