/** How a goal is led by a built-in workflow of this name; null for every other workflow. */
export function goalMode(name: string): 'plan' | 'live' | null {
  if (name === 'plan-first') return 'plan'
  return name === 'decide-as-you-go' ? 'live' : null
}
