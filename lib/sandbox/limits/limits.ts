/** What an agent's shell may take. Bytes, unless said otherwise. */
export type ShellLimits = {
  /** Of all processes together where there are cgroups, else of each. Temporary files count. */
  memoryBytes: number
  /** Processes and threads at once. */
  processes: number
  /** Cores' worth of processor time. Only where there are cgroups. */
  cores: number
  /** Processor seconds of one process. */
  cpuSeconds: number
  /** One file. */
  fileBytes: number
  /** What the work folder may come to, with copies that were written on. */
  diskBytes: number
  /** The private `/tmp`; `HOME` and `/dev/shm` may hold a quarter of it each. */
  temporaryBytes: number
  /** Output of one command that is kept in a file. */
  keptOutputBytes: number
}

/** A limit by which a command, or its whole sandbox, was stopped. */
export type ReachedLimit = 'memory' | 'processes' | 'disk'

const MiB = 1024 * 1024

/** Room for a build and its tests, and for others beside it on a machine of 8 GB. */
export const usualLimits: ShellLimits = {
  memoryBytes: 4096 * MiB,
  processes: 512,
  cores: 2,
  cpuSeconds: 1800,
  fileBytes: 2048 * MiB,
  diskBytes: 8192 * MiB,
  temporaryBytes: 1024 * MiB,
  keptOutputBytes: 64 * MiB,
}
