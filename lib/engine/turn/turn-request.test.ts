import { expect, test } from 'vitest'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import { cacheLifetime } from './turn-request'

const spec = (...names: string[]) =>
  ({ tools: names.map((name) => ({ name, description: '', inputSchema: {} })) }) satisfies Pick<
    AgentSpec,
    'tools'
  >

test('an agent that waits for others keeps its prefix for an hour, all others as long as their turns travel', () => {
  expect(cacheLifetime(spec('read_file', 'spawn_agents', 'wait_for_agents'), '5m')).toBe('1h')
  expect(cacheLifetime(spec('read_file', 'flag'), '5m')).toBe('5m')
  expect(cacheLifetime(spec('read_file', 'flag'), '1h')).toBe('1h')
})
