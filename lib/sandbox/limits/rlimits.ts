import type { ShellLimits } from './limits'

/**
 * The limits that a process hands on to its children, as lines for bash. Hard ones, which cannot be raised
 * without a capability. Data and not address space is bounded: WebAssembly reserves more than it ever uses.
 */
export function rlimitLines(limits: ShellLimits, hasCgroups: boolean): string[] {
  const kib = (bytes: number) => Math.ceil(bytes / 1024)
  return [
    'ulimit -c 0',
    `ulimit -f ${kib(limits.fileBytes)}`,
    `ulimit -t ${limits.cpuSeconds}`,
    ...(hasCgroups ? [] : [`ulimit -u ${limits.processes}`, `ulimit -d ${kib(limits.memoryBytes)}`]),
  ]
}
