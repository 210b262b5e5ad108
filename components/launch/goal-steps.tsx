/** What happens after the launch of a goal, in order: what is spent when, and where a person decides. */
const steps = {
  plan: [
    'One planner surveys the files and writes a script, tried on a simulator first.',
    'You read it on the run’s page: run it, change it, or stop.',
    'Nothing else is spent before you decide.',
  ],
  live: [
    'One orchestrator looks around and starts a first wave of agents.',
    'It reads what came back and decides on the next wave, until it can answer.',
    'How many agents that takes is known when it ends; the limits hold it.',
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
