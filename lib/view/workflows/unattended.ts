import type { LaunchInput } from '@/lib/api/runs'

/** What is launched with nobody there: the launch form pauses at a cap unless told otherwise, and who keeps it ends there. */
export function unattended({ onLimit, ...body }: LaunchInput): LaunchInput {
  return onLimit === 'end' ? { ...body, onLimit } : body
}
