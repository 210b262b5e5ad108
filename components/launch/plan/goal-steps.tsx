/** The steps after the launch of a goal: when money is spent, and when a person decides. */
const steps = {
  plan: [
    'One planner surveys the files and writes a script, tried on a simulator first.',
    'You review it on the run’s page: run it, change it, or stop.',
    'Nothing else is spent before you decide.',
  ],
  live: [
    'An orchestrator looks around and starts a first wave of agents.',
    'It reads the answers and plans the next wave, until it can give a result.',
    'The number of agents is not known in advance. The limits apply.',
  ],
} as const

export function GoalSteps({ mode }: { mode: keyof typeof steps }) {
  return (
    <ol className="flex list-decimal flex-col gap-1.5 rounded-md bg-sunken py-2.5 pl-7 pr-3 text-xs text-ink-2">
      {steps[mode].map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ol>
  )
}
