/** How the simulator paces one turn: a directive it reads out of the prompt. */
export type Pace = { tokens: number; tokensPerSecond?: number; ttftMs?: number; speed?: number; fault?: object }

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
